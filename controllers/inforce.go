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
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/route"
)

// outcome is what has become of a map's outputs.
type outcome struct {
	// table is the routing table that should be in force, or nil if there is none.
	table *routing.RoutingTable
	// lost is true if an invalid map has no table because the last valid one is gone.
	lost bool
	// published and authorized are what kept the table, and the grants, from being in force.
	published, authorized error
	// rewritten says that the ConfigMap was written, and grants what was done to the grants.
	rewritten bool
	grants    apply.GrantReport
}

// putInForce brings the outputs to what they should be: those of the map, or, if it is invalid, those
// of the last routing table that was valid, without whoever has left the map since. Whatever else is or
// goes wrong, nobody keeps a grant who no longer stands under its role.
func (r *StakeholderMapReconciler) putInForce(ctx context.Context, m *v1alpha1.StakeholderMap, invalid bool, now time.Time) outcome {
	owner := render.Owner{Namespace: m.Namespace, Name: m.Name, UID: m.UID}
	present := route.Present(m, now)
	var result outcome
	var err error
	if invalid {
		result.table, result.lost, err = r.lastValid(ctx, m, owner)
		if result.table != nil {
			result.table, err = route.Intersect(result.table, present)
		}
	} else {
		result.table, err = route.Table(m, now)
	}
	if err != nil || result.table == nil {
		result.published = err
		result.grants, result.authorized = r.Applier.Restrict(ctx, owner, render.Holders(present))
		result.authorized = errors.Join(err, result.authorized)
		return result
	}
	// The table comes before the grants: as long as the ConfigMap has an older table than the grants,
	// an edit that makes the map invalid would restore that, and give back what was revoked since.
	configMap, err := render.ConfigMap(owner, result.table)
	if err == nil {
		result.rewritten, err = r.Applier.ConfigMap(ctx, owner, configMap)
	}
	result.published = err
	if errors.Is(err, apply.ErrCacheBehind) || onlyConflicts(err) {
		// It is tried again at once, with the grants. Only a revocation does not even wait for that.
		result.grants, result.authorized = r.Applier.Restrict(ctx, owner, render.Holders(present))
		return result
	}
	result.grants, result.authorized = r.Applier.Grants(ctx, owner, render.Grants(m.Name, result.table))
	return result
}

// lastValid reads the last valid routing table back from the ConfigMap that it was published in. It is
// the very table only if its digest is the revision that status names; if it is not, or is gone, it is
// lost.
func (r *StakeholderMapReconciler) lastValid(ctx context.Context, m *v1alpha1.StakeholderMap, owner render.Owner) (table *routing.RoutingTable, lost bool, err error) {
	if m.Status.RoutingRevision == "" {
		// Grants without a published table: they cannot be derived again, but they are there.
		authorized := meta.FindStatusCondition(m.Status.Conditions, v1alpha1.ConditionAuthorized)
		return nil, authorized != nil && authorized.Reason != v1alpha1.ReasonNeverValid, nil
	}
	configMap, err := r.Applier.GetConfigMap(ctx, owner)
	if foreign := apply.Foreign(err); len(foreign) > 0 || err == nil && configMap == nil {
		return nil, true, nil
	}
	if err != nil {
		return nil, false, err
	}
	table, err = routing.Parse([]byte(configMap.Data[routing.DocumentKey]))
	if err != nil || table.Revision != m.Status.RoutingRevision {
		return nil, true, nil //nolint:nilerr // a table that was changed by hand is as lost as one that was deleted
	}
	return table, false, nil
}

// retry is what went wrong and may go right when tried again.
func (o outcome) retry() error {
	var errs []error
	for _, err := range []error{o.authorized, o.published} {
		for _, e := range apply.Others(err) {
			if !errors.Is(e, render.ErrTableTooLarge) {
				errs = append(errs, e)
			}
		}
	}
	return errors.Join(errs...)
}

func (o outcome) hasForeign() bool {
	return len(apply.Foreign(o.authorized)) > 0 || len(apply.Foreign(o.published)) > 0
}

func onlyConflicts(err error) bool {
	errs := apply.Others(err)
	for _, e := range errs {
		if !apierrors.IsConflict(e) {
			return false
		}
	}
	return len(errs) > 0
}
