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
	"slices"
	"strings"
	"time"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// countedAnswers returns the answers that decide, sorted by who has given them, and how many people support the request. An
// answer keeps the time at which it was first counted as long as its verdict stays.
func countedAnswers(r *v1alpha1.StakeholderRequest, topic *routing.Topic, now time.Time) (decisions []v1alpha1.Decision, supporters int32) {
	counted := make(map[string]v1alpha1.Decision, len(r.Status.Decisions))
	for _, d := range r.Status.Decisions {
		counted[d.By] = d
	}
	at := timeOf(now)
	for i := range r.Spec.Responses {
		response := &r.Spec.Responses[i]
		switch {
		case response.Verdict == v1alpha1.VerdictSupport && isFeatureRequest(topic):
			if len(partiesOf(response, topic.To)) > 0 {
				supporters++
			}
			continue
		case !decides(response.Verdict, topic):
			continue
		}
		parties := partiesOf(response, deciders(topic))
		if len(parties) == 0 {
			continue
		}
		d := v1alpha1.Decision{By: response.By, Parties: parties, Verdict: response.Verdict, At: at}
		if before, ok := counted[response.By]; ok && before.Verdict == response.Verdict {
			d.At = before.At
		}
		decisions = append(decisions, d)
	}
	slices.SortFunc(decisions, func(a, b v1alpha1.Decision) int { return strings.Compare(a.By, b.By) })
	return decisions, supporters
}

func isFeatureRequest(topic *routing.Topic) bool {
	return v1alpha1.TopicClass(topic.Class) == v1alpha1.ClassFeatureRequest
}

// decides says whether a verdict decides about a topic of its class.
func decides(verdict v1alpha1.Verdict, topic *routing.Topic) bool {
	switch v1alpha1.TopicClass(topic.Class) {
	case v1alpha1.ClassApproval:
		return verdict == v1alpha1.VerdictApprove || verdict == v1alpha1.VerdictReject
	case v1alpha1.ClassFeatureRequest:
		return verdict == v1alpha1.VerdictAccept || verdict == v1alpha1.VerdictDecline || verdict == v1alpha1.VerdictDefer
	default:
		return false
	}
}

// deciders are the parties whose answers decide. A quorum counts the recipients of an Approval, who have the right to approve.
func deciders(topic *routing.Topic) []routing.Party {
	if isFeatureRequest(topic) {
		return topic.DecidedBy
	}
	return topic.To
}

// partiesOf returns the keys of the parties for which a person speaks: those that name the person or a claimed group.
func partiesOf(response *v1alpha1.Response, parties []routing.Party) []string {
	var speaksFor []routing.Party
	for i := range parties {
		if slices.ContainsFunc(parties[i].Subjects, func(s routing.Subject) bool { return isSubject(response, s) }) {
			speaksFor = append(speaksFor, parties[i])
		}
	}
	return keysOf(speaksFor)
}

// isSubject says whether a person is a subject, or claims to be in it.
func isSubject(response *v1alpha1.Response, s routing.Subject) bool {
	switch v1alpha1.SubjectKind(s.Kind) {
	case v1alpha1.SubjectUser:
		return response.By == s.Name
	case v1alpha1.SubjectGroup:
		return slices.Contains(response.Groups, s.Name)
	case v1alpha1.SubjectServiceAccount:
		return response.By == "system:serviceaccount:"+s.Namespace+":"+s.Name
	default:
		return false
	}
}
