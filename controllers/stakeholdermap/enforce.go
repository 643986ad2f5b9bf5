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

package stakeholdermap

import (
	"context"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/approvals"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/argocd"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render/rbaccsv"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/targets"
)

// enforcer brings the outputs of a map to what was decided.
type enforcer struct {
	applier   *apply.Applier
	argoCD    *argocd.Writer
	accounts  *accountPlanner
	status    *statusWriter
	conflicts *conflicts
	opened    *approvals.Opened
}

func (e *enforcer) session(m *v1alpha1.StakeholderMap) *apply.Session {
	return e.applier.Session(ownerOf(m), m.Generation, m.Status.ObservedGeneration)
}

// enforce brings the outputs to what was decided. A subject that no longer has a role loses its grant, even if everything else
// fails.
func (e *enforcer) enforce(
	ctx context.Context, session *apply.Session, m *v1alpha1.StakeholderMap, seen observation, wanted decision, now time.Time,
) enforcementResult {
	result := enforcementResult{decision: wanted, targets: targetsResult{participation: seen.namespaces}}
	// First, because it takes rights away, and because leftovers of a deleted map have the names that are written next.
	result.leftovers = e.applier.RemoveOrphans(ctx, ownerOf(m).NamespacedName(), m.UID)
	result.targets.problems = result.leftovers.Problems()
	e.status.recordProgress(ctx, m, len(seen.namespaces.Accepted()), now)
	mode, data := e.publish(ctx, session, m, seen.policy, wanted, now, &result)
	plan := e.grant(ctx, session, m, seen, wanted, mode, &result)
	plan.Data = data
	// Only once Argo CD's writer knows the map is the map reconciled again when the project changes.
	result.project = e.argoCD.Refusal(ctx, m)
	e.enforceTargets(ctx, session, m, plan, &result.targets)
	return result
}

// publish writes the routing table. It returns the mode in which the grants may follow it, and the data of the ConfigMap
// unless there cannot be any.
//
// The table comes before the grants: as long as the ConfigMap has an older table than the grants, an edit that makes the
// map invalid would restore that, and give back what was revoked since.
func (e *enforcer) publish(
	ctx context.Context, session *apply.Session, m *v1alpha1.StakeholderMap, policy *v1alpha1.StakeholderPolicySpec,
	wanted decision, now time.Time, result *enforcementResult,
) (mode apply.Mode, data map[string]string) {
	mode, result.published = wanted.mode, apply.ResultOf(wanted.err)
	if mode == apply.RestrictOnly {
		result.authorized = result.published
		return mode, nil
	}
	if result.published.OK() && mode == apply.KeepLastValid {
		result.published = apply.ResultOf(e.status.recordPendingRevision(ctx, m, wanted.table))
	}
	if result.published.OK() {
		data, result.published = writeTable(ctx, session, m, policy, wanted)
	}
	switch {
	case result.published.IsStale(), result.published.OnlyRaced() && !e.conflicts.lastTooLong(ownerOf(m).NamespacedName(), now):
		// The table is tried again at once, with the grants. Only a revocation does not wait for that.
		return apply.RestrictOnly, nil
	case isTableMissing(result.published) && mode == apply.Enforce:
		// For the same reason, status first says that what the ConfigMap has is no longer in force.
		if err := e.status.clearRevisions(ctx, m); err != nil {
			result.authorized = apply.ResultOf(err)
			return apply.RestrictOnly, nil
		}
	}
	return mode, data
}

// writeTable writes the routing ConfigMap, and returns its data unless it could not be rendered.
func writeTable(
	ctx context.Context, session *apply.Session, m *v1alpha1.StakeholderMap, policy *v1alpha1.StakeholderPolicySpec, wanted decision,
) (data map[string]string, result apply.Result) {
	configMap, err := render.ConfigMap(ownerOf(m), policy, wanted.table, wanted.document)
	if err != nil {
		return nil, apply.ResultOf(err)
	}
	return configMap.Data, session.ConfigMap(ctx, configMap)
}

// grant brings the grants in the map's own namespace, and what the map contributes to Argo CD, to what was decided, and
// returns what should be in the target namespaces.
func (e *enforcer) grant(
	ctx context.Context, session *apply.Session, m *v1alpha1.StakeholderMap, seen observation, wanted decision, mode apply.Mode, result *enforcementResult,
) apply.Plan {
	identities := seen.policy.TokenIdentities()
	plan := apply.Plan{
		Namespaces: seen.namespaces.Accepted(), Copies: seen.namespaces.Copies(), Mode: mode,
		Approved: seen.approved.Open, StillApproved: seen.approved.still(e.applier.Live), SameApproved: e.opensTheSame(m, seen.approved.Selection),
	}
	var claims func() map[string]render.Claims
	if mode == apply.RestrictOnly {
		parties := wanted.present.Parties
		source := routing.Source{Namespace: m.Namespace, Name: m.Name}
		e.argoCD.Restrict(m, rbaccsv.EntryOfParties(identities, source, wanted.present.ArgoCDProject, parties))
		plan.Subjects = render.PartySubjects(parties)
		claims = func() map[string]render.Claims { return render.ClaimsOf(identities, plan.Subjects, parties) }
		result.grants = session.Restrict(ctx, plan.Subjects)
	} else {
		e.argoCD.Contribute(m, rbaccsv.EntryOf(identities, wanted.table), mode == apply.KeepLastValid)
		grants := render.Grants(m.Name, wanted.table)
		plan.Subjects = render.GrantSubjects(grants)
		claims = func() map[string]render.Claims { return render.ClaimsOfTable(identities, plan.Subjects, wanted.table) }
		result.grants = session.Grants(ctx, grants)
	}
	result.authorized = slices.Concat(result.authorized, result.grants.Result)
	plan.Accounts = e.accounts.plan(ctx, seen.policy, plan.Namespaces, claims)
	return plan
}

// enforceTargets brings the target namespaces to a plan, and keeps our finalizer on the map exactly as long as there is something
// in other namespaces.
func (e *enforcer) enforceTargets(ctx context.Context, session *apply.Session, m *v1alpha1.StakeholderMap, plan apply.Plan, result *targetsResult) {
	others := slices.ContainsFunc(plan.Namespaces, func(namespace string) bool { return namespace != m.Namespace })
	if others && plan.Mode == apply.Enforce {
		// First, so that nothing is left behind that no operator removes.
		if err := e.status.writeFinalizer(ctx, m, true); err != nil {
			result.problems = append(result.problems, apply.ResultOf(err)...)
			plan.Mode = apply.RestrictOnly
		}
	}
	plan.TakesPart = func(ns metav1.Object) bool { return targets.TakesPart(m, ns) }
	result.report = session.Targets(ctx, plan)
	result.problems = slices.Concat(result.problems, result.report.Problems(), session.Stripped())
	switch {
	case result.report.InOtherNamespaces:
		// Another writer may have taken it away.
		result.problems = append(result.problems, apply.ResultOf(e.status.writeFinalizer(ctx, m, true))...)
	case !result.report.OK():
	case !others || plan.Mode == apply.KeepLastValid:
		result.problems = append(result.problems, e.status.releaseFinalizer(ctx, session, m)...)
	}
}
