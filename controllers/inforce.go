/*
Copyright 2026 The stakeholder-operator authors.

Licensed under the Apache License, Version 2.0 (the "License");
you may not use this file except in compliance with the License.
You may obtain a copy of the License at

    http://www.apache.org/licenses/LICENSE-2.0

Unless required by applicable law or agreed to in writing, software
distributed under the License is distributed on an "AS IS" BASIS,
WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
See the License for the specific language governing permissions and
limitations under the License.
*/

package controllers

import (
	"context"
	"errors"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
	rbaccsv "github.com/stakeholders-dev/stakeholder-operator/controllers/render/argocd"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/route"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/targets"
)

// judgement is what a map is, and by which policy: nil is the default.
type judgement struct {
	policy  *v1alpha1.StakeholderPolicySpec
	invalid bool
	// raced says that the map's writes have lost against other writers' for too long to wait for the table.
	raced bool
}

// outcome is what has become of a map's outputs.
type outcome struct {
	// table is the routing table that should be in force, or nil if there is none.
	table *routing.RoutingTable
	// lost is true if an invalid map has no table because the last valid one is gone.
	lost bool
	// published and authorized are what kept the table, and the grants, from being in force in the map's
	// namespace.
	published, authorized error
	// rewritten says that the ConfigMap was written, and grants what was done to the grants.
	rewritten bool
	grants    apply.GrantReport
	// leftovers is what was removed because it belonged to another map.
	leftovers apply.Removed
	// elsewhere is what has become of the target namespaces.
	elsewhere targetsOutcome
	// project says why the product's Argo CD project does not take the map, if it does not.
	project string
}

// putInForce brings the outputs to what they should be: those of the map, or, if it is invalid, those
// of the last routing table that was valid, without whoever has left the map since. Whatever else is or
// goes wrong, nobody keeps a grant who no longer stands under its role.
func (r *StakeholderMapReconciler) putInForce(ctx context.Context, m *v1alpha1.StakeholderMap, judged judgement, now time.Time) outcome {
	var result outcome
	source := namespaces{ctx, r.Client}
	consented, unaccepted, err := targets.Consented(m, source)
	if err == nil {
		result.elsewhere.Resolution, err = targets.Resolve(m, source)
	}
	if err != nil {
		// Not knowing who consents is no reason to take anything away, and none to give it.
		result.published, result.authorized = err, err
		return result
	}
	result.elsewhere.unaccepted = unaccepted
	result.elsewhere.declared = len(m.Spec.TargetNamespaces.Names) > 0 || m.Spec.TargetNamespaces.Selector != nil
	session := r.Applier.Session(ownerOf(m), m.Generation, m.Status.ObservedGeneration)
	// First, because it takes rights away, and because what is removed has the names of what is to be written.
	result.leftovers, result.elsewhere.err = r.Applier.RemoveOrphans(ctx, ownerOf(m).NamespacedName(), m.UID)
	r.reportStart(ctx, m, len(result.elsewhere.accepted()), now)
	plan := r.putOwn(ctx, session, m, consented, judged, now, &result)
	// Only once Argo CD's writer knows the map is it looked at again when the project changes.
	result.project = r.ArgoCD.Refusal(ctx, m)
	r.putTargets(ctx, session, m, plan, &result.elsewhere)
	return result
}

// putOwn does what putInForce does in the map's own namespace, and says what should be in the others.
// Consented is the map without those who stand in it and have no part in it.
func (r *StakeholderMapReconciler) putOwn(
	ctx context.Context, session *apply.Session, m, consented *v1alpha1.StakeholderMap, judged judgement, now time.Time, result *outcome,
) apply.Plan {
	present, invalid := route.Present(consented, now), judged.invalid
	identities := judged.policy.TokenIdentities()
	restrict := func() apply.Plan {
		r.ArgoCD.Restrict(m, rbaccsv.EntryOfParties(identities, routing.Source{Namespace: m.Namespace, Name: m.Name}, present.ArgoCDProject, present.Parties))
		holders := render.Holders(present.Parties)
		result.grants, result.authorized = session.Restrict(ctx, holders)
		plan := apply.Plan{
			Namespaces: result.elsewhere.accepted(), Copies: result.elsewhere.copied(), Holders: holders, OnlyRestrict: true,
		}
		plan.Accounts = r.accounts(judged.policy, plan.Namespaces, namespaces{ctx, r.Client}, func() map[string]render.Claims {
			return render.ClaimsOf(identities, holders, present.Parties)
		})
		return plan
	}
	var err error
	if invalid {
		result.table, result.lost, err = r.lastValid(ctx, session, m, present)
	} else {
		result.table, err = route.Table(consented, judged.policy, now)
	}
	if err != nil && !route.IsTooLarge(err) || result.table == nil {
		plan := restrict()
		result.published = err
		result.authorized = errors.Join(err, result.authorized)
		return plan
	}
	if invalid {
		err = r.announceTable(ctx, m, result.table)
	}
	var data map[string]string
	if err == nil {
		// The table comes before the grants: as long as the ConfigMap has an older table than the grants,
		// an edit that makes the map invalid would restore that, and give back what was revoked since.
		data, result.rewritten, err = publish(ctx, session, ownerOf(m), judged.policy, result.table)
	}
	result.published = err
	if errors.Is(err, apply.ErrCacheBehind) || onlyRaces(err) && !judged.raced {
		// It is tried again at once, with the grants. Only a revocation does not even wait for that.
		return restrict()
	}
	if tableMissing(err) && !invalid {
		// For the same reason it is first noted that what the ConfigMap has is no longer in force.
		if noted := r.disownTable(ctx, m); noted != nil {
			plan := restrict()
			result.authorized = errors.Join(noted, result.authorized)
			return plan
		}
	}
	r.ArgoCD.Contribute(m, rbaccsv.EntryOf(identities, result.table), invalid)
	grants := render.Grants(m.Name, result.table)
	plan := apply.Plan{
		Namespaces: result.elsewhere.accepted(), Copies: result.elsewhere.copied(),
		Holders: render.HoldersOf(grants), Data: data, OnlyExisting: invalid,
	}
	plan.Accounts = r.accounts(judged.policy, plan.Namespaces, namespaces{ctx, r.Client}, func() map[string]render.Claims {
		return render.ClaimsOfTable(identities, plan.Holders, result.table)
	})
	if plan.Accounts != nil {
		// An invalid map can say otherwise than before how somebody is known.
		plan.Accounts.OnlyRestrict = invalid
	}
	result.grants, result.authorized = session.Grants(ctx, grants)
	return plan
}

// publish writes the routing ConfigMap, and returns its data unless there cannot be any.
func publish(
	ctx context.Context, session *apply.Session, owner names.Owner, policy *v1alpha1.StakeholderPolicySpec, table *routing.RoutingTable,
) (data map[string]string, written bool, err error) {
	configMap, err := render.ConfigMap(owner, policy, table)
	if err != nil {
		return nil, false, err
	}
	written, err = session.ConfigMap(ctx, configMap)
	return configMap.Data, written, err
}

// lastValid reads the last valid routing table back from the ConfigMap that it was published in, and leaves
// out whoever has left since. It is the very table only if its digest is a revision that status names; if it
// is not, or is gone, it is lost.
func (r *StakeholderMapReconciler) lastValid(
	ctx context.Context, session *apply.Session, m *v1alpha1.StakeholderMap, present route.Presence,
) (table *routing.RoutingTable, lost bool, err error) {
	inForce, pending := m.Status.RoutingRevision, m.Status.PendingRoutingRevision
	if inForce == "" {
		// Grants without a published table: they cannot be derived again, but they are there.
		authorized := meta.FindStatusCondition(m.Status.Conditions, v1alpha1.ConditionAuthorized)
		return nil, authorized != nil && authorized.Reason != v1alpha1.ReasonNeverValid, nil
	}
	content, err := session.PublishedTable(ctx)
	if foreign := apply.Foreign(err); len(foreign) > 0 || err == nil && content == "" {
		return nil, true, nil
	}
	if err != nil {
		return nil, false, err
	}
	document := []byte(content)
	if !routing.HasRevision(document, inForce) && !routing.HasRevision(document, pending) {
		// A table that was changed by hand is as lost as one that was deleted. It is not even read: what somebody makes
		// up can take fifty times its size in memory.
		return nil, true, nil
	}
	published, err := routing.Parse(document)
	if err != nil {
		return nil, true, nil //nolint:nilerr // see above
	}
	table, err = route.Intersect(published, present)
	if err != nil {
		return nil, false, err
	}
	if pending != "" && published.Revision != pending && table.Revision != pending {
		// A narrower table was decided on and never written, and the map has changed again since: whoever has
		// come back meanwhile would get back what he had.
		return nil, true, nil
	}
	return table, false, nil
}

// announceTable notes in status what is left of the last valid table, before that takes its place.
func (r *StakeholderMapReconciler) announceTable(ctx context.Context, m *v1alpha1.StakeholderMap, table *routing.RoutingTable) error {
	if table.Revision == m.Status.RoutingRevision || table.Revision == m.Status.PendingRoutingRevision {
		return nil
	}
	next := m.Status
	next.PendingRoutingRevision = table.Revision
	return r.writeStatus(ctx, m, next)
}

// disownTable notes in status that what the ConfigMap has is no longer in force.
func (r *StakeholderMapReconciler) disownTable(ctx context.Context, m *v1alpha1.StakeholderMap) error {
	if m.Status.RoutingRevision == "" {
		return nil
	}
	next := m.Status
	next.RoutingRevision, next.PendingRoutingRevision = "", ""
	return r.writeStatus(ctx, m, next)
}

// retry is what went wrong and may go right when tried again.
func (o outcome) retry() error {
	errs := slices.DeleteFunc(retryable(errors.Join(o.authorized, o.published, o.elsewhere.retry())), route.IsTooLarge) // waits for an edit
	return errors.Join(errs...)
}

// retryable takes an error apart and lists what no event can be waited for to mend.
func retryable(err error) []error {
	return slices.DeleteFunc(apply.Others(err), func(e error) bool {
		// A namespace that is being deleted takes its maps along, and that sets off another reconcile.
		return errors.Is(e, apply.ErrCacheBehind) && !errors.Is(e, apply.ErrLookAgain) ||
			apierrors.HasStatusCause(e, corev1.NamespaceTerminatingCause)
	})
}

// tableMissing says whether the ConfigMap does not have the table. One that is in dispute had it when it was last written,
// and has it again; whether it has it now, its digest tells. If the status is in dispute, it was not written.
func tableMissing(err error) bool {
	return len(apply.Foreign(err))+len(apply.Others(err)) > 0 ||
		slices.ContainsFunc(apply.Disputes(err), func(d *apply.DisputeError) bool { return d.Kind == statusOfMap })
}

// disputes are about outputs that do not stay as they are written.
func (o outcome) disputes() []*apply.DisputeError {
	return apply.Disputes(errors.Join(o.published, o.authorized, o.elsewhere.err, o.elsewhere.report.Err()))
}

// behind says whether something was left undone because the cache is behind.
func (o outcome) behind() bool {
	return errors.Is(errors.Join(o.published, o.authorized, o.elsewhere.err, o.elsewhere.report.Err()), apply.ErrCacheBehind)
}

func (o outcome) hasForeign() bool {
	return len(apply.Foreign(o.authorized)) > 0 || len(apply.Foreign(o.published)) > 0 || len(apply.Foreign(o.elsewhere.report.Err())) > 0
}

// onlyRaces says whether nothing went wrong but that other writers were faster.
func onlyRaces(err error) bool {
	errs := apply.Others(err)
	for _, e := range errs {
		if !apply.IsRace(e) {
			return false
		}
	}
	return len(errs) > 0
}
