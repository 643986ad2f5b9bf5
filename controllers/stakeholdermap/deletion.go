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
	"errors"
	"slices"
	"time"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/approvals"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
)

// deleter takes away what the enforcer has given for maps that are deleted.
type deleter struct {
	*enforcer
	events *eventRecorder
}

// revokeAll removes all grants of a map that is being deleted, and everything that it has in other namespaces, and then
// removes our finalizer. In its own namespace, removeLeftovers removes the rest once the map is gone: the finalizer of another
// tool can keep the map for as long as it likes, and no subject should keep a right meanwhile.
func (d *deleter) revokeAll(ctx context.Context, m *v1alpha1.StakeholderMap, now time.Time) error {
	d.argoCD.Forget(ownerOf(m).NamespacedName())
	session := d.session(m)
	grants := session.Restrict(ctx, nil)
	d.events.lastKnown.remember(m, grants.Subjects)
	plan := apply.Plan{Mode: apply.RestrictOnly, Accounts: d.accounts.plan(ctx, nil, nil, nil)}
	result := targetsResult{report: session.Targets(ctx, plan)}
	if opened := result.report.Opened; opened != nil {
		d.opened.Report(ownerOf(m).NamespacedName(), approvals.State{UID: m.UID, Open: opened.Open})
	}
	lost := make(map[string][]rbacv1.Subject)
	for i := range grants.Changes {
		lost[grants.Changes[i].Role] = append(lost[grants.Changes[i].Role], grants.Changes[i].Subject)
	}
	result.problems = result.report.Problems()
	var changes grantChanges
	changes.lose(lost, causeDeleted)
	changes.leave(result.report.Left, causeDeleted)
	d.events.recordGrantEvents(m, &changes)
	if result.all().OK() && !result.report.InOtherNamespaces {
		result.problems = d.status.releaseFinalizer(ctx, session, m)
	}
	result.problems = slices.Concat(grants.Problems(), result.problems)
	all := result.all()
	retry := all.Retry()
	if len(retry) == 0 || all.IsStale() || d.conflicts.tolerate(ownerOf(m).NamespacedName(), retry, now) {
		return retry.Err()
	}
	result.problems = result.problems.Retry()
	_, why := result.complaint(m.Namespace)
	return errors.Join(retry.Err(), d.status.report(ctx, m, m.Status, deletingStatus(m, why, now), &changes))
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
