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
	"time"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/decide"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/requests"
)

// Waiting is what a request waits for from a person.
type Waiting struct {
	// Parties for which the person can answer. Empty if the map cannot be read, and the person has the right to answer.
	Parties []string
	// Verdicts that the person can give.
	Verdicts []v1alpha1.Verdict
}

// WaitsFor returns what an open request waits for from a person, or nil. The operator's rules say which parties can still decide. A
// consultation waits for a comment of each person that it asks.
func WaitsFor(r *v1alpha1.StakeholderRequest, m Map, p product.Identity, now time.Time) *Waiting {
	if !requests.IsOpen(r) {
		return nil
	}
	s := StandingOf(r, m, now)
	if s.Status.Outcome != v1alpha1.OutcomePending {
		return nil
	}
	verdicts := Deciding(s.Status.Class)
	var parties []string
	if s.Status.Class == v1alpha1.ClassConsultation {
		if AnswerOf(r, p.User) == nil {
			parties = s.Parties(p, v1alpha1.VerdictComment)
		}
	} else {
		parties = slices.DeleteFunc(s.Parties(p, verdicts[0]), func(party string) bool { return !slices.Contains(s.WaitsFor, party) })
	}
	if len(parties) == 0 {
		return nil
	}
	return &Waiting{Parties: parties, Verdicts: verdicts}
}

// WaitsForRight is WaitsFor for a user who may not read the map. It depends on whether the user may give the verdicts that decide, and
// on the operator's status.
func WaitsForRight(r *v1alpha1.StakeholderRequest, p product.Identity, may func(verb string) bool) *Waiting {
	verb := Verb(Deciding(r.Status.Class)[0])
	if !requests.IsOpen(r) || !isRouted(r) || verb == "" || AnswerOf(r, p.User) != nil && AnswerOf(r, p.User).Verdict != v1alpha1.VerdictComment || !may(verb) {
		return nil
	}
	return &Waiting{Verdicts: Deciding(r.Status.Class)}
}

func isRouted(r *v1alpha1.StakeholderRequest) bool {
	return condition(r, v1alpha1.ConditionRouted).Status == "True"
}

// Verb returns the verb on the topic that admission wants for a verdict, or "" if it wants none.
func Verb(v v1alpha1.Verdict) string {
	switch v {
	case v1alpha1.VerdictApprove, v1alpha1.VerdictReject:
		return render.VerbApprove
	case v1alpha1.VerdictAccept, v1alpha1.VerdictDecline, v1alpha1.VerdictDefer:
		return render.VerbTriage
	case v1alpha1.VerdictSupport:
		return render.VerbRequest
	default:
		return ""
	}
}

// CompareDue orders requests: the one that is due first comes first, then the oldest. Without a time to respond, it is due when it
// expires.
func CompareDue(a, b *v1alpha1.StakeholderRequest) int {
	return cmp.Or(
		Due(a).Compare(Due(b)), a.CreationTimestamp.Compare(b.CreationTimestamp.Time),
		strings.Compare(a.Namespace, b.Namespace), strings.Compare(a.Name, b.Name),
	)
}

// CompareAge orders requests: the oldest comes first.
func CompareAge(a, b *v1alpha1.StakeholderRequest) int {
	return cmp.Or(a.CreationTimestamp.Compare(b.CreationTimestamp.Time), strings.Compare(a.Namespace, b.Namespace), strings.Compare(a.Name, b.Name))
}

// Due returns when an answer is due: when the topic's respondWithin passes or the request expires, whichever comes first.
func Due(r *v1alpha1.StakeholderRequest) time.Time {
	expires := decide.ExpiresAt(r)
	if r.Status.DueAt != nil && r.Status.DueAt.Time.Before(expires) {
		return r.Status.DueAt.Time
	}
	return expires
}

// IsOverdue reports whether an open request has waited longer than its topic allows.
func IsOverdue(r *v1alpha1.StakeholderRequest, now time.Time) bool {
	return requests.IsOpen(r) && r.Status.DueAt != nil && !now.Before(r.Status.DueAt.Time)
}
