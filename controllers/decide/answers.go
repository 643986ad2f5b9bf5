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

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

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
			d.Parties = partiesOf(d.By, d.Groups, deciders(topic))
		case d.Verdict == v1alpha1.VerdictSupport && isFeatureRequest(topic):
			d.Parties = partiesOf(d.By, d.Groups, topic.To)
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
func outcomeOf(r *v1alpha1.StakeholderRequest, topic *routing.Topic, decisions []v1alpha1.Decision) v1alpha1.Outcome {
	switch v1alpha1.TopicClass(topic.Class) {
	case v1alpha1.ClassApproval:
		return outcomeOfApproval(topic, decisions)
	case v1alpha1.ClassFeatureRequest:
		return outcomeOfFeatureRequest(r, decisions)
	default:
		return v1alpha1.OutcomePending
	}
}

// latestByParty returns the latest answer for each party. Of two answers in the same second, the rejection counts.
func latestByParty(decisions []v1alpha1.Decision) map[string]v1alpha1.Decision {
	latest := make(map[string]v1alpha1.Decision)
	for _, d := range decisions {
		for _, party := range d.Parties {
			before, ok := latest[party]
			if !ok || before.At.Before(d.At) || before.At.Equal(d.At) && d.Verdict == v1alpha1.VerdictReject {
				latest[party] = d
			}
		}
	}
	return latest
}

// standing returns the parties that have approved, and those whose answer can still decide.
func standing(topic *routing.Topic, decisions []v1alpha1.Decision) (have, waitsFor []string) {
	if v1alpha1.TopicClass(topic.Class) == v1alpha1.ClassConsultation {
		return nil, nil
	}
	latest := latestByParty(decisions)
	for _, party := range keysOf(deciders(topic)) {
		switch d, answered := latest[party]; {
		case answered && d.Verdict == v1alpha1.VerdictApprove:
			have = append(have, party)
		case !answered || d.Verdict == v1alpha1.VerdictSupport:
			waitsFor = append(waitsFor, party)
		}
	}
	return have, waitsFor
}

// outcomeOfApproval counts each party once, by its latest answer.
func outcomeOfApproval(topic *routing.Topic, decisions []v1alpha1.Decision) v1alpha1.Outcome {
	latest := latestByParty(decisions)
	approved := 0
	for d := range maps.Values(latest) {
		if d.Verdict == v1alpha1.VerdictApprove {
			approved++
		}
	}
	rejected := len(latest) - approved
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

// decides reports whether a verdict decides about a topic of its class.
func decides(verdict v1alpha1.Verdict, topic *routing.Topic) bool {
	if isFeatureRequest(topic) {
		return outcomes[verdict] != ""
	}
	isApproval := v1alpha1.TopicClass(topic.Class) == v1alpha1.ClassApproval
	return isApproval && (verdict == v1alpha1.VerdictApprove || verdict == v1alpha1.VerdictReject)
}

// deciders returns the parties whose answers decide. A quorum counts the recipients of an Approval, who have the right to
// approve.
func deciders(topic *routing.Topic) []routing.Party {
	if isFeatureRequest(topic) {
		return topic.DecidedBy
	}
	return topic.To
}

// partiesOf returns the keys of the parties for which a person speaks: those that name the person or a claimed group.
func partiesOf(by string, groups []string, parties []routing.Party) []string {
	speaks := func(s routing.Subject) bool {
		if v1alpha1.SubjectKind(s.Kind) == v1alpha1.SubjectGroup {
			return slices.Contains(groups, s.Name)
		}
		return by == s.UserName()
	}
	return keysOf(slices.DeleteFunc(slices.Clone(parties), func(p routing.Party) bool { return !slices.ContainsFunc(p.Subjects, speaks) }))
}
