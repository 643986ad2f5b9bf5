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
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
)

// Reasons of events that are not also reasons of conditions.
const (
	// eventGranted : somebody has got rights.
	eventGranted = "Granted"
	// eventRevoked : somebody has lost rights.
	eventRevoked = "Revoked"
	// eventDriftRepaired : somebody else had changed an output, and it has been put right.
	eventDriftRepaired = "DriftRepaired"
)

// actions are what an event about a condition reports on. They differ, because the API's client folds
// events into one that differ in nothing but their note.
var actions = map[string]string{
	v1alpha1.ConditionValid: "Validate", v1alpha1.ConditionPublished: "Publish", v1alpha1.ConditionAuthorized: "Authorize",
	v1alpha1.ConditionEnforced: "Enforce",
}

// announce records an event for each condition that has changed its status or its reason, and for a
// new routing table. What is as it was is not told again, and who has got which grant is told by tell.
func (r *StakeholderMapReconciler) announce(m *v1alpha1.StakeholderMap, before, after v1alpha1.StakeholderMapStatus) {
	for _, conditionType := range []string{v1alpha1.ConditionValid, v1alpha1.ConditionPublished, v1alpha1.ConditionAuthorized} {
		was := meta.FindStatusCondition(before.Conditions, conditionType)
		is := meta.FindStatusCondition(after.Conditions, conditionType)
		if is == nil {
			// A map that is deleted before its first status has only those that say why it is still there.
			continue
		}
		newTable := conditionType == v1alpha1.ConditionPublished && before.RoutingRevision != after.RoutingRevision
		if was != nil && was.Status == is.Status && was.Reason == is.Reason && !newTable {
			continue
		}
		if is.Reason == v1alpha1.ReasonNeverValid || is.Reason == v1alpha1.ReasonAuthorized {
			// Nothing was in force and nothing is: that the map is invalid says it all. And the events about
			// grants say what was authorized.
			continue
		}
		eventType := corev1.EventTypeNormal
		if is.Status != metav1.ConditionTrue {
			eventType = corev1.EventTypeWarning
		}
		r.event(m, eventType, is.Reason, actions[conditionType], is.Message)
	}
}

func (r *StakeholderMapReconciler) event(regarding runtime.Object, eventType, reason, action, note string) {
	r.Recorder.Eventf(regarding, nil, eventType, reason, action, "%s", eventNote(note))
}

// eventNote is a message as an event can hold it, in 1024 bytes: one line, as kubectl get events shows it.
func eventNote(s string) string {
	const most = 1000
	return messages.Clip(messages.OneLine(s), most)
}
