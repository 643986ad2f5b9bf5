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
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// maxConditionMessage is the maximum length in bytes of a condition's message. The API allows 32768, but API servers
// put whole objects into some errors.
const maxConditionMessage = 4096

// SetCondition adds a condition to a list, or replaces the one of its type. It shortens the message to one line of
// bounded length, and sets the transition time to now if the status changes.
func SetCondition(conditions *[]metav1.Condition, c metav1.Condition, now time.Time) {
	c.Message = Truncate(OneLine(c.Message), maxConditionMessage)
	c.LastTransitionTime = metav1.NewTime(now.Truncate(time.Second))
	meta.SetStatusCondition(conditions, c)
}

// MergeConditions returns the conditions of the next status: those in next, with the generation of the object. It drops
// others, which another writer or an earlier version has added.
func MergeConditions(before, next []metav1.Condition, generation int64, now time.Time) []metav1.Condition {
	merged := slices.Clone(before)
	for _, c := range next {
		c.ObservedGeneration = generation
		SetCondition(&merged, c, now)
	}
	return slices.DeleteFunc(merged, func(c metav1.Condition) bool { return meta.FindStatusCondition(next, c.Type) == nil })
}

// ReadyCondition returns the condition Ready. It repeats the first of the others that is not true. If all are true, it
// is true with the given message.
func ReadyCondition(message string, others ...metav1.Condition) metav1.Condition {
	for _, c := range others {
		if c.Status != metav1.ConditionTrue {
			return metav1.Condition{Type: v1alpha1.ConditionReady, Status: metav1.ConditionFalse, Reason: c.Reason, Message: c.Message}
		}
	}
	return metav1.Condition{Type: v1alpha1.ConditionReady, Status: metav1.ConditionTrue, Reason: v1alpha1.ReasonReady, Message: message}
}

// ChangedConditions returns the conditions in after that are new, or whose status or reason differs from before. It
// returns only the given types, in that order.
func ChangedConditions(before, after []metav1.Condition, types ...string) []metav1.Condition {
	var changed []metav1.Condition
	for _, conditionType := range types {
		old, current := meta.FindStatusCondition(before, conditionType), meta.FindStatusCondition(after, conditionType)
		if current != nil && (old == nil || old.Status != current.Status || old.Reason != current.Reason) {
			changed = append(changed, *current)
		}
	}
	return changed
}

// WithoutCondition returns the conditions of other types.
func WithoutCondition(conditions []metav1.Condition, conditionType string) []metav1.Condition {
	return slices.DeleteFunc(slices.Clone(conditions), func(c metav1.Condition) bool { return c.Type == conditionType })
}

// WithoutTimes returns a copy of conditions without transition times, for comparisons.
func WithoutTimes(conditions []metav1.Condition) []metav1.Condition {
	conditions = slices.Clone(conditions)
	for i := range conditions {
		conditions[i].LastTransitionTime = metav1.Time{}
	}
	return conditions
}
