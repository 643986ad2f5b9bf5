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

package argocd

import (
	"strings"
	"testing"
	"time"

	testingclock "k8s.io/utils/clock/testing"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render/rbaccsv"
)

// dispute returns the dispute of a write, or nil. It fails if there is any other problem.
func (w *world) dispute() *apply.Outcome {
	w.Helper()
	_, problems := w.Write(w.Context(), output())
	if failures := problems.Failures(); len(failures) > 0 {
		w.Fatal(failures)
	}
	disputes := problems.Disputes()
	if len(disputes) == 0 {
		return nil
	}
	d := &disputes[0]
	if text := d.Err.Error(); d.RetryAfter <= 0 || !strings.Contains(text, rbaccsv.PolicyKey) || !strings.Contains(text, rbaccsv.ConfigMapName) {
		w.Errorf("it is looked at again after %s: %s", d.RetryAfter, text)
	}
	return d
}

// TestAdmissionThatChangesOurKey has admission add subjects to our key. The operator reports that and does not write
// again, but still removes parties that leave a map.
func TestAdmissionThatChangesOurKey(t *testing.T) {
	w := newWorld(t)
	clock := testingclock.NewFakePassiveClock(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	w.Rewrites.Clock = clock
	m := w.inForce("checkout", "acme", "bolt")
	w.alter = func(policy string) string {
		return policy + strings.ReplaceAll(policy, "acme", "mallory")
	}
	if d := w.dispute(); d == nil || d.State != apply.Altered {
		t.Errorf("what admission has added is not told: %v", d)
	}
	before := w.written
	for range 20 {
		if d := w.dispute(); d == nil || d.State != apply.Altered {
			t.Errorf("what admission has added is no longer told: %v", d)
		}
	}
	if w.written != before {
		t.Errorf("20 looks have made %d writes", w.written-before)
	}
	w.Contribute(m, entry(m, "acme"), false)
	if d := w.dispute(); d == nil || d.State != apply.Altered {
		t.Errorf("what admission has added to another policy is not told: %v", d)
	}
	if got := strings.Join(w.members(), " "); strings.Contains(got, "bolt") {
		t.Errorf("who has left the map is among the members: %s", got)
	}
	w.alter = nil
	clock.SetTime(clock.Now().Add(time.Minute))
	if d := w.dispute(); d != nil {
		t.Errorf("admission is gone: %v", d)
	}
	w.want("admission is gone", "checkout acme")
}

// TestAdmissionThatRemovesOurKey has admission remove our key. The answer must not be decoded into the sent object,
// which has it.
func TestAdmissionThatRemovesOurKey(t *testing.T) {
	w := newWorld(t)
	w.inForce("checkout", "acme", "bolt")
	w.alter = func(string) string { return "" }
	if d := w.dispute(); d == nil || d.State != apply.Altered {
		t.Errorf("what admission has removed is not told: %v", d)
	}
}

// TestAnotherWriterOfOurKey has another writer replace our key each time.
func TestAnotherWriterOfOurKey(t *testing.T) {
	w := newWorld(t)
	clock := testingclock.NewFakePassiveClock(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	w.Rewrites.Clock = clock
	m := w.inForce("checkout", "acme", "bolt")
	w.writeKey()
	written := w.written
	var last *apply.Outcome
	for range 300 {
		w.setData(rbaccsv.PolicyKey, "# ours\n")
		last = w.dispute()
		clock.SetTime(clock.Now().Add(200 * time.Millisecond))
	}
	if last == nil || last.State != apply.Contested {
		t.Errorf("another writer is told as %v", last)
	}
	if n := w.written - written; n < 5 || n > 20 {
		t.Errorf("a minute has made %d writes", n)
	}
	w.Contribute(m, entry(m, "acme"), false)
	if d := w.dispute(); d != nil {
		t.Errorf("another policy is in dispute: %v", d)
	}
	w.want("a change of a map does not wait", "checkout acme")
}
