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

// Package approvals says which subjects the approvals of a map open. It is pure, except that Opened remembers what is open.
package approvals

import (
	"cmp"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// Max is the maximum number of approvals of a map that are open at the same time. The most recent ones are.
const Max = 256

// Approval is a subject that is approved for a topic.
type Approval struct {
	Topic, Subject string
}

// Compare orders approvals by topic and subject.
func Compare(a, b Approval) int {
	return cmp.Or(cmp.Compare(a.Topic, b.Topic), cmp.Compare(a.Subject, b.Subject))
}

// Selection is what the requests of a map open.
type Selection struct {
	// Open are the approvals to open, sorted, each once. There are at most Max.
	Open []Approval
	// Lapsed are valid approvals that are not open, because there are Max more recent ones: in no order, each once.
	Lapsed []Approval
	// Next is when the first of them ends by time, or zero if none does.
	Next time.Time
}

// Select returns what requests open for a map. Those about another map, with another UID, do not count, nor those without a
// subject, or that are being deleted. An approval ends at the moment of validUntil.
func Select(requests []v1alpha1.StakeholderRequest, m types.UID, now time.Time) Selection {
	var valid []*v1alpha1.StakeholderRequest
	for i := range requests {
		if IsValid(&requests[i], m, now) {
			valid = append(valid, &requests[i])
		}
	}
	// The most recent first. The order of those of one second is arbitrary, but always the same.
	slices.SortFunc(valid, func(a, b *v1alpha1.StakeholderRequest) int {
		return cmp.Or(b.Status.DecidedAt.Compare(a.Status.DecidedAt.Time), cmp.Compare(a.Name, b.Name))
	})
	seen := make(map[Approval]bool)
	var s Selection
	for _, r := range valid {
		a := Approval{r.Spec.Topic, r.Spec.Subject}
		isNew := !seen[a]
		seen[a] = true
		switch {
		case isNew && len(s.Open) == Max:
			s.Lapsed = append(s.Lapsed, a)
		case isNew:
			s.Open = append(s.Open, a)
		}
		if len(s.Lapsed) > 0 {
			// The end of an older one can change nothing.
			continue
		}
		if until := r.Status.ValidUntil; until != nil && (s.Next.IsZero() || until.Time.Before(s.Next)) {
			s.Next = until.Time
		}
	}
	slices.SortFunc(s.Open, Compare)
	return s
}

// IsValid reports whether a request opens its subject, if there are not too many.
func IsValid(r *v1alpha1.StakeholderRequest, m types.UID, now time.Time) bool {
	return r.Status.Outcome == v1alpha1.OutcomeApproved && r.Spec.Subject != "" && r.Status.DecidedAt != nil &&
		r.Status.MapUID == string(m) && r.DeletionTimestamp.IsZero() &&
		(r.Status.ValidUntil == nil || now.Before(r.Status.ValidUntil.Time))
}
