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

package inquiry

import (
	"cmp"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/decide"
)

// Answer is what a person has answered, and what the operator makes of it.
type Answer struct {
	By      string           `json:"by"`
	Groups  []string         `json:"groups,omitempty"`
	Verdict v1alpha1.Verdict `json:"verdict"`
	Comment string           `json:"comment,omitempty"`
	// At is when the operator first saw it. Comments have no time.
	At *metav1.Time `json:"at,omitempty"`
	// Parties for which the answer counts.
	Parties []string `json:"parties,omitempty"`
	// NotCounted says why the answer does not count. Empty if it does, or is a comment.
	NotCounted string `json:"notCounted,omitempty"`
}

// Counts reports whether the answer counts for a party.
func (a *Answer) Counts() bool { return a.NotCounted == "" && len(a.Parties) > 0 }

// The reasons for which an answer does not count.
const (
	// Unverified : admission was not in force when it was written, so it is not known who did it.
	Unverified = "its author is not verified"
	// NoParty : the person speaks for no party of the topic.
	NoParty = "speaks for no party of the topic"
	// Pending : the operator has not seen it yet.
	Pending = "the operator has not counted it yet"
)

// Answers returns the answers to a request by time, and then those without one.
func Answers(r *v1alpha1.StakeholderRequest) []Answer {
	written := make(map[string]*v1alpha1.Response, len(r.Spec.Responses))
	for i := range r.Spec.Responses {
		written[r.Spec.Responses[i].By] = &r.Spec.Responses[i]
	}
	unverified := make(map[string]*metav1.Time, len(r.Status.Unverified))
	for _, u := range r.Status.Unverified {
		unverified[u.By] = u.At
	}
	var out []Answer
	taken := make(map[string]bool)
	for i := range r.Status.Decisions {
		d := &r.Status.Decisions[i]
		a := Answer{By: d.By, Groups: d.Groups, Verdict: d.Verdict, At: d.At, Parties: d.Parties}
		if len(d.Parties) == 0 {
			a.NotCounted = NoParty
		}
		if response := written[d.By]; response != nil && says(response, d) {
			taken[d.By], a.Comment = true, response.Comment
			if _, ok := unverified[d.By]; ok {
				a.NotCounted = Unverified
			}
		}
		out = append(out, a)
	}
	for i := range r.Spec.Responses {
		if response := &r.Spec.Responses[i]; !taken[response.By] {
			out = append(out, newAnswer(response, unverified))
		}
	}
	slices.SortStableFunc(out, byTime)
	return out
}

// newAnswer returns an answer that is not among the operator's decisions.
func newAnswer(response *v1alpha1.Response, unverified map[string]*metav1.Time) Answer {
	a := Answer{By: response.By, Groups: slices.Sorted(slices.Values(response.Groups)), Verdict: response.Verdict, Comment: response.Comment}
	at, isUnverified := unverified[response.By]
	switch {
	case isUnverified:
		a.At, a.NotCounted = at, Unverified
	case response.Verdict != v1alpha1.VerdictComment:
		a.NotCounted = Pending
	}
	return a
}

// says reports whether an answer in the spec is the one that the operator has recorded.
func says(response *v1alpha1.Response, d *v1alpha1.Decision) bool {
	return response.Verdict == d.Verdict && slices.Equal(slices.Sorted(slices.Values(response.Groups)), d.Groups)
}

func byTime(a, b Answer) int {
	switch {
	case a.At == nil && b.At == nil:
		return strings.Compare(a.By, b.By)
	case a.At == nil:
		return 1
	case b.At == nil:
		return -1
	default:
		return cmp.Or(a.At.Compare(b.At.Time), strings.Compare(a.By, b.By))
	}
}

// decidedBy reports whether a verdict leads to an outcome.
func decidedBy(outcome v1alpha1.Outcome, verdict v1alpha1.Verdict) bool {
	return outcome != "" && decide.OutcomeOf(verdict) == outcome
}
