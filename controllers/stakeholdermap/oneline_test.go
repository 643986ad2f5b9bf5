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
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/events"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/targets"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// TestMessagesAreOneLine has several causes of everything, each with what a webhook may answer: kubectl describe and
// kubectl get events show a message in a table, which a line break tears apart.
func TestMessagesAreOneLine(t *testing.T) {
	t.Parallel()
	denied := errors.New("admission webhook denied the request:\n * first\r\n * second\u2028third\x1b[2J")
	m := &v1alpha1.StakeholderMap{ObjectMeta: metav1.ObjectMeta{Namespace: "payments", Name: "checkout", Generation: 2}}
	elsewhere := targetsResult{
		participation: participation{
			Resolution: targets.Resolution{Targets: []targets.Target{{Namespace: "a", State: targets.Refused}, {Namespace: "b", State: targets.Missing}}},
			unaccepted: []string{"c"},
		},
		report:   apply.TargetsReport{ByNamespace: map[string]apply.Result{"d": apply.ResultOf(denied), "e": apply.ResultOf(apply.ErrNamespaceTerminating)}},
		problems: apply.ResultOf(denied, errors.New("more")),
	}
	both := apply.ResultOf(denied, foreign)
	for name, conditions := range map[string][]metav1.Condition{
		"an invalid map": nextStatus(m, nil, []v1alpha1.Finding{mixedUp, unknown, mixedUp, mixedUp}, enforcementResult{decision: decision{invalid: true}}, epoch).Conditions,
		"failures": nextStatus(m, nil, nil, enforcementResult{
			decision: decision{table: table}, published: both, authorized: both, targets: elsewhere, project: "no\nproject",
		}, epoch).Conditions,
		"a deletion": deletingStatus(m, denied.Error(), epoch).Conditions,
	} {
		if len(conditions) < 2 {
			t.Fatalf("%s has %d conditions", name, len(conditions))
		}
		for _, c := range conditions {
			for what, message := range map[string]string{"condition": c.Message, "event": recordedNote(c.Message)} {
				if strings.ContainsAny(message, "\n\r\u2028\x1b") {
					t.Errorf("%s: the message of the %s %s is not one line: %q", name, what, c.Type, message)
				}
			}
		}
	}
	if note := recordedNote(denied.Error()); strings.ContainsAny(note, "\n\r\u2028\x1b") {
		t.Errorf("the note of an event is not one line: %q", note)
	}
}

// recordedNote is the note of the event that is recorded for a message.
func recordedNote(message string) string {
	recorder := events.NewFakeRecorder(1)
	messages.Record(recorder, &v1alpha1.StakeholderMap{}, corev1.EventTypeNormal, "Reason", "Act", message)
	return <-recorder.Events
}

// TestWindowOfAFraction has a window that opens within a second, as JavaScript writes times: status, which holds whole
// seconds, says the first one at which it is open, and is the same when it is read again.
func TestWindowOfAFraction(t *testing.T) {
	t.Parallel()
	m := fixtures.Minimal()
	opens := metav1.NewTime(epoch.Truncate(time.Second).Add(90*time.Second + 250*time.Millisecond))
	m.Spec.Customers[0].ValidUntil = &opens
	m.Status = nextStatus(m, nil, nil, enforcementResult{decision: decision{table: table}}, epoch)
	content, err := json.Marshal(m.Status)
	if err != nil {
		t.Fatal(err)
	}
	var stored v1alpha1.StakeholderMapStatus
	if err := json.Unmarshal(content, &stored); err != nil {
		t.Fatal(err)
	}
	if next := stored.NextTransitionTime; next == nil || next.Time.Before(opens.Time) || next.Sub(opens.Time) >= time.Second {
		t.Errorf("status says that the window closes at %v, want the second after %v", next, opens)
	}
	m.Status = stored
	if next := nextStatus(m, nil, nil, enforcementResult{decision: decision{table: table}}, epoch); !equality.Semantic.DeepEqual(next, stored) {
		t.Errorf("status would be written again and again: %v is not %v", next.NextTransitionTime, stored.NextTransitionTime)
	}
}
