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
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/events"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
)

// recordConditionEvents records an event for each condition whose status or reason has changed, and for another routing table,
// unless another event says it already. Changes is what the events about rights of this reconcile say.
func recordConditionEvents(
	recorder events.EventRecorder, m *v1alpha1.StakeholderMap, before, after v1alpha1.StakeholderMapStatus, changes *grantChanges,
) {
	was := before.Conditions
	if before.RoutingRevision != after.RoutingRevision {
		was = messages.WithoutCondition(was, v1alpha1.ConditionPublished)
	}
	for _, c := range messages.ChangedConditions(was, after.Conditions, v1alpha1.ConditionValid, v1alpha1.ConditionPublished, v1alpha1.ConditionAuthorized) {
		if !isSaid(c, before.Conditions, after.Conditions, changes) {
			messages.RecordCondition(recorder, m, c)
		}
	}
}

// isSaid says whether another event says what a condition that has changed says. A condition that is not true, or was not,
// is always recorded, unless nothing was in force before and nothing is.
func isSaid(c metav1.Condition, before, after []metav1.Condition, changes *grantChanges) bool {
	was := meta.FindStatusCondition(before, c.Type)
	switch c.Reason {
	case v1alpha1.ReasonNeverValid, v1alpha1.ReasonAuthorized:
		// The event that the map is invalid says it, or the events about rights say what was authorized.
		return true
	case v1alpha1.ReasonPublished:
		// The events about rights say that this table is in force.
		return (was == nil || was.Reason == v1alpha1.ReasonPublished) && changes.ofThisMap()
	case v1alpha1.ReasonValid:
		// Only a valid map gives rights for the first time, or publishes a table.
		published := meta.FindStatusCondition(after, v1alpha1.ConditionPublished)
		return was == nil && (len(changes.gained) > 0 || published != nil && published.Reason == v1alpha1.ReasonPublished)
	}
	return false
}
