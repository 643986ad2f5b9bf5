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

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/inquiry"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
)

// TestSpeaksFor has the groups that an answer claims, and the parties for which it counts.
func TestSpeaksFor(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason          string
		r               *v1alpha1.StakeholderRequest
		person          product.Identity
		verdict         v1alpha1.Verdict
		groups, parties []string
	}{
		"named":          {"a user that the topic names needs no group", release(), cfo, v1alpha1.VerdictApprove, nil, []string{"customer/board"}},
		"groups":         {"a user answers for each group that the topic names", release(), bea, v1alpha1.VerdictReject, []string{"acme:procurement", "acme:shops"}, []string{"customer/board", "customer/shops"}},
		"others' topic":  {"the groups of a user do not matter if the topic does not name them", release(), eve, v1alpha1.VerdictApprove, nil, []string{}},
		"support":        {"the users who are asked support", wish(), eve, v1alpha1.VerdictSupport, []string{"acme:cashiers"}, []string{"end-user/cashiers"}},
		"accept":         {"only those who decide accept", wish(), eve, v1alpha1.VerdictAccept, nil, []string{}},
		"decide":         {"those who decide accept", wish(), dana, v1alpha1.VerdictAccept, nil, []string{"product-owner/dana"}},
		"does not exist": {"no party is asked about an unknown topic", request("relase", ""), bea, v1alpha1.VerdictApprove, nil, []string{}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			standing := inquiry.StandingOf(tc.r, checkout, now)
			if diff := cmp.Diff(tc.groups, standing.Groups(tc.person, tc.verdict)); diff != "" {
				t.Errorf("%s: groups (-want +got):\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.parties, standing.Parties(tc.person, tc.verdict)); diff != "" {
				t.Errorf("%s: parties (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestSummary(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		r    *v1alpha1.StakeholderRequest
		want string
	}{
		"none":         {release(), "0 of 2 parties have approved; it waits for customer/board or customer/shops"},
		"one":          {release(says("cfo", v1alpha1.VerdictApprove)), "1 of 2 parties have approved; it waits for customer/shops"},
		"wish":         {wish(), "it waits for product-owner/dana"},
		"supported":    {wish(says("eve", v1alpha1.VerdictSupport, "acme:cashiers")), "1 person supports it; it waits for product-owner/dana"},
		"twice":        {wish(says("eve", v1alpha1.VerdictSupport, "acme:cashiers"), says("una", v1alpha1.VerdictSupport, "acme:cashiers")), "2 people support it; it waits for product-owner/dana"},
		"consultation": {request("backlog", v1alpha1.ClassConsultation), "a consultation collects comments and has no outcome"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			standing := inquiry.StandingOf(tc.r, checkout, now)
			if diff := cmp.Diff(tc.want, standing.Summary()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestNeverDecided(t *testing.T) {
	t.Parallel()
	authorship := func(a v1alpha1.Authorship) *v1alpha1.StakeholderRequest {
		return with(release(), func(r *v1alpha1.StakeholderRequest) { r.Status.Authorship = a })
	}
	cases := map[string]struct {
		reason string
		r      *v1alpha1.StakeholderRequest
		m      inquiry.Map
		never  bool
	}{
		"open":         {"an open request can be answered", release(), checkout, false},
		"map gone":     {"its map was deleted", release(), inquiry.Map{}, true},
		"no map yet":   {"a request can wait for its map", with(release(), func(r *v1alpha1.StakeholderRequest) { r.Status.MapUID = "" }), inquiry.Map{}, false},
		"map replaced": {"another map of the name decides nothing", release(), inquiry.Map{UID: "another", Table: checkout.Table}, true},
		"unverified":   {"it is not known who asked", authorship(v1alpha1.AuthorshipUnverified), checkout, true},
		"withdrawal":   {"it is not known who withdrew it", authorship(v1alpha1.AuthorshipWithdrawalUnverified), checkout, true},
		"topic":        {"the topic can be added", request("relase", ""), checkout, false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if why := inquiry.NeverDecided(tc.r, inquiry.StandingOf(tc.r, tc.m, now)); (why != "") != tc.never {
				t.Errorf("%s: %q", tc.reason, why)
			}
		})
	}
}
