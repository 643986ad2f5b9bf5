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

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/approvals"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/requests"
)

// opening says whether the subject of an approval is open.
type opening int

const (
	// notOpen means that there is no approval.
	notOpen opening = iota
	// isOpen means that the subject is open, or that there is nothing to open.
	isOpen
	// isOpening means that the Role has not been written yet.
	isOpening
	// isUnknown means that no reconcile of the map has ended since the operator started.
	isUnknown
	// validForPassed means that it is closed again.
	validForPassed
	// mapGone means that the map of the approval was deleted.
	mapGone
	// tooMany means that the map has too many more recent approvals.
	tooMany
)

// openingState is an opening, and what is in the way of one.
type openingState struct {
	opening
	problem string
}

// opening returns the state of what an approval opens. Next is the status that the request is going to have.
func (o *observer) opening(
	ctx context.Context, r *v1alpha1.StakeholderRequest, next *v1alpha1.StakeholderRequestStatus, now time.Time,
) (openingState, error) {
	if next.Outcome != v1alpha1.OutcomeApproved {
		return openingState{}, nil
	}
	if next.ValidUntil != nil && !now.Before(next.ValidUntil.Time) {
		problem := ""
		if state, known := o.opened.Of(requests.MapOf(r)); known && string(state.UID) == next.MapUID && state.Open[approvalOf(r)] {
			problem = state.Problem
		}
		return openingState{validForPassed, problem}, nil
	}
	m := &v1alpha1.StakeholderMap{}
	if err := client.IgnoreNotFound(o.reader.Get(ctx, requests.MapOf(r), m, client.UnsafeDisableDeepCopy)); err != nil {
		return openingState{}, fmt.Errorf("read map: %w", err)
	}
	switch {
	case string(m.UID) != next.MapUID, !m.DeletionTimestamp.IsZero():
		return openingState{opening: mapGone}, nil
	case r.Spec.Subject == "":
		return openingState{opening: isOpen}, nil
	}
	return o.openingOfSubject(r, m.UID), nil
}

// openingOfSubject is opening for an approval with a subject, of a map that exists.
func (o *observer) openingOfSubject(r *v1alpha1.StakeholderRequest, m types.UID) openingState {
	approval := approvalOf(r)
	state, known := o.opened.Of(requests.MapOf(r))
	switch {
	case !known, state.UID != m:
		return openingState{opening: isUnknown}
	case state.Open[approval]:
		return openingState{opening: isOpen}
	case state.Lapsed[approval] && !requests.IsOpen(r):
		return openingState{opening: tooMany}
	default:
		return openingState{isOpening, state.Problem}
	}
}

// approvalOf returns what a request opens once it is approved.
func approvalOf(r *v1alpha1.StakeholderRequest) approvals.Approval {
	return approvals.Approval{Topic: r.Spec.Topic, Subject: r.Spec.Subject}
}
