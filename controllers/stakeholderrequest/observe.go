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

package stakeholderrequest

import (
	"context"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/approvals"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/decide"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/effectivepolicy"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/requests"
)

// Tables says what is in force for maps. The reconciler of maps implements it.
type Tables interface {
	// TableInForce returns the UID and the generation of a map in the cache, and its routing table in force. The UID is empty if the
	// map does not exist or is being deleted, and the table is nil if none is in force.
	TableInForce(ctx context.Context, m types.NamespacedName) (uid types.UID, generation int64, table *routing.RoutingTable, err error)
}

// Admission says whether the API server checks who writes requests. *admissionpolicy.Checker implements it.
type Admission interface {
	// Known returns the revision of the admission policy in the cache, or "" if there is none.
	Known(ctx context.Context) (string, error)
	// Check asks the API server whether the policy is in force for a request. If it cannot say so yet, it returns how long to wait.
	Check(ctx context.Context, r *v1alpha1.StakeholderRequest) (decide.Admission, time.Duration, error)
}

// observer reads what a decision depends on.
type observer struct {
	// reader reads from the cache, and live from the API server.
	reader, live client.Reader
	tables       Tables
	admission    Admission
	opened       *approvals.Opened
}

// inputs are what a decision depends on, with the generation of the map.
type inputs struct {
	decide.Inputs

	generation int64
}

// inputs reads what a decision depends on. It makes requests only if the admission policy matters: for a new request, a new answer,
// and after the policy has changed. If the policy has changed a moment ago, it returns how long to wait.
//
// A request expires all the same: no answer counts any more then.
func (o *observer) inputs(ctx context.Context, r *v1alpha1.StakeholderRequest, now time.Time) (in inputs, wait time.Duration, err error) {
	if !requests.IsOpen(r) {
		return inputs{}, 0, nil
	}
	known, err := o.admission.Known(ctx)
	if err != nil {
		return inputs{}, 0, err
	}
	if decide.NeedsAdmission(r, known) {
		if in.Admission, wait, err = o.admission.Check(ctx, r); (wait > 0 || err != nil) && now.Before(decide.ExpiresAt(r)) {
			return inputs{}, wait, err
		}
	}
	in.MapUID, in.generation, in.Table, err = o.tables.TableInForce(ctx, requests.MapOf(r))
	if err != nil {
		return inputs{}, 0, fmt.Errorf("read what is in force for map %s: %w", r.Spec.Map, err)
	}
	return in, 0, nil
}

// hasMapChanged asks the API server whether a map, or the policy in force, has changed since the cache saw it. An edit may have removed
// a person whose answer must not count any more, or have raised a quorum.
func (o *observer) hasMapChanged(ctx context.Context, r *v1alpha1.StakeholderRequest, in inputs) (bool, error) {
	m, found, err := apply.ReadMap(ctx, o.live, requests.MapOf(r))
	if err != nil {
		return false, err
	}
	if !found || m.UID != in.MapUID || m.Generation != in.generation || m.DeletionTimestamp != nil {
		return true, nil
	}
	cached, err := effectivepolicy.Read(ctx, o.reader, effectivepolicy.InForceKey)
	if err != nil {
		return false, err
	}
	live, err := effectivepolicy.Read(ctx, o.live, effectivepolicy.InForceKey)
	if err != nil || cached == nil || live == nil {
		return cached != live, err
	}
	return cached.UID != live.UID || !equality.Semantic.DeepEqual(cached.Status.InForce, live.Status.InForce), nil
}

// nextStatus returns the status that follows from a verdict.
func (o *observer) nextStatus(
	ctx context.Context, r *v1alpha1.StakeholderRequest, v *decide.Verdict, now time.Time,
) (v1alpha1.StakeholderRequestStatus, error) {
	next := v.Status
	next.ObservedGeneration = r.Generation
	opening, err := o.opening(ctx, r, &next, now)
	if err != nil {
		return next, err
	}
	next.Conditions = mergeConditions(r, &next, v, opening, now)
	return next, nil
}
