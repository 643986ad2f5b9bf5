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
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// recorded keeps events as texts.
type recorded []string

func (r *recorded) Eventf(_, _ runtime.Object, eventType, reason, action, note string, args ...any) {
	*r = append(*r, strings.Join([]string{eventType, reason, action, fmt.Sprintf(note, args...)}, " "))
}

func TestRecord(t *testing.T) {
	t.Parallel()
	var events recorded
	Record(&events, nil, "Normal", "Granted", "Grant", "100%s\nof it")
	Record(&events, nil, "Normal", "Granted", "Grant", strings.Repeat("店", 1024))
	if events[0] != "Normal Granted Grant 100%s; of it" {
		t.Errorf("the event is %q", events[0])
	}
	if note := strings.TrimPrefix(events[1], "Normal Granted Grant "); len(note) > 1024 || !strings.HasSuffix(note, ellipsis) {
		t.Errorf("the note has %d bytes: %s", len(note), note)
	}
}

func TestRecordCondition(t *testing.T) {
	t.Parallel()
	var events recorded
	RecordCondition(&events, nil, condition("Valid", metav1.ConditionTrue, "Valid"), "NearlyFull")
	RecordCondition(&events, nil, condition("Published", metav1.ConditionTrue, "NearlyFull"), "NearlyFull")
	RecordCondition(&events, nil, condition("Authorized", metav1.ConditionFalse, "ApplyFailed"))
	RecordCondition(&events, nil, condition("Enforced", metav1.ConditionUnknown, "ApplyFailed"))
	want := recorded{
		"Normal Valid Validate Valid", "Warning NearlyFull Publish NearlyFull", "Warning ApplyFailed Authorize ApplyFailed",
		"Warning ApplyFailed Enforce ApplyFailed",
	}
	if diff := cmp.Diff(want, events); diff != "" {
		t.Errorf("the actions differ, because client-go merges events that differ in their note only (-want +got):\n%s", diff)
	}
}
