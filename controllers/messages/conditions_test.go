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
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

var (
	earlier = time.Date(2026, time.March, 1, 9, 0, 0, 0, time.UTC)
	now     = earlier.Add(time.Hour + 300*time.Millisecond)
)

func condition(conditionType string, status metav1.ConditionStatus, reason string) metav1.Condition {
	return metav1.Condition{
		Type: conditionType, Status: status, Reason: reason, Message: reason, ObservedGeneration: 1, LastTransitionTime: metav1.NewTime(earlier),
	}
}

func TestMergeConditions(t *testing.T) {
	t.Parallel()
	before := []metav1.Condition{
		condition("Forged", metav1.ConditionTrue, "Forged"),
		condition("Valid", metav1.ConditionTrue, "Valid"),
		condition("Ready", metav1.ConditionTrue, "Ready"),
	}
	next := []metav1.Condition{
		{Type: "Valid", Status: metav1.ConditionTrue, Reason: "Defaults", Message: "a\nb"},
		{Type: "Published", Status: metav1.ConditionTrue, Reason: "Published", Message: strings.Repeat("x", maxConditionMessage+1)},
		{Type: "Ready", Status: metav1.ConditionFalse, Reason: "Broken", Message: "c"},
	}
	at := metav1.NewTime(earlier.Add(time.Hour))
	want := []metav1.Condition{
		{Type: "Valid", Status: metav1.ConditionTrue, Reason: "Defaults", Message: "a; b", ObservedGeneration: 7, LastTransitionTime: metav1.NewTime(earlier)},
		{Type: "Ready", Status: metav1.ConditionFalse, Reason: "Broken", Message: "c", ObservedGeneration: 7, LastTransitionTime: at},
		{
			Type: "Published", Status: metav1.ConditionTrue, Reason: "Published", ObservedGeneration: 7, LastTransitionTime: at,
			Message: strings.Repeat("x", maxConditionMessage) + ellipsis,
		},
	}
	if diff := cmp.Diff(want, MergeConditions(before, next, 7, now)); diff != "" {
		t.Errorf("a time changes with the status, in whole seconds, and what is not ours goes (-want +got):\n%s", diff)
	}
	if before[0].Type != "Forged" || len(before) != 3 || next[0].ObservedGeneration != 0 {
		t.Errorf("what was given has changed: %+v %+v", before, next)
	}
}

func TestReadyCondition(t *testing.T) {
	t.Parallel()
	good, bad, unknown := condition("A", metav1.ConditionTrue, "Good"), condition("B", metav1.ConditionFalse, "Bad"), condition("C", metav1.ConditionUnknown, "Unknown")
	for name, tc := range map[string]struct {
		reason string
		others []metav1.Condition
		want   metav1.Condition
	}{
		"all":     {"every condition is true", []metav1.Condition{good, good}, metav1.Condition{Type: "Ready", Status: metav1.ConditionTrue, Reason: "Ready", Message: "in force"}},
		"first":   {"the first that is not true says why", []metav1.Condition{good, bad, unknown}, metav1.Condition{Type: "Ready", Status: metav1.ConditionFalse, Reason: "Bad", Message: "Bad"}},
		"unknown": {"what is not known is not ready", []metav1.Condition{unknown}, metav1.Condition{Type: "Ready", Status: metav1.ConditionFalse, Reason: "Unknown", Message: "Unknown"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tc.want, ReadyCondition("in force", tc.others...)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestChangedConditions(t *testing.T) {
	t.Parallel()
	valid, invalid, defaults := condition("Valid", metav1.ConditionTrue, "Valid"), condition("Valid", metav1.ConditionFalse, "Valid"), condition("Valid", metav1.ConditionTrue, "Defaults")
	ready := condition("Ready", metav1.ConditionTrue, "Ready")
	reworded := valid
	reworded.Message, reworded.ObservedGeneration = "in other words", 8
	for name, tc := range map[string]struct {
		reason              string
		before, after, want []metav1.Condition
	}{
		"new":      {"there was none", nil, []metav1.Condition{valid}, []metav1.Condition{valid}},
		"the same": {"nothing happened", []metav1.Condition{valid}, []metav1.Condition{valid}, nil},
		"message":  {"other words are no news", []metav1.Condition{valid}, []metav1.Condition{reworded}, nil},
		"status":   {"it is true no longer", []metav1.Condition{valid}, []metav1.Condition{invalid}, []metav1.Condition{invalid}},
		"reason":   {"it is true for another reason", []metav1.Condition{valid}, []metav1.Condition{defaults}, []metav1.Condition{defaults}},
		"gone":     {"a condition that is gone says nothing", []metav1.Condition{valid}, nil, nil},
		"other":    {"no caller asked for that type", nil, []metav1.Condition{ready}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tc.want, ChangedConditions(tc.before, tc.after, "Valid", "Published")); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
	if diff := cmp.Diff([]metav1.Condition{ready}, WithoutCondition([]metav1.Condition{valid, ready}, "Valid")); diff != "" {
		t.Errorf("without a condition (-want +got):\n%s", diff)
	}
}
