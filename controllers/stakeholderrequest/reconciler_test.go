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

package stakeholderrequest

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/approvals"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/decide"
)

// open reports that the approval of the request is open.
func (w *world) open() {
	w.opened.Report(mapKey, approvals.State{UID: "map", Open: map[approvals.Approval]bool{{Topic: "release", Subject: subject}: true}})
}

// TestOneWriteForEachChange follows a request from the question to what it opens.
func TestOneWriteForEachChange(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.wantWrites(1, "new")
	w.wantCondition(v1alpha1.ConditionRouted, metav1.ConditionTrue, v1alpha1.ReasonRouted, "customer/board, customer/shops")
	w.wantCondition(v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonPending, "0 of 2 parties have approved; waits for customer/board or customer/shops")
	w.answer("board", v1alpha1.VerdictApprove)
	w.wantWrites(1, "answered")
	w.wantCondition(v1alpha1.ConditionDecided, metav1.ConditionFalse, v1alpha1.ReasonPending, "1 of 2 parties have approved (customer/board); waits for customer/shops")
	w.answer("shops", v1alpha1.VerdictApprove)
	decided := w.wantWrites(1, "approved")
	w.wantCondition(v1alpha1.ConditionDecided, metav1.ConditionTrue, "Approved", "customer/board, customer/shops")
	w.wantCondition(v1alpha1.ConditionApproved, metav1.ConditionFalse, v1alpha1.ReasonOpening, "")
	w.open()
	opened := w.wantWrites(1, "opened")
	w.wantCondition(v1alpha1.ConditionApproved, metav1.ConditionTrue, "Approved", "")
	w.wantCondition(v1alpha1.ConditionReady, metav1.ConditionTrue, "Approved", "")
	decided.Conditions, opened.Conditions = nil, nil
	if diff := cmp.Diff(decided, opened); diff != "" {
		t.Errorf("what was decided changes (-before +after):\n%s", diff)
	}
	checks := w.checks
	w.restart()
	w.wantWrites(0, "after a restart")
	if w.checks > checks {
		t.Error("after a restart the admission policy was checked, although nothing has changed")
	}
}

// TestNothingIsCheckedInVain counts the checks of the admission policy.
func TestNothingIsCheckedInVain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.wantWrites(1, "new")
	w.restart()
	w.wantWrites(0, "after a restart")
	w.answer("mallory", v1alpha1.VerdictComment)
	w.wantWrites(1, "commented, which is another generation")
	if w.checks != 1 {
		t.Errorf("%d checks for one new request", w.checks)
	}
}

// TestOnTime looks at when the next reconcile is due.
func TestOnTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.table.Topics[0].RespondWithin = "10m"
	w.table.Topics[0].EscalateTo = []tableParty{{Role: "ProductOwner", Name: "dana"}}
	w.edit(func(s *v1alpha1.StakeholderRequestSpec) { s.ExpiresAfter = "20m" })
	if got := w.reconcile().RequeueAfter; got != 10*time.Minute {
		t.Errorf("it is due in %s", got)
	}
	w.clock.SetTime(asked.Add(10 * time.Minute))
	if got := w.reconcile().RequeueAfter; got != 10*time.Minute {
		t.Errorf("it expires in %s", got)
	}
	w.wantCondition(v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonOverdue, "turn to product-owner/dana")
	w.clock.SetTime(asked.Add(20 * time.Minute))
	if got := w.reconcile().RequeueAfter; got != 0 {
		t.Errorf("it has expired, and is due again in %s", got)
	}
	w.wantCondition(v1alpha1.ConditionReady, metav1.ConditionFalse, "Expired", "")
}

// TestStaleMap has the API server know a later edit of the map than the cache. A person may have left it.
func TestStaleMap(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.reconcile()
	w.answer("board", v1alpha1.VerdictApprove)
	w.answer("shops", v1alpha1.VerdictApprove)
	w.r.config.Tables, w.r.observer.tables = staleTables{w}, staleTables{w}
	if got := w.reconcile().RequeueAfter; got != staleRetry || w.get().Status.Outcome != v1alpha1.OutcomePending {
		t.Errorf("outcome %s, again in %s", w.get().Status.Outcome, got)
	}
	w.r.observer.tables = w
	w.reconcile()
	if got := w.get().Status.Outcome; got != v1alpha1.OutcomeApproved {
		t.Errorf("the cache has caught up: %s", got)
	}
}

// TestStaleRequest has the cache late. Nothing is written again until it shows what was written.
func TestStaleRequest(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.shown = w.get()
	w.wantWrites(1, "the cache does not show the write")
	if after := w.reconcile().RequeueAfter; after != staleRetry {
		t.Errorf("it is reconciled again after %s", after)
	}
	w.shown = nil
	w.wantWrites(0, "the cache shows the write")
	if after := w.reconcile().RequeueAfter; after == staleRetry {
		t.Error("it still waits for the cache")
	}
}

// TestConflict has an answer come between the read and the write. The request is decided anew.
func TestConflict(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.table = approval(1, "board")
	w.reconcile()
	w.answer("board", v1alpha1.VerdictApprove)
	w.beforeWrite = func() {
		w.beforeWrite = nil
		w.edit(func(s *v1alpha1.StakeholderRequestSpec) { s.Responses[0].Verdict = v1alpha1.VerdictReject })
	}
	if got := w.reconcile().RequeueAfter; got != staleRetry || w.get().Status.Outcome != v1alpha1.OutcomePending {
		t.Errorf("outcome %s, again in %s", w.get().Status.Outcome, got)
	}
	w.reconcile()
	if got := w.get().Status.Outcome; got != v1alpha1.OutcomeRejected {
		t.Errorf("the outcome is %s", got)
	}
}

// TestLabelsDelayNothing has another user label the request at each write. What was decided is about the same request.
func TestLabelsDelayNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.table = approval(1, "board")
	w.reconcile()
	w.answer("board", v1alpha1.VerdictApprove)
	labels, most := 0, 3
	w.beforeWrite = func() {
		labels++
		if labels <= most {
			r := w.get()
			r.Labels = map[string]string{"again": strings.Repeat("x", labels)}
			if err := w.live.Update(w.Context(), r); err != nil {
				w.Fatal(err)
			}
		}
	}
	w.reconcile()
	if got := w.get().Status.Outcome; got != v1alpha1.OutcomeApproved {
		t.Errorf("the outcome is %s", got)
	}
	// The same for a request that has an outcome, of which the cache has only a part.
	labels = 0
	w.open()
	w.reconcile()
	w.wantCondition(v1alpha1.ConditionApproved, metav1.ConditionTrue, "Approved", "")
	// A writer that never stops is no reason to write for ever.
	w.edit(func(s *v1alpha1.StakeholderRequestSpec) { s.ValidFor = "1h" })
	labels, most = 0, 1000
	if got := w.reconcile().RequeueAfter; got != staleRetry {
		t.Errorf("again in %s", got)
	}
}

// TestStalePolicy has the API server know a policy in force that the cache does not know yet. It may ask for more approvals.
func TestStalePolicy(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.table = approval(1, "board")
	w.reconcile()
	policy := &v1alpha1.StakeholderPolicy{ObjectMeta: metav1.ObjectMeta{Name: v1alpha1.PolicyInForceName}}
	if err := w.live.Create(t.Context(), policy); err != nil {
		t.Fatal(err)
	}
	older := policy.DeepCopy()
	policy.Status.InForce.Spec = &v1alpha1.StakeholderPolicySpec{Topics: []v1alpha1.Topic{{Name: "release", Class: v1alpha1.ClassApproval, To: []v1alpha1.Role{v1alpha1.RoleCustomer}}}}
	if err := w.live.Status().Update(t.Context(), policy); err != nil {
		t.Fatal(err)
	}
	w.answer("board", v1alpha1.VerdictApprove)
	w.r.observer.reader = cache{WithWatch: w.live, of: w, policy: older}
	if got := w.reconcile().RequeueAfter; got != staleRetry || w.get().Status.Outcome != v1alpha1.OutcomePending {
		t.Errorf("outcome %s, again in %s", w.get().Status.Outcome, got)
	}
	w.r.observer.reader = cache{WithWatch: w.live, of: w}
	w.reconcile()
	if got := w.get().Status.Outcome; got != v1alpha1.OutcomeApproved {
		t.Errorf("the cache has caught up: %s", got)
	}
}

// TestExpiresAllTheSame cannot find out whether admission is in force. Until the request expires, nothing is decided.
func TestExpiresAllTheSame(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.reconcile()
	w.answer("board", v1alpha1.VerdictApprove)
	w.checkErr = errors.New("another policy refuses the dry run")
	if _, err := w.r.Reconcile(t.Context(), ctrl.Request{NamespacedName: w.key}); err == nil || len(w.get().Status.Decisions) > 0 {
		t.Errorf("%v, %+v", err, w.get().Status)
	}
	w.clock.SetTime(asked.Add(decide.DefaultExpiry))
	w.reconcile()
	if got := w.get().Status.Outcome; got != v1alpha1.OutcomeExpired {
		t.Errorf("the outcome is %s", got)
	}
}

// TestPolicySettles decides nothing until it is known whether the admission policy is in force everywhere.
func TestPolicySettles(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.wait = 2 * time.Second
	if got := w.reconcile().RequeueAfter; got != w.wait || w.writes > 0 {
		t.Errorf("again in %s, after %d writes", got, w.writes)
	}
}

// TestApprovalEnds looks at each way in which what was approved is closed again.
func TestApprovalEnds(t *testing.T) {
	t.Parallel()
	approvedWorld := func(t *testing.T) *world {
		t.Helper()
		w := newWorld(t)
		w.table = approval(1, "board")
		w.edit(func(s *v1alpha1.StakeholderRequestSpec) { s.ValidFor = "1h" })
		w.answer("board", v1alpha1.VerdictApprove)
		w.open()
		w.wantWrites(1, "approved, and open")
		w.wantCondition(v1alpha1.ConditionApproved, metav1.ConditionTrue, "Approved", "")
		return w
	}
	for name, tc := range map[string]struct {
		reason string
		change func(*world)
		// says is the reason of the condition Approved, and part of its message.
		says, message string
	}{
		"ValidFor": {"time is over", func(w *world) { w.clock.SetTime(asked.Add(time.Hour)) }, v1alpha1.ReasonLapsed, "validFor has passed"},
		"Deleted": {"the map is gone", func(w *world) {
			if err := w.live.Delete(w.Context(), &v1alpha1.StakeholderMap{ObjectMeta: metav1.ObjectMeta{Namespace: "payments", Name: "checkout"}}); err != nil {
				w.Fatal(err)
			}
		}, v1alpha1.ReasonMapReplaced, "StakeholderMap checkout was deleted"},
		"Refused": {"the Role cannot be written", func(w *world) {
			w.opened.Report(mapKey, approvals.State{UID: "map", Problem: "a foreign Role has the name"})
		}, v1alpha1.ReasonOpening, "a foreign Role has the name"},
		"Drift": {"the Role was deleted by hand", func(w *world) { w.opened.Report(mapKey, approvals.State{UID: "map"}) }, v1alpha1.ReasonOpening, ""},
		"Lapsed": {"the reconcile of the map has found 256 more recent ones, and what is in their way is no matter of this one", func(w *world) {
			lapsed := map[approvals.Approval]bool{{Topic: "release", Subject: subject}: true}
			w.opened.Report(mapKey, approvals.State{UID: "map", Lapsed: lapsed, Problem: "a foreign Role has the name"})
		}, v1alpha1.ReasonLapsed, "256 more recent approvals"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := approvedWorld(t)
			tc.change(w)
			w.wantWrites(1, tc.reason)
			w.wantCondition(v1alpha1.ConditionApproved, metav1.ConditionFalse, tc.says, tc.message)
			w.wantCondition(v1alpha1.ConditionReady, metav1.ConditionFalse, tc.says, tc.message)
			w.wantCondition(v1alpha1.ConditionDecided, metav1.ConditionTrue, "Approved", "customer/board")
			if got := w.get().Status; got.Outcome != v1alpha1.OutcomeApproved || len(got.Decisions) != 1 {
				t.Errorf("the outcome stays, and who has made it: %+v", got)
			}
		})
	}
}

// TestEvents has one event for what was asked, answered, decided, escalated and expired.
func TestEvents(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	want := func(reason string, wanted ...string) {
		t.Helper()
		w.wantWrites(1, reason)
		if diff := cmp.Diff(wanted, w.told()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", reason, diff)
		}
	}
	w.table.Topics[0].RespondWithin, w.table.Topics[0].EscalateTo = "10m", []tableParty{{Role: "ProductOwner", Name: "dana"}}
	want("asked", "Normal Asked It went to customer/board, customer/shops")
	w.answer("board", v1alpha1.VerdictApprove)
	w.answer("a stranger", v1alpha1.VerdictReject)
	want("answered", `Normal Answered "a stranger" has answered Reject, which counts for no party that is asked; board has answered Approve for customer/board`)
	w.admission = decide.Admission{}
	w.answer("shops", v1alpha1.VerdictApprove)
	want("forged", "Warning AnswerUnverified The last change of the answer of shops does not count, because the admission policy of requests was not in force: answer again, with another comment")
	w.clock.SetTime(asked.Add(10 * time.Minute))
	want("overdue", "Warning Escalated The time to respond has passed without an outcome: turn to product-owner/dana")
	w.clock.SetTime(asked.Add(decide.DefaultExpiry))
	want("expired", "Normal Expired There was no outcome in time")
}
