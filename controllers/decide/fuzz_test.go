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

package decide_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/decide"
)

// FuzzDecide takes two bytes for each step: who answers what, and what becomes of the map and of the time. Whatever happens,
//
//   - a second look at the same state changes nothing,
//   - an outcome never changes,
//   - only people of a party of the topic count, and
//   - an approval has a quorum of parties, each by a person who has approved.
func FuzzDecide(f *testing.F) {
	f.Add([]byte{0, 0, 1, 1, 2, 2})
	f.Add([]byte{0x10, 0, 0x21, 1, 0x32, 2, 0xff, 3})
	people := []v1alpha1.Response{
		{By: "cfo"}, {By: "ceo"}, {By: "shopkeeper"}, {By: "erin", Groups: []string{"acme:procurement"}}, {By: "mallory"},
		{By: "mallory", Groups: []string{"acme:cashiers"}}, {By: "dana"}, {By: "system:serviceaccount:payments:ledger"},
	}
	verdicts := []v1alpha1.Verdict{
		v1alpha1.VerdictApprove, v1alpha1.VerdictReject, v1alpha1.VerdictAccept, v1alpha1.VerdictDecline,
		v1alpha1.VerdictDefer, v1alpha1.VerdictSupport, v1alpha1.VerdictComment, "Unknown",
	}
	tables := []*routing.RoutingTable{
		table(approval(2, board, shops, union)), table(approval(1, shops)), table(wish), table(approval(1)), table(), nil,
	}
	f.Fuzz(func(t *testing.T, steps []byte) {
		r, at := request(), asked
		for i := 0; i+1 < len(steps); i += 2 {
			answer := people[steps[i]%8]
			answer.Verdict = verdicts[steps[i]/8%8]
			r.Spec.Responses = slices.DeleteFunc(r.Spec.Responses, func(other v1alpha1.Response) bool { return other.By == answer.By })
			if steps[i] < 128 {
				r.Spec.Responses = append(r.Spec.Responses, answer)
			}
			published := tables[int(steps[i+1])%len(tables)]
			at = at.Add(time.Duration(steps[i+1]) * time.Hour)
			v := judge(r, published, at)
			check(t, r, published, v)
			r.Status = v.Status
			again := judge(r, published, at)
			if diff := cmp.Diff(v.Status, again.Status); diff != "" || !again.Next.Equal(v.Next) {
				t.Fatalf("looked at again, which is due at %v, first at %v (-first +second):\n%s", again.Next, v.Next, diff)
			}
		}
	})
}

// check looks at one verdict about a request with the status before it.
func check(t *testing.T, r *v1alpha1.StakeholderRequest, published *routing.RoutingTable, v decide.Verdict) {
	t.Helper()
	before := r.Status.Outcome
	if before != "" && before != v1alpha1.OutcomePending {
		if v.Status.Outcome != before {
			t.Fatalf("%s became %s", before, v.Status.Outcome)
		}
		return
	}
	approving := make(map[string]bool)
	for _, d := range v.Status.Decisions {
		if d.By == "mallory" && len(d.Parties) > 0 {
			t.Fatalf("a stranger counts: %+v", d)
		}
		for _, party := range d.Parties {
			approving[party] = approving[party] || d.Verdict == v1alpha1.VerdictApprove
		}
	}
	if v.Status.Outcome != v1alpha1.OutcomeApproved {
		return
	}
	n := int32(0)
	for _, approves := range approving {
		if approves {
			n++
		}
	}
	if quorum := published.Resolve("release").Quorum; quorum == nil || n < quorum.Count {
		t.Fatalf("approved by %d parties", n)
	}
}
