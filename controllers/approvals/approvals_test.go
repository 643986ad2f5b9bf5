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

package approvals_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/approvals"
)

var now = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)

func at(t time.Time) *metav1.Time { return new(metav1.NewTime(t)) }

// approved is a request that was approved some time ago.
func approved(subject string, ago time.Duration, changes ...func(*v1alpha1.StakeholderRequest)) v1alpha1.StakeholderRequest {
	r := v1alpha1.StakeholderRequest{
		ObjectMeta: metav1.ObjectMeta{Name: subject},
		Spec:       v1alpha1.StakeholderRequestSpec{Map: "checkout", Topic: "release", Subject: subject},
		Status:     v1alpha1.StakeholderRequestStatus{Outcome: v1alpha1.OutcomeApproved, MapUID: "map", DecidedAt: at(now.Add(-ago))},
	}
	for _, change := range changes {
		change(&r)
	}
	return r
}

func validFor(d time.Duration) func(*v1alpha1.StakeholderRequest) {
	return func(r *v1alpha1.StakeholderRequest) { r.Status.ValidUntil = at(r.Status.DecidedAt.Add(d)) }
}

func TestSelect(t *testing.T) {
	t.Parallel()
	type request = v1alpha1.StakeholderRequest
	for name, tc := range map[string]struct {
		reason   string
		requests []request
		want     approvals.Selection
	}{
		"Open":      {"What is approved is open.", []request{approved("a", time.Hour)}, approvals.Selection{Open: []approvals.Approval{{Topic: "release", Subject: "a"}}}},
		"Valid":     {"It closes when validFor has passed.", []request{approved("a", time.Hour, validFor(2*time.Hour))}, approvals.Selection{Open: []approvals.Approval{{Topic: "release", Subject: "a"}}, Next: now.Add(time.Hour)}},
		"Ended":     {"At that moment it is closed.", []request{approved("a", time.Hour, validFor(time.Hour))}, approvals.Selection{}},
		"Again":     {"The longer of two approvals of a subject counts.", []request{approved("a", time.Hour, validFor(2*time.Hour)), approved("a", time.Minute)}, approvals.Selection{Open: []approvals.Approval{{Topic: "release", Subject: "a"}}, Next: now.Add(time.Hour)}},
		"Rejected":  {"Only approvals open something.", []request{approved("a", 0, func(r *request) { r.Status.Outcome = v1alpha1.OutcomeRejected })}, approvals.Selection{}},
		"Accepted":  {"A feature request that was accepted opens nothing.", []request{approved("a", 0, func(r *request) { r.Status.Outcome = v1alpha1.OutcomeAccepted })}, approvals.Selection{}},
		"Pending":   {"Nothing is open before there is an outcome.", []request{approved("a", 0, func(r *request) { r.Status.Outcome = v1alpha1.OutcomePending })}, approvals.Selection{}},
		"OtherMap":  {"An approval lapses with its map.", []request{approved("a", 0, func(r *request) { r.Status.MapUID = "earlier" })}, approvals.Selection{}},
		"Deleting":  {"An approval ends with its request, also if a finalizer keeps that.", []request{approved("a", 0, func(r *request) { r.DeletionTimestamp = at(now) })}, approvals.Selection{}},
		"NoSubject": {"Without a subject there is nothing to open.", []request{approved("", 0)}, approvals.Selection{}},
		"Sorted": {"The same requests in another order come to the same.", []request{
			approved("b", 0), approved("a", time.Hour), approved("c", 0, func(r *request) { r.Spec.Topic = "budget" }),
		}, approvals.Selection{Open: []approvals.Approval{{Topic: "budget", Subject: "c"}, {Topic: "release", Subject: "a"}, {Topic: "release", Subject: "b"}}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tc.want, approvals.Select(tc.requests, "map", now)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestSelectMostRecent has more approvals than can be open. The most recent ones are, and the time of the others is nothing to wait for.
func TestSelectMostRecent(t *testing.T) {
	t.Parallel()
	var all []v1alpha1.StakeholderRequest
	for i := range approvals.Max + 10 {
		all = append(all, approved(fmt.Sprintf("%04d", i), time.Duration(i)*time.Minute, validFor(time.Duration(1000-i)*time.Minute)))
	}
	s := approvals.Select(all, "map", now)
	if len(s.Open) != approvals.Max || s.Open[0].Subject != "0000" || s.Open[approvals.Max-1].Subject != fmt.Sprintf("%04d", approvals.Max-1) {
		t.Errorf("%d are open, from %v to %v", len(s.Open), s.Open[0], s.Open[len(s.Open)-1])
	}
	last := all[approvals.Max-1]
	if !s.Next.Equal(last.Status.ValidUntil.Time) {
		t.Errorf("the first of them closes at %v, want %v", s.Next, last.Status.ValidUntil)
	}
	var lapsed []string
	for _, a := range s.Lapsed {
		lapsed = append(lapsed, a.Subject)
	}
	slices.Sort(lapsed)
	if len(lapsed) != 10 || lapsed[0] != all[approvals.Max].Spec.Subject {
		t.Errorf("%v have lapsed", lapsed)
	}
}

// TestOpened tells of changes, and only of these.
func TestOpened(t *testing.T) {
	t.Parallel()
	key := types.NamespacedName{Namespace: "payments", Name: "checkout"}
	told := 0
	o := &approvals.Opened{Changed: func(got types.NamespacedName, _ func(approvals.Approval) bool) {
		if got != key {
			t.Errorf("told of %s", got)
		}
		told++
	}}
	if _, known := o.Of(key); known {
		t.Error("nothing has been reported")
	}
	state := approvals.State{UID: "map", Open: map[approvals.Approval]bool{{Topic: "release", Subject: "a"}: true}}
	for i, step := range []struct {
		reason string
		do     func()
		told   int
	}{
		{"the first report tells who is not told yet", func() { o.Report(key, state) }, 1},
		{"the same again is no change", func() { o.Report(key, state) }, 1},
		{"something is in the way", func() { o.Report(key, approvals.State{UID: "map", Open: state.Open, Problem: "refused"}) }, 2},
		{"another map has the name", func() { o.Report(key, approvals.State{UID: "other"}) }, 3},
		{"the map is gone", func() { o.Forget(key) }, 4},
		{"it stays gone", func() { o.Forget(key) }, 4},
	} {
		step.do()
		if told != step.told {
			t.Errorf("%d: %s: told %d times, want %d", i, step.reason, told, step.told)
		}
	}
}

// TestOpenedConcernsFew has another approval open, and the oldest lapse. Only these two are told, however many others have lapsed.
func TestOpenedConcernsFew(t *testing.T) {
	t.Parallel()
	key := types.NamespacedName{Namespace: "payments", Name: "checkout"}
	approval := func(subject string) approvals.Approval { return approvals.Approval{Topic: "release", Subject: subject} }
	set := func(subjects ...string) map[approvals.Approval]bool {
		out := make(map[approvals.Approval]bool)
		for _, subject := range subjects {
			out[approval(subject)] = true
		}
		return out
	}
	before := approvals.State{UID: "map", Open: set("b", "c"), Lapsed: set("a")}
	for name, tc := range map[string]struct {
		reason string
		next   approvals.State
		want   []string
	}{
		"Newer":   {"One opens, and one lapses.", approvals.State{UID: "map", Open: set("c", "d"), Lapsed: set("a", "b")}, []string{"b", "d"}},
		"Deleted": {"The place of one is taken by one that had lapsed.", approvals.State{UID: "map", Open: set("a", "b")}, []string{"a", "c"}},
		"Ended":   {"One that has lapsed ends.", approvals.State{UID: "map", Open: set("b", "c")}, []string{"a"}},
		"Problem": {"All of them say what the problem is.", approvals.State{UID: "map", Open: before.Open, Lapsed: before.Lapsed, Problem: "refused"}, []string{"a", "b", "c", "d"}},
		"Map":     {"Another map opens others.", approvals.State{UID: "other", Open: before.Open, Lapsed: before.Lapsed}, []string{"a", "b", "c", "d"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			o := &approvals.Opened{}
			o.Report(key, before)
			o.Changed = func(_ types.NamespacedName, concerns func(approvals.Approval) bool) {
				for _, subject := range []string{"a", "b", "c", "d"} {
					if concerns(approval(subject)) {
						got = append(got, subject)
					}
				}
			}
			o.Report(key, tc.next)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}
