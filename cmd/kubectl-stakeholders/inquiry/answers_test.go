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
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/types"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/inquiry"
)

func decision(by string, verdict v1alpha1.Verdict, minutes int, parties ...string) v1alpha1.Decision {
	return v1alpha1.Decision{By: by, Verdict: verdict, At: at(asked.Add(time.Duration(minutes) * time.Minute)), Parties: parties}
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	minute := func(n int) time.Time { return asked.Add(time.Duration(n) * time.Minute) }
	commented := func(by string, verdict v1alpha1.Verdict, comment string) v1alpha1.Response {
		return v1alpha1.Response{By: by, Verdict: verdict, Comment: comment}
	}
	r := with(release(
		commented("zoe", v1alpha1.VerdictApprove, "fine"),
		commented("cfo", v1alpha1.VerdictReject, "no"),
		commented("forger", v1alpha1.VerdictApprove, "yes"),
		commented("again", v1alpha1.VerdictApprove, "as before"),
		commented("late", v1alpha1.VerdictApprove, ""),
		commented("turncoat", v1alpha1.VerdictApprove, "now I like it"),
		commented("ann", v1alpha1.VerdictComment, "please"),
	), func(r *v1alpha1.StakeholderRequest) {
		r.Status.Decisions = []v1alpha1.Decision{
			decision("again", v1alpha1.VerdictApprove, 3, "customer/shops"),
			decision("cfo", v1alpha1.VerdictReject, 5, "customer/board"),
			decision("turncoat", v1alpha1.VerdictReject, 2, "customer/shops"),
			decision("zoe", v1alpha1.VerdictApprove, 1),
		}
		for i, by := range []string{"forger", "again", "turncoat"} {
			r.Status.Unverified = append(r.Status.Unverified, v1alpha1.UnverifiedAnswer{By: by, Answer: "digest", At: at(minute(4 + i))})
		}
	})
	want := []inquiry.Answer{
		{By: "zoe", Verdict: v1alpha1.VerdictApprove, Comment: "fine", At: at(minute(1)), NotCounted: inquiry.NoParty},
		{By: "turncoat", Verdict: v1alpha1.VerdictReject, At: at(minute(2)), Parties: []string{"customer/shops"}},
		// It was written again while admission was not in force.
		{By: "again", Verdict: v1alpha1.VerdictApprove, Comment: "as before", At: at(minute(3)), Parties: []string{"customer/shops"}, NotCounted: inquiry.Unverified},
		{By: "forger", Verdict: v1alpha1.VerdictApprove, Comment: "yes", At: at(minute(4)), NotCounted: inquiry.Unverified},
		{By: "cfo", Verdict: v1alpha1.VerdictReject, Comment: "no", At: at(minute(5)), Parties: []string{"customer/board"}},
		{By: "turncoat", Verdict: v1alpha1.VerdictApprove, Comment: "now I like it", At: at(minute(6)), NotCounted: inquiry.Unverified},
		{By: "ann", Verdict: v1alpha1.VerdictComment, Comment: "please"},
		{By: "late", Verdict: v1alpha1.VerdictApprove, NotCounted: inquiry.Pending},
	}
	if diff := cmp.Diff(want, inquiry.Answers(r)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestRows has an auditor's table: answers by time, and requests without answers at the time of their end.
func TestRows(t *testing.T) {
	t.Parallel()
	first := with(release(says("cfo", v1alpha1.VerdictApprove)), func(r *v1alpha1.StakeholderRequest) {
		r.Name, r.Status.Decisions = "first", []v1alpha1.Decision{decision("cfo", v1alpha1.VerdictApprove, 30, "customer/board")}
	})
	expired := with(release(), func(r *v1alpha1.StakeholderRequest) {
		r.Name, r.Status.Outcome, r.Status.DecidedAt = "expired", v1alpha1.OutcomeExpired, at(asked.Add(20*time.Minute))
	})
	quick := with(release(says("cfo", v1alpha1.VerdictReject)), func(r *v1alpha1.StakeholderRequest) {
		r.Name, r.Status.Decisions = "quick", []v1alpha1.Decision{decision("cfo", v1alpha1.VerdictReject, 10, "customer/board")}
	})
	waiting := with(release(), func(r *v1alpha1.StakeholderRequest) { r.Name, r.Status.Outcome = "waiting", "" })
	uid := types.UID("map")
	var records []inquiry.Record
	for _, r := range []*v1alpha1.StakeholderRequest{first, expired, quick, waiting} {
		records = append(records, inquiry.RecordOf(r, &uid))
	}
	var got []string
	for _, row := range inquiry.Rows(records) {
		text := row.Name + " " + string(row.Outcome)
		if row.Answer != nil {
			text += " " + row.Answer.By + " " + string(row.Answer.Verdict)
		}
		got = append(got, text)
	}
	want := []string{"waiting Pending", "quick Pending cfo Reject", "expired Expired", "first Pending cfo Approve"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestRecordNotes(t *testing.T) {
	t.Parallel()
	uid := func(s types.UID) *types.UID { return &s }
	authorship := func(a v1alpha1.Authorship) *v1alpha1.StakeholderRequest {
		return with(release(), func(r *v1alpha1.StakeholderRequest) { r.Status.Authorship = a })
	}
	cases := map[string]struct {
		r    *v1alpha1.StakeholderRequest
		uid  *types.UID
		want []string
	}{
		"as usual":         {release(), uid("map"), nil},
		"unreadable":       {release(), nil, nil},
		"gone":             {release(), uid(""), []string{"Its map does not exist any more."}},
		"replaced":         {release(), uid("another"), []string{"It was asked about an earlier map of this name."}},
		"never routed":     {with(release(), func(r *v1alpha1.StakeholderRequest) { r.Status.MapUID = "" }), uid("another"), nil},
		"unverified":       {authorship(v1alpha1.AuthorshipUnverified), uid("map"), []string{"It is not verified who asked, so it is never decided."}},
		"withdrawn by who": {authorship(v1alpha1.AuthorshipWithdrawalUnverified), uid("map"), []string{"It is not verified who withdrew it, so it is never decided."}},
	}
	for name, tc := range cases {
		if diff := cmp.Diff(tc.want, inquiry.RecordOf(tc.r, tc.uid).Notes); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
