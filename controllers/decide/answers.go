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
	"maps"
	"slices"
	"time"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// OutcomeOf returns the outcome that a verdict asks for, or "" if it decides nothing.
func OutcomeOf(v v1alpha1.Verdict) v1alpha1.Outcome {
	switch v {
	case v1alpha1.VerdictApprove:
		return v1alpha1.OutcomeApproved
	case v1alpha1.VerdictReject:
		return v1alpha1.OutcomeRejected
	default:
		return outcomes[v]
	}
}

// outcomes has the outcome that each verdict about a FeatureRequest leads to.
var outcomes = map[v1alpha1.Verdict]v1alpha1.Outcome{
	v1alpha1.VerdictAccept: v1alpha1.OutcomeAccepted, v1alpha1.VerdictDecline: v1alpha1.OutcomeDeclined,
	v1alpha1.VerdictDefer: v1alpha1.OutcomeDeferred,
}

// count fills in the parties for which each answer counts.
func count(decisions []v1alpha1.Decision, topic *routing.Topic) {
	for i := range decisions {
		switch d := &decisions[i]; {
		case decides(d.Verdict, topic):
			d.Parties = PartiesOf(d.By, d.Groups, Deciders(topic))
		case d.Verdict == v1alpha1.VerdictSupport && isFeatureRequest(topic):
			d.Parties = PartiesOf(d.By, d.Groups, topic.To)
		}
	}
}

// supporters returns how many people who may request a feature support it.
func supporters(decisions []v1alpha1.Decision) int32 {
	n := int32(0)
	for i := range decisions {
		if decisions[i].Verdict == v1alpha1.VerdictSupport && len(decisions[i].Parties) > 0 {
			n++
		}
	}
	return n
}

// outcomeOf returns the outcome of the answers that count.
func outcomeOf(r *v1alpha1.StakeholderRequest, topic *routing.Topic, status *v1alpha1.StakeholderRequestStatus) v1alpha1.Outcome {
	switch v1alpha1.TopicClass(topic.Class) {
	case v1alpha1.ClassApproval:
		return outcomeOfApproval(topic, positions(r, status, topic))
	case v1alpha1.ClassFeatureRequest:
		return outcomeOfFeatureRequest(r, status.Decisions)
	default:
		return v1alpha1.OutcomePending
	}
}

// position is where a party stands by its latest answer: Approve, Reject, or unknown.
type position struct {
	verdict v1alpha1.Verdict
	at      time.Time
}

// unknown is the position of a party if it is not known who wrote its latest answer.
const unknown v1alpha1.Verdict = ""

// positions returns where the parties that have answered an Approval stand, by their latest answers. Of several in the same second, a
// rejection counts, and then one that is not known. A rejection stays until the same person answers otherwise: to ignore that can only
// delay an approval.
func positions(r *v1alpha1.StakeholderRequest, status *v1alpha1.StakeholderRequestStatus, topic *routing.Topic) map[string]position {
	latest := make(map[string]position)
	take := func(parties []string, p position) {
		for _, party := range parties {
			before, ok := latest[party]
			if !ok || before.at.Before(p.at) || before.at.Equal(p.at) && rank(p.verdict) > rank(before.verdict) {
				latest[party] = p
			}
		}
	}
	decisions, current := make(map[string]v1alpha1.Decision), answersBy(r)
	for _, d := range status.Decisions {
		decisions[d.By] = d
		take(d.Parties, position{d.Verdict, d.At.Time})
	}
	for _, u := range status.Unverified {
		d := decisions[u.By]
		if d.Verdict == v1alpha1.VerdictReject || u.At == nil {
			continue
		}
		groups := d.Groups
		if response := current[u.By]; response != nil {
			groups = slices.Concat(groups, response.Groups)
		}
		take(PartiesOf(u.By, groups, Deciders(topic)), position{unknown, u.At.Time})
	}
	return latest
}

// rank orders the verdicts of one second: the higher one counts.
func rank(v v1alpha1.Verdict) int {
	return slices.Index([]v1alpha1.Verdict{v1alpha1.VerdictApprove, unknown, v1alpha1.VerdictReject}, v)
}

// standing returns the parties that have approved, and those whose answer can still decide.
func standing(topic *routing.Topic, latest map[string]position) (have, waitsFor []string) {
	if v1alpha1.TopicClass(topic.Class) == v1alpha1.ClassConsultation {
		return nil, nil
	}
	for _, party := range keysOf(Deciders(topic)) {
		switch p, answered := latest[party]; {
		case answered && p.verdict == v1alpha1.VerdictApprove:
			have = append(have, party)
		case !answered || p.verdict != v1alpha1.VerdictReject:
			waitsFor = append(waitsFor, party)
		}
	}
	return have, waitsFor
}

// outcomeOfApproval counts each party once, by its latest answer.
func outcomeOfApproval(topic *routing.Topic, latest map[string]position) v1alpha1.Outcome {
	approved, rejected := 0, 0
	for p := range maps.Values(latest) {
		switch p.verdict {
		case v1alpha1.VerdictApprove:
			approved++
		case v1alpha1.VerdictReject:
			rejected++
		default:
			// It is not known.
		}
	}
	switch {
	case approved >= required(topic):
		return v1alpha1.OutcomeApproved
	case rejected > 0 && len(topic.To)-rejected < required(topic):
		return v1alpha1.OutcomeRejected
	default:
		return v1alpha1.OutcomePending
	}
}

// outcomeOfFeatureRequest returns what the first answer leads to. Of several in the same second, it is the first in the spec.
func outcomeOfFeatureRequest(r *v1alpha1.StakeholderRequest, decisions []v1alpha1.Decision) v1alpha1.Outcome {
	counting := slices.DeleteFunc(slices.Clone(decisions), func(d v1alpha1.Decision) bool {
		return len(d.Parties) == 0 || d.Verdict == v1alpha1.VerdictSupport
	})
	if len(counting) == 0 {
		return v1alpha1.OutcomePending
	}
	position := func(d v1alpha1.Decision) int {
		return slices.IndexFunc(r.Spec.Responses, func(response v1alpha1.Response) bool { return response.By == d.By })
	}
	first := slices.MinFunc(counting, func(a, b v1alpha1.Decision) int {
		if a.At.Equal(b.At) {
			return position(a) - position(b)
		}
		return a.At.Compare(b.At.Time)
	})
	return outcomes[first.Verdict]
}

func isFeatureRequest(topic *routing.Topic) bool {
	return v1alpha1.TopicClass(topic.Class) == v1alpha1.ClassFeatureRequest
}

// Verdicts returns the verdicts that decide about a topic of a class. None decides about a Consultation.
func Verdicts(class v1alpha1.TopicClass) []v1alpha1.Verdict {
	switch class {
	case v1alpha1.ClassApproval:
		return []v1alpha1.Verdict{v1alpha1.VerdictApprove, v1alpha1.VerdictReject}
	case v1alpha1.ClassFeatureRequest:
		return []v1alpha1.Verdict{v1alpha1.VerdictAccept, v1alpha1.VerdictDecline, v1alpha1.VerdictDefer}
	default:
		return nil
	}
}

// decides reports whether a verdict decides about a topic of its class.
func decides(verdict v1alpha1.Verdict, topic *routing.Topic) bool {
	return slices.Contains(Verdicts(v1alpha1.TopicClass(topic.Class)), verdict)
}

// Deciders returns the parties whose answers decide. A quorum counts the recipients of an Approval, who have the right to
// approve.
func Deciders(topic *routing.Topic) []routing.Party {
	if isFeatureRequest(topic) {
		return topic.DecidedBy
	}
	return topic.To
}

// PartiesOf returns the keys of the parties for which a person speaks: those that name the person or a claimed group.
func PartiesOf(by string, groups []string, parties []routing.Party) []string {
	speaks := func(s routing.Subject) bool {
		if v1alpha1.SubjectKind(s.Kind) == v1alpha1.SubjectGroup {
			return slices.Contains(groups, s.Name)
		}
		return by == s.UserName()
	}
	return keysOf(slices.DeleteFunc(slices.Clone(parties), func(p routing.Party) bool { return !slices.ContainsFunc(p.Subjects, speaks) }))
}
