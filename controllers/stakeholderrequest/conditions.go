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

package stakeholderrequest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/approvals"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/decide"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/requests"
)

// maxParties is how many parties a message lists.
const maxParties = 5

// mergeConditions returns the conditions of the next status. What was said about how an outcome came about stays: the cache does
// not keep the answers to a request that has one.
func mergeConditions(
	r *v1alpha1.StakeholderRequest, next *v1alpha1.StakeholderRequestStatus, v *decide.Verdict, opening openingState, now time.Time,
) []metav1.Condition {
	before := r.Status.Conditions
	course := []metav1.Condition{routedCondition(r, v), escalatedCondition(next, v), decidedCondition(next, v)}
	if !requests.IsOpen(r) {
		for i := range course {
			if kept := meta.FindStatusCondition(before, course[i].Type); kept != nil {
				course[i] = *kept
			}
		}
	}
	approved := approvedCondition(r, next, opening, meta.FindStatusCondition(before, v1alpha1.ConditionApproved))
	all := slices.Concat(course, []metav1.Condition{approved})
	return messages.MergeConditions(before, append(all, readyCondition(next, all)), r.Generation, now)
}

func routedCondition(r *v1alpha1.StakeholderRequest, v *decide.Verdict) metav1.Condition {
	c := metav1.Condition{Type: v1alpha1.ConditionRouted, Status: metav1.ConditionFalse}
	m, topic := r.Spec.Map, r.Spec.Topic
	switch v.Routing {
	case decide.Routed:
		c.Status, c.Reason, c.Message = metav1.ConditionTrue, v1alpha1.ReasonRouted, "It went to "+list(v.Status.To)
	case decide.MapNotFound:
		c.Reason, c.Message = v1alpha1.ReasonMapNotFound, fmt.Sprintf("There is no StakeholderMap %s in this namespace: create it, or make a new request about another one", m)
	case decide.MapNotInForce:
		c.Reason, c.Message = v1alpha1.ReasonMapNotInForce, fmt.Sprintf("StakeholderMap %s is invalid and nothing of it is in force: correct it, as its status says", m)
	case decide.MapReplaced:
		c.Reason, c.Message = v1alpha1.ReasonMapReplaced, fmt.Sprintf("StakeholderMap %s was deleted and created again since this was asked: make a new request", m)
	case decide.TopicNotFound:
		c.Reason, c.Message = v1alpha1.ReasonTopicNotFound, fmt.Sprintf("StakeholderMap %s has no topic %s: define it under spec.topics, or make a new request about another one", m, topic)
	case decide.TooFewToAsk:
		c.Reason, c.Message = v1alpha1.ReasonTooFewToAsk, fmt.Sprintf("StakeholderMap %s is invalid, and too few of those who are asked about %s are left: correct it, as its status says", m, topic)
	case decide.AuthorUnverified:
		c.Reason, c.Message = v1alpha1.ReasonAuthorUnverified, "The admission policy of requests was not in force when this was asked, so it is not known who has asked: "+
			"see that it is installed, and make a new request"
	case decide.WithdrawalUnverified:
		c.Reason, c.Message = v1alpha1.ReasonWithdrawalUnverified, "The admission policy of requests was not in force when this was withdrawn, so it is not known who has "+
			"withdrawn it: make a new request"
	}
	return c
}

func escalatedCondition(next *v1alpha1.StakeholderRequestStatus, v *decide.Verdict) metav1.Condition {
	c := metav1.Condition{Type: v1alpha1.ConditionEscalated, Status: metav1.ConditionFalse, Reason: v1alpha1.ReasonNotDue}
	switch {
	case v.Escalated && len(next.EscalatedTo) > 0:
		c.Status, c.Reason, c.Message = metav1.ConditionTrue, v1alpha1.ReasonOverdue, "The time to respond has passed without an outcome: turn to "+list(next.EscalatedTo)
	case v.Escalated:
		c.Status, c.Reason, c.Message = metav1.ConditionTrue, v1alpha1.ReasonOverdue, "The time to respond has passed without an outcome"
	case next.DueAt == nil:
		c.Message = "The topic has no time to respond"
	default:
		c.Message = "The time to respond has not passed without an outcome"
	}
	return c
}

func decidedCondition(next *v1alpha1.StakeholderRequestStatus, v *decide.Verdict) metav1.Condition {
	c := metav1.Condition{Type: v1alpha1.ConditionDecided, Status: metav1.ConditionTrue, Reason: string(next.Outcome)}
	switch next.Outcome {
	case v1alpha1.OutcomePending:
		c.Status, c.Message = metav1.ConditionFalse, pendingMessage(next, v)
	case v1alpha1.OutcomeExpired:
		c.Message = "There was no outcome in time"
	case v1alpha1.OutcomeWithdrawn:
		c.Message = "The user who had asked has withdrawn it"
	default:
		c.Message = fmt.Sprintf("%s by %s", next.Outcome, list(deciding(next)))
	}
	return c
}

// pendingMessage says who has to do what for an outcome.
func pendingMessage(next *v1alpha1.StakeholderRequestStatus, v *decide.Verdict) string {
	switch {
	case v.Routing != decide.Routed:
		return "It cannot be decided: see the condition " + v1alpha1.ConditionRouted
	case next.Class == v1alpha1.ClassConsultation:
		return "A consultation collects comments and has no outcome: it ends when it expires or is withdrawn"
	case next.Class == v1alpha1.ClassFeatureRequest:
		return "Waits for " + strings.Join(messages.Abbreviate(v.WaitsFor, maxParties), " or ")
	}
	message := fmt.Sprintf("%d of %d parties have approved", len(v.Have), next.Required)
	if len(v.Have) > 0 {
		message += " (" + list(v.Have) + ")"
	}
	return message + "; waits for " + strings.Join(messages.Abbreviate(v.WaitsFor, maxParties), " or ")
}

// deciding returns the parties by which an outcome has come.
func deciding(next *v1alpha1.StakeholderRequestStatus) []string {
	var parties []string
	seen := make(map[string]bool)
	for _, d := range next.Decisions {
		if decide.OutcomeOf(d.Verdict) != next.Outcome {
			continue
		}
		for _, party := range d.Parties {
			if !seen[party] {
				seen[party] = true
				parties = append(parties, party)
			}
		}
	}
	return parties
}

// approvedCondition says whether an approval is in force. Before is the condition that the request has, or nil.
func approvedCondition(
	r *v1alpha1.StakeholderRequest, next *v1alpha1.StakeholderRequestStatus, o openingState, before *metav1.Condition,
) metav1.Condition {
	c := metav1.Condition{Type: v1alpha1.ConditionApproved, Status: metav1.ConditionFalse}
	switch o.opening {
	case notOpen:
		c.Reason, c.Message = string(next.Outcome), "The outcome is "+string(next.Outcome)
	case isOpen:
		c.Status, c.Reason, c.Message = metav1.ConditionTrue, string(v1alpha1.OutcomeApproved), openMessage(r)
	case isUnknown:
		if before != nil && !requests.IsOpen(r) {
			return *before
		}
		fallthrough
	case isOpening:
		c.Reason, c.Message = v1alpha1.ReasonOpening, "It is approved, and the operator is writing the Role that opens its subject"
		if o.problem != "" {
			c.Message += ": " + o.problem
		}
	case validForPassed:
		c.Reason, c.Message = v1alpha1.ReasonLapsed, "It was approved, and validFor has passed: make a new request"
		if o.problem != "" {
			c.Message += ". It may still be used, because the operator cannot close it: " + o.problem
		}
	case mapGone:
		c.Reason, c.Message = v1alpha1.ReasonMapReplaced, fmt.Sprintf("It was approved, and StakeholderMap %s was deleted since: make a new request", r.Spec.Map)
	case tooMany:
		c.Reason, c.Message = v1alpha1.ReasonLapsed, fmt.Sprintf("It was approved, and the map has %d more recent approvals, which is as many as can be open: make a new request", approvals.Max)
	}
	return c
}

func openMessage(r *v1alpha1.StakeholderRequest) string {
	if r.Spec.Subject == "" {
		return "It is approved. It has no subject, so it opens nothing"
	}
	return fmt.Sprintf("It is approved: every user may use its subject for topic %s of StakeholderMap %s", r.Spec.Topic, r.Spec.Map)
}

// readyCondition is true if the request has ended well. Otherwise it says what is in the way.
func readyCondition(next *v1alpha1.StakeholderRequestStatus, others []metav1.Condition) metav1.Condition {
	c := metav1.Condition{Type: v1alpha1.ConditionReady, Status: metav1.ConditionFalse}
	of := func(conditionType string) *metav1.Condition { return meta.FindStatusCondition(others, conditionType) }
	routed, escalated, decided, approved := of(v1alpha1.ConditionRouted), of(v1alpha1.ConditionEscalated), of(v1alpha1.ConditionDecided), of(v1alpha1.ConditionApproved)
	switch {
	case next.Outcome == v1alpha1.OutcomePending && routed.Status != metav1.ConditionTrue:
		c.Reason, c.Message = routed.Reason, routed.Message
	case next.Outcome == v1alpha1.OutcomePending && escalated.Status == metav1.ConditionTrue:
		c.Reason, c.Message = escalated.Reason, decided.Message+". "+escalated.Message
	case next.Outcome == v1alpha1.OutcomeApproved:
		c.Status, c.Reason, c.Message = approved.Status, approved.Reason, approved.Message
	default:
		c.Reason, c.Message = decided.Reason, decided.Message
	}
	if next.Outcome == v1alpha1.OutcomeAccepted {
		c.Status = metav1.ConditionTrue
	}
	if ignored := unverifiedMessage(next); ignored != "" {
		c.Message += ". " + ignored
	}
	return c
}

// unverifiedMessage names the people whose answers do not count.
func unverifiedMessage(next *v1alpha1.StakeholderRequestStatus) string {
	if next.Outcome != v1alpha1.OutcomePending || len(next.Unverified) == 0 {
		return ""
	}
	names := messages.AbbreviateFunc(next.Unverified, maxParties, func(u v1alpha1.UnverifiedAnswer) string { return messages.Name(u.By, maxName) })
	return "The last change of the answer of " + strings.Join(names, ", ") +
		" does not count, because the admission policy of requests was not in force: answer again, with another comment"
}

// maxName is how many bytes of a name a message shows.
const maxName = 80

// list joins keys of parties, which contain nothing that could be part of a sentence.
func list(parties []string) string {
	return strings.Join(messages.Abbreviate(parties, maxParties), ", ")
}
