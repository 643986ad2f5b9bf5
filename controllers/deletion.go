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

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
)

// revokeAll takes all grants of a map away that is being deleted, and everything that it has in other
// namespaces, and then lets it go. In its own namespace the rest goes once the map is gone
// (removeLeftovers); a finalizer of another tool can hold that up for as long as it likes, and nobody should keep a
// right meanwhile.
func (r *StakeholderMapReconciler) revokeAll(ctx context.Context, m *v1alpha1.StakeholderMap, now time.Time) error {
	r.ArgoCD.Forget(ownerOf(m).NamespacedName())
	session := r.Applier.Session(ownerOf(m), m.Generation, m.Status.ObservedGeneration)
	report, ownErr := session.Restrict(ctx, nil)
	if report.Holders != nil {
		r.holders.remember(m, report.Holders)
	}
	lost := make(map[string][]rbacv1.Subject)
	for i := range report.Changes {
		lost[report.Changes[i].Role] = append(lost[report.Changes[i].Role], report.Changes[i].Subject)
	}
	elsewhere, err := session.Targets(ctx, apply.Plan{
		OnlyRestrict: true, Accounts: r.accounts(nil, nil, namespaces{ctx, r.Client}, nil),
	})
	var changes grantChanges
	changes.lose(lost, causeDeleted)
	changes.leave(elsewhere.Left, causeDeleted)
	r.recordGrantEvents(m, &changes)
	if err == nil && elsewhere.Err() == nil && !elsewhere.Elsewhere {
		err = r.releaseFinalizer(ctx, session, m)
	}
	err = errors.Join(ownErr, err)
	retry := errors.Join(retryable(errors.Join(err, elsewhere.Err()))...)
	if retry == nil || errors.Is(errors.Join(err, elsewhere.Err()), apply.ErrCacheBehind) || r.races.onlyRaces(ownerOf(m).NamespacedName(), retry, now) {
		return retry
	}
	result := targetsOutcome{report: elsewhere, err: errors.Join(retryable(err)...)}
	_, why := result.complaint(m.Namespace)
	return errors.Join(retry, r.report(ctx, m, m.Status, deletingStatus(m, why, now), &changes))
}

// deletingStatus says why the deletion of a map is held up. Everything else is as it was.
func deletingStatus(m *v1alpha1.StakeholderMap, why string, now time.Time) v1alpha1.StakeholderMapStatus {
	next := *m.Status.DeepCopy()
	for _, conditionType := range []string{v1alpha1.ConditionAuthorized, v1alpha1.ConditionReady} {
		messages.SetCondition(&next.Conditions, metav1.Condition{
			Type: conditionType, Status: metav1.ConditionFalse, Reason: v1alpha1.ReasonDeleting, ObservedGeneration: m.Generation,
			Message: "The map is being deleted, and what it has given cannot be removed yet: " + why,
		}, now)
	}
	return next
}
