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

package inquiry_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/inquiry"
)

func TestProgressOf(t *testing.T) {
	t.Parallel()
	is := func(outcome v1alpha1.Outcome, conditions ...metav1.Condition) *v1alpha1.StakeholderRequest {
		return with(release(v1alpha1.Response{By: "cfo", Verdict: v1alpha1.VerdictReject, Comment: "not yet"}), func(r *v1alpha1.StakeholderRequest) {
			r.Status.Outcome, r.Status.Conditions = outcome, conditions
			r.Status.Decisions = []v1alpha1.Decision{decision("cfo", v1alpha1.VerdictReject, 1, "customer/board")}
		})
	}
	condition := func(kind string, status metav1.ConditionStatus, reason, message string) metav1.Condition {
		return metav1.Condition{Type: kind, Status: status, Reason: reason, Message: message}
	}
	supporters := func(n int32) func(*v1alpha1.StakeholderRequest) {
		return func(r *v1alpha1.StakeholderRequest) { r.Status.Supporters = n }
	}
	decided := func(message string) metav1.Condition { return condition("Decided", "True", "", message) }
	cases := map[string]struct {
		reason string
		r      *v1alpha1.StakeholderRequest
		want   inquiry.Progress
	}{
		"new":     {"the operator has not seen it", is(""), inquiry.Progress{}},
		"waiting": {"it waits for an answer", is("Pending", condition("Ready", "False", "Pending", "0 of 1")), inquiry.Progress{Message: "0 of 1"}},
		"supported": {
			"a party that decides sees it", with(is("Pending", condition("Ready", "False", "Pending", "Waits for x")), supporters(1)),
			inquiry.Progress{Message: "1 person supports it; waits for x"},
		},
		"supported by several": {
			"a party that decides sees how many", with(is("Pending", condition("Ready", "False", "Pending", "Waits for x")), supporters(30)),
			inquiry.Progress{Message: "30 people support it; waits for x"},
		},
		"supported, and not seen": {"the operator has not seen it", with(is(""), supporters(1)), inquiry.Progress{}},
		"overdue":                 {"it waits all the same", is("Pending", condition("Ready", "False", "Overdue", "turn to dana")), inquiry.Progress{Message: "turn to dana"}},
		"no map":                  {"the map can come", is("Pending", condition("Ready", "False", "MapNotFound", "no map")), inquiry.Progress{Message: "no map"}},
		"map replaced": {
			"nothing decides it any more", is("Pending", condition("Ready", "False", "MapReplaced", "ask again")), inquiry.Progress{Ended: true, Message: "ask again"},
		},
		"unverified": {
			"nothing decides it", is("Pending", condition("Ready", "False", "AuthorUnverified", "ask again")), inquiry.Progress{Ended: true, Message: "ask again"},
		},
		"opening": {
			"a pipeline must not go on before the subject is open",
			is("Approved", decided("Approved by x"), condition("Approved", "False", "Opening", "writing")), inquiry.Progress{Message: "writing"},
		},
		"approved without a condition": {"the operator has not said yet whether it is open", is("Approved"), inquiry.Progress{}},
		"open": {
			"it is open", is("Approved", decided("Approved by x"), condition("Approved", "True", "Approved", "open")),
			inquiry.Progress{Ended: true, Well: true, Message: "Approved by x"},
		},
		"lapsed": {
			"it was open", is("Approved", decided("Approved by x"), condition("Approved", "False", "Lapsed", "over")), inquiry.Progress{Ended: true, Message: "over"},
		},
		"accepted": {"a wish is taken up", is("Accepted", decided("Accepted by x")), inquiry.Progress{Ended: true, Well: true, Message: "Accepted by x"}},
		"rejected": {
			"the reason is what the people who decided have written", is("Rejected", decided("Rejected by x")),
			inquiry.Progress{Ended: true, Message: "Rejected by x. cfo: “not yet”"},
		},
		"rejected by a stranger too": {
			"a comment of a user who speaks for no party is no reason", with(is("Rejected", decided("Rejected by x")), func(r *v1alpha1.StakeholderRequest) {
				r.Spec.Responses = append(r.Spec.Responses, v1alpha1.Response{By: "visitor", Verdict: v1alpha1.VerdictReject, Comment: "ha"})
				r.Status.Decisions = append(r.Status.Decisions, decision("visitor", v1alpha1.VerdictReject, 2))
			}), inquiry.Progress{Ended: true, Message: "Rejected by x. cfo: “not yet”"},
		},
		"expired": {
			"an answer that decided nothing is no reason", is("Expired", decided("There was no outcome in time")),
			inquiry.Progress{Ended: true, Message: "Expired: There was no outcome in time"},
		},
		"withdrawn without a message": {"the outcome is enough", is("Withdrawn"), inquiry.Progress{Ended: true, Message: "Withdrawn"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tc.want, inquiry.ProgressOf(tc.r)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}
