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
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/inquiry"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
)

func TestWaitsFor(t *testing.T) {
	t.Parallel()
	approveOrReject := []v1alpha1.Verdict{v1alpha1.VerdictApprove, v1alpha1.VerdictReject}
	triage := []v1alpha1.Verdict{v1alpha1.VerdictAccept, v1alpha1.VerdictDecline, v1alpha1.VerdictDefer}
	comment := []v1alpha1.Verdict{v1alpha1.VerdictComment}
	backlog := func(responses ...v1alpha1.Response) *v1alpha1.StakeholderRequest {
		return request("backlog", v1alpha1.ClassConsultation, responses...)
	}
	cases := map[string]struct {
		reason string
		r      *v1alpha1.StakeholderRequest
		person product.Identity
		m      inquiry.Map
		want   *inquiry.Waiting
	}{
		"named": {"the topic names the user", release(), cfo, checkout, &inquiry.Waiting{Parties: []string{"customer/board"}, Verdicts: approveOrReject}},
		"groups": {
			"the user is in groups of two parties", release(), bea, checkout,
			&inquiry.Waiting{Parties: []string{"customer/board", "customer/shops"}, Verdicts: approveOrReject},
		},
		"answered": {"the user has approved", release(says("cfo", v1alpha1.VerdictApprove)), cfo, checkout, nil},
		"colleague": {
			"another person of one party has approved", release(says("cfo", v1alpha1.VerdictApprove)), bea, checkout,
			&inquiry.Waiting{Parties: []string{"customer/shops"}, Verdicts: approveOrReject},
		},
		"commented": {
			"a comment decides nothing", release(says("cfo", v1alpha1.VerdictComment)), cfo, checkout,
			&inquiry.Waiting{Parties: []string{"customer/board"}, Verdicts: approveOrReject},
		},
		"not asked":      {"the topic goes to customers only", release(), dana, checkout, nil},
		"no party":       {"the map does not name the user", release(), visitor, checkout, nil},
		"rejected":       {"two of two have to approve, so one rejection decides, also before the operator has seen it", release(says("cfo", v1alpha1.VerdictReject)), bea, checkout, nil},
		"decider":        {"the product owner decides about wishes", wish(), dana, checkout, &inquiry.Waiting{Parties: []string{"product-owner/dana"}, Verdicts: triage}},
		"supporter":      {"end users may support wishes, and nothing waits for that", wish(), eve, checkout, nil},
		"consulted":      {"a consultation asks for a comment", backlog(), dana, checkout, &inquiry.Waiting{Parties: []string{"product-owner/dana"}, Verdicts: comment}},
		"has commented":  {"the user has commented", backlog(says("dana", v1alpha1.VerdictComment)), dana, checkout, nil},
		"others comment": {"each person is asked", backlog(says("dana", v1alpha1.VerdictComment)), bea, checkout, &inquiry.Waiting{Parties: []string{"customer/shops"}, Verdicts: comment}},
		"outcome": {"it is decided", with(release(), func(r *v1alpha1.StakeholderRequest) {
			r.Status.Outcome = v1alpha1.OutcomeApproved
		}), cfo, checkout, nil},
		"withdrawn": {"the operator has not seen that it is withdrawn", with(release(), func(r *v1alpha1.StakeholderRequest) { r.Spec.Withdrawn = new(true) }), cfo, checkout, nil},
		"expired":   {"the operator has not seen that it has expired", with(release(), func(r *v1alpha1.StakeholderRequest) { r.Spec.ExpiresAfter = "1h" }), cfo, checkout, nil},
		"map gone":  {"no party decides about the request of a map that is gone", release(), cfo, inquiry.Map{}, nil},
		"map replaced": {
			"the map is another one of the same name", release(), cfo, inquiry.Map{UID: "another", Table: checkout.Table}, nil,
		},
		"unknown topic": {"the map has no such topic", request("relase", ""), cfo, checkout, nil},
		"not seen": {"the operator has not seen the request yet", with(release(), func(r *v1alpha1.StakeholderRequest) {
			r.Status = v1alpha1.StakeholderRequestStatus{}
		}), cfo, checkout, &inquiry.Waiting{Parties: []string{"customer/board"}, Verdicts: approveOrReject}},
		"unverified": {"it is not known who asked", with(release(), func(r *v1alpha1.StakeholderRequest) {
			r.Status.Authorship = v1alpha1.AuthorshipUnverified
		}), cfo, checkout, nil},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tc.want, inquiry.WaitsFor(tc.r, tc.m, tc.person, now)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestWaitsForRight checks what waits for users who may not read the map, from their rights.
func TestWaitsForRight(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason string
		r      *v1alpha1.StakeholderRequest
		may    string
		want   bool
	}{
		"may approve":   {"the user has the right", release(), "approve", true},
		"may triage":    {"the user has the right", wish(), "triage", true},
		"may not":       {"the user lacks the right", release(), "triage", false},
		"answered":      {"the user has answered", release(says("cfo", v1alpha1.VerdictReject)), "approve", false},
		"commented":     {"a comment decides nothing", release(says("cfo", v1alpha1.VerdictComment)), "approve", true},
		"consultation":  {"no right shows who is consulted", request("backlog", v1alpha1.ClassConsultation), "", false},
		"not seen yet":  {"the class is not known", request("release", ""), "approve", false},
		"cannot decide": {"the map is gone", with(release(), func(r *v1alpha1.StakeholderRequest) { r.Status.Conditions[0].Status = metav1.ConditionFalse }), "approve", false},
		"decided":       {"it has an outcome", with(release(), func(r *v1alpha1.StakeholderRequest) { r.Status.Outcome = v1alpha1.OutcomeExpired }), "approve", false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := inquiry.WaitsForRight(tc.r, cfo, func(verb string) bool { return verb == tc.may })
			if (got != nil) != tc.want {
				t.Errorf("%s: %+v", tc.reason, got)
			}
		})
	}
}

func TestCompareDue(t *testing.T) {
	t.Parallel()
	due := func(name string, hours int) *v1alpha1.StakeholderRequest {
		return with(release(), func(r *v1alpha1.StakeholderRequest) {
			r.Name, r.Status.DueAt = name, at(asked.Add(hour(hours)))
		})
	}
	expires := func(name, after string) *v1alpha1.StakeholderRequest {
		return with(release(), func(r *v1alpha1.StakeholderRequest) { r.Name, r.Spec.ExpiresAfter = name, after })
	}
	both := with(expires("expires-before-it-is-due", "30m"), func(r *v1alpha1.StakeholderRequest) { r.Status.DueAt = at(asked.Add(hour(48))) })
	got := []*v1alpha1.StakeholderRequest{
		due("in-an-hour", 2), expires("in-30-days", ""), due("overdue", -1), expires("in-a-week", "168h"), both, due("another-in-an-hour", 2),
	}
	slices.SortFunc(got, inquiry.CompareDue)
	names := make([]string, len(got))
	for i, r := range got {
		names[i] = r.Name
	}
	want := []string{"overdue", "expires-before-it-is-due", "another-in-an-hour", "in-an-hour", "in-a-week", "in-30-days"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, r := range got {
		if overdue := inquiry.IsOverdue(r, now); overdue != (r.Name == "overdue") {
			t.Errorf("%s is overdue: %t", r.Name, overdue)
		}
	}
}
