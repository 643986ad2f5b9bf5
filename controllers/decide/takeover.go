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

package decide

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

const (
	// maxAnswers is the maximum number of decisions in a status. As many people can answer.
	maxAnswers = 128
	// noAnswer is the digest of an answer that was removed.
	noAnswer = "none"
)

// takeOver compares the answers in the spec with those in the status. It returns the answers for the next status, for no party
// yet, and the people whose entry in the spec does not count. An answer keeps the time at which it was first seen as long as
// its verdict and its groups stay, whether it counts meanwhile or not.
//
// Changes are taken over only if admission has checked them. Others are remembered until the person writes something else, and the
// answer before stays as it was. Times never go back, also if the clock does.
func takeOver(r *v1alpha1.StakeholderRequest, checked bool, now time.Time) ([]v1alpha1.Decision, []v1alpha1.UnverifiedAnswer) {
	before, current, ignored := decisionsBy(r), answersBy(r), ignoredBy(r)
	now = notBefore(r, now)
	var decisions []v1alpha1.Decision
	var unverified []v1alpha1.UnverifiedAnswer
	for _, by := range people(before, current) {
		old, next := before[by], decisionOf(current[by], now)
		digest := digestOf(current[by])
		switch {
		case isSame(old, next) && ignored[by].Answer != digest:
			next = old
		case ignored[by].Answer == digest:
			next = old
			unverified = append(unverified, ignored[by])
		case !checked:
			next = old
			unverified = append(unverified, v1alpha1.UnverifiedAnswer{By: by, Answer: digest, At: timeOf(now)})
		}
		if next != nil && len(decisions) < maxAnswers {
			kept := *next
			kept.Parties = nil
			decisions = append(decisions, kept)
		}
	}
	slices.SortFunc(decisions, func(a, b v1alpha1.Decision) int { return strings.Compare(a.By, b.By) })
	slices.SortFunc(unverified, func(a, b v1alpha1.UnverifiedAnswer) int { return strings.Compare(a.By, b.By) })
	return decisions, unverified
}

// changes reports whether the spec has an answer, or lacks one, that takeOver could take over.
func changes(r *v1alpha1.StakeholderRequest) bool {
	before, current, ignored := decisionsBy(r), answersBy(r), ignoredBy(r)
	return slices.ContainsFunc(people(before, current), func(by string) bool {
		return !isSame(before[by], decisionOf(current[by], time.Time{})) && ignored[by].Answer != digestOf(current[by])
	})
}

func decisionsBy(r *v1alpha1.StakeholderRequest) map[string]*v1alpha1.Decision {
	out := make(map[string]*v1alpha1.Decision, len(r.Status.Decisions))
	for i := range r.Status.Decisions {
		out[r.Status.Decisions[i].By] = &r.Status.Decisions[i]
	}
	return out
}

// answersBy returns the answers in the spec, by person.
func answersBy(r *v1alpha1.StakeholderRequest) map[string]*v1alpha1.Response {
	out := make(map[string]*v1alpha1.Response, len(r.Spec.Responses))
	for i := range r.Spec.Responses {
		out[r.Spec.Responses[i].By] = &r.Spec.Responses[i]
	}
	return out
}

// ignoredBy returns the answers that do not count, by person.
func ignoredBy(r *v1alpha1.StakeholderRequest) map[string]v1alpha1.UnverifiedAnswer {
	out := make(map[string]v1alpha1.UnverifiedAnswer, len(r.Status.Unverified))
	for _, u := range r.Status.Unverified {
		out[u.By] = u
	}
	return out
}

// notBefore returns a moment, or the latest in the status if that is later.
func notBefore(r *v1alpha1.StakeholderRequest, now time.Time) time.Time {
	for i := range r.Status.Decisions {
		if at := r.Status.Decisions[i].At; at != nil && at.After(now) {
			now = at.Time
		}
	}
	for i := range r.Status.Unverified {
		if at := r.Status.Unverified[i].At; at != nil && at.After(now) {
			now = at.Time
		}
	}
	return now
}

// people returns everybody with an answer. Those with an answer in the status come first, so that they keep their place if
// there are too many.
func people(before map[string]*v1alpha1.Decision, current map[string]*v1alpha1.Response) []string {
	var others []string
	for by := range current {
		if before[by] == nil {
			others = append(others, by)
		}
	}
	slices.Sort(others)
	return append(slices.Sorted(maps.Keys(before)), others...)
}

// decisionOf returns an answer as the status has it, first seen at a moment, for no party yet. Of no answer, and of a comment, it
// returns nil.
func decisionOf(response *v1alpha1.Response, now time.Time) *v1alpha1.Decision {
	if response == nil || response.Verdict == v1alpha1.VerdictComment {
		return nil
	}
	groups := slices.Sorted(slices.Values(response.Groups))
	return &v1alpha1.Decision{By: response.By, Groups: groups, Verdict: response.Verdict, At: timeOf(now)}
}

// isSame reports whether two answers, which may be nil, say the same.
func isSame(a, b *v1alpha1.Decision) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Verdict == b.Verdict && slices.Equal(a.Groups, b.Groups)
}

// digestOf returns a digest of an answer, or noAnswer. The comment is part of it, so that a person can confirm an answer with
// another comment. Its form must never change: status.unverified has digests of earlier versions, and what does not match them is
// another answer.
func digestOf(response *v1alpha1.Response) string {
	if response == nil {
		return noAnswer
	}
	groups := slices.Sorted(slices.Values(response.Groups))
	content, err := json.Marshal([]any{response.Verdict, groups, response.Comment})
	if err != nil {
		panic(err) // texts can always be encoded
	}
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:8])
}
