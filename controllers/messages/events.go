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

package messages

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// MaxEventNote is the maximum length in bytes of an event's note, without the ellipsis. The API allows 1024.
const MaxEventNote = 1000

// Recorder is implemented by client-go's events.EventRecorder.
type Recorder interface {
	Eventf(regarding, related runtime.Object, eventType, reason, action, note string, args ...any)
}

// Record records an event. It shortens the note to one line of bounded length, because kubectl get events shows it in a
// table.
func Record(recorder Recorder, regarding runtime.Object, eventType, reason, action, note string) {
	recorder.Eventf(regarding, nil, eventType, reason, action, "%s", Truncate(OneLine(note), MaxEventNote))
}

// conditionActions are the actions of events about conditions. They differ, because client-go merges events that differ
// only in their note.
var conditionActions = map[string]string{
	v1alpha1.ConditionValid: "Validate", v1alpha1.ConditionPublished: "Publish", v1alpha1.ConditionAuthorized: "Authorize",
	v1alpha1.ConditionEnforced: "Enforce",
}

// RecordCondition records an event with the reason and message of a condition. It is a warning if the condition is not
// true, or its reason is in warnings.
func RecordCondition(recorder Recorder, regarding runtime.Object, c metav1.Condition, warnings ...string) {
	eventType := corev1.EventTypeNormal
	if c.Status != metav1.ConditionTrue || slices.Contains(warnings, c.Reason) {
		eventType = corev1.EventTypeWarning
	}
	Record(recorder, regarding, eventType, c.Reason, conditionActions[c.Type], c.Message)
}
