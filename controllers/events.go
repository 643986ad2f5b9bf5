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

// recordConditions records an event for each condition whose status or reason has changed, and for a new routing table. The
// events about grants are recorded by tell.
func (r *StakeholderMapReconciler) recordConditions(m *v1alpha1.StakeholderMap, before, after v1alpha1.StakeholderMapStatus) {
	was := before.Conditions
	if before.RoutingRevision != after.RoutingRevision {
		was = messages.WithoutCondition(was, v1alpha1.ConditionPublished)
	}
	for _, c := range messages.ChangedConditions(was, after.Conditions, v1alpha1.ConditionValid, v1alpha1.ConditionPublished, v1alpha1.ConditionAuthorized) {
		if c.Reason == v1alpha1.ReasonNeverValid || c.Reason == v1alpha1.ReasonAuthorized {
			// Nothing was in force and nothing is, so the event that the map is invalid says it all. And the events about
			// grants say what was authorized.
			continue
		}
		messages.RecordCondition(r.Recorder, m, c)
	}
}

func (r *StakeholderMapReconciler) event(regarding runtime.Object, eventType, reason, action, note string) {
	messages.Record(r.Recorder, regarding, eventType, reason, action, note)
}
