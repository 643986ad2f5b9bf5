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

// Package decide says what has come of a StakeholderRequest: who is asked, which answers count, and the outcome. It is pure.
package decide

import (
	"cmp"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// DefaultExpiry is how long a request without expiresAfter waits for an outcome.
const DefaultExpiry = 30 * 24 * time.Hour

// Inputs are what a decision about a request depends on, beside the request.
type Inputs struct {
	// MapUID is the UID of the map of the request's name, or "" if there is none.
	MapUID types.UID
	// Table is the map's routing table in force, or nil if there is none.
	Table *routing.RoutingTable
	// Admission is what is known about the admission policy. Decide needs it only if NeedsAdmission says so.
	Admission Admission
}

// Admission says whether the admission policy of requests is in force.
type Admission struct {
	// Revision identifies the policy that is in force. It is another one whenever the policy was changed, or deleted and created
	// again. Empty: none is in force.
	Revision string
	// Since is when it was in force at the latest.
	Since time.Time
}

// Verdict is what Decide returns.
type Verdict struct {
	// Status is the next status, without conditions and observedGeneration.
	Status v1alpha1.StakeholderRequestStatus
	// Routing says whether a request without an outcome reaches the parties of its topic, and why it does not.
	Routing Routing
	// Unverified lists the people whose answers do not count any more since the status before, because admission was not in force.
	Unverified []string
	// Have are the parties that have approved, and WaitsFor those that can still decide, by their keys, sorted. They are empty once
	// there was an outcome before.
	Have, WaitsFor []string
	// Escalated says that the topic's respondWithin has passed without an outcome.
	Escalated bool
	// Next is when time alone changes the verdict, or zero if it does not.
	Next time.Time
}

// Routing says whether a request reaches the parties of a topic.
type Routing int

const (
	// Routed means that the parties of the topic are asked.
	Routed Routing = iota
	// MapNotFound means that the map does not exist.
	MapNotFound
	// MapNotInForce means that the map has no routing table: it was never valid, or its last valid table is lost.
	MapNotInForce
	// MapReplaced means that the map to which the request went was deleted, and another one has its name.
	MapReplaced
	// TopicNotFound means that the map's table has no such topic.
	TopicNotFound
	// TooFewToAsk means that the topic has fewer recipients than have to approve, or none. This is so only while the map is
	// invalid.
	TooFewToAsk
	// AuthorUnverified means that admission was not in force when the request was made.
	AuthorUnverified
	// WithdrawalUnverified means that admission was not in force when the request was withdrawn.
	WithdrawalUnverified
)

// NeedsAdmission reports whether Decide depends on Inputs.Admission: the request is new, or was answered or withdrawn, or the
// policy, as the caller knows it, has changed.
func NeedsAdmission(r *v1alpha1.StakeholderRequest, revision string) bool {
	switch authorship := r.Status.Authorship; {
	case hasOutcome(r), authorship == v1alpha1.AuthorshipUnverified, authorship == v1alpha1.AuthorshipWithdrawalUnverified:
		return false
	case authorship == "":
		return true
	default:
		return revision != "" && r.Status.Admission != revision || isWithdrawn(r) || changes(r)
	}
}

// Decide says what has come of a request. It reads the answers in the spec, and in the status when each of them was first seen. An
// outcome never changes.
//
// An answer counts only if the table has a party of the topic that names the person, or a group that they claim. Decide cannot
// know who has written an answer, nor who is in a group: admission checks that. So Decide takes over answers only while the
// admission policy is in force under which it has seen the request before. What admission has not checked can delay an approval
// and never bring one about.
//
// At the moment of expiry no answer counts any more, also if it came in time while no operator ran.
func Decide(r *v1alpha1.StakeholderRequest, in Inputs, now time.Time) Verdict {
	if hasOutcome(r) {
		return decided(r, now)
	}
	expires := ExpiresAt(r)
	v := Verdict{Status: v1alpha1.StakeholderRequestStatus{
		MapUID: r.Status.MapUID, Outcome: v1alpha1.OutcomePending, ExpiresAt: timeOf(expires),
		// They stay while the request is not routed for a moment.
		DueAt: r.Status.DueAt, EscalatedTo: r.Status.EscalatedTo,
	}}
	v.verify(r, in.Admission, now)
	topic := v.route(r, in)
	if v.Routing == Routed {
		v.Status.MapUID = string(in.MapUID)
		v.ask(r, topic, now)
	}
	v.Escalated = v.Status.DueAt != nil && !now.Before(v.Status.DueAt.Time)
	switch {
	case isWithdrawn(r) && v.Status.Authorship == v1alpha1.AuthorshipVerified:
		v.Status.Outcome = v1alpha1.OutcomeWithdrawn
	case !now.Before(expires):
		v.Status.Outcome = v1alpha1.OutcomeExpired
	case v.Routing == Routed:
		v.Status.Outcome = outcomeOf(r, topic, &v.Status)
	}
	if v.Status.Outcome != v1alpha1.OutcomePending {
		v.end(r, now)
		return v
	}
	v.Next = expires
	if due := v.Status.DueAt; due != nil && now.Before(due.Time) && due.Time.Before(expires) {
		v.Next = due.Time
	}
	return v
}

// ExpiresAt returns when a request ends without an outcome.
func ExpiresAt(r *v1alpha1.StakeholderRequest) time.Time {
	return r.CreationTimestamp.Add(durationOr(r.Spec.ExpiresAfter, DefaultExpiry))
}

func hasOutcome(r *v1alpha1.StakeholderRequest) bool {
	return r.Status.Outcome != "" && r.Status.Outcome != v1alpha1.OutcomePending
}

func isWithdrawn(r *v1alpha1.StakeholderRequest) bool {
	return r.Spec.Withdrawn != nil && *r.Spec.Withdrawn
}

// verify takes over what admission has checked.
func (v *Verdict) verify(r *v1alpha1.StakeholderRequest, admission Admission, now time.Time) {
	checked := admission.Revision != "" && admission.Revision == r.Status.Admission
	v.Status.Authorship = r.Status.Authorship
	switch {
	case v.Status.Authorship == "":
		if checked = admission.Revision != "" && admission.Since.Before(r.CreationTimestamp.Time); checked {
			v.Status.Authorship = v1alpha1.AuthorshipVerified
		} else {
			v.Status.Authorship = v1alpha1.AuthorshipUnverified
		}
	case v.Status.Authorship == v1alpha1.AuthorshipVerified && isWithdrawn(r) && !checked:
		v.Status.Authorship = v1alpha1.AuthorshipWithdrawalUnverified
	}
	v.Status.Admission = cmp.Or(admission.Revision, r.Status.Admission)
	v.Status.Decisions, v.Status.Unverified = takeOver(r, checked, now)
	before := ignoredBy(r)
	for _, u := range v.Status.Unverified {
		if before[u.By].Answer != u.Answer {
			v.Unverified = append(v.Unverified, u.By)
		}
	}
}

// decided returns the verdict about a request that has an outcome. Only time can change something: what an approval opened
// closes.
func decided(r *v1alpha1.StakeholderRequest, now time.Time) Verdict {
	v := Verdict{Status: *r.Status.DeepCopy()}
	v.Status.Conditions, v.Status.ObservedGeneration = nil, 0
	due, at := v.Status.DueAt, v.Status.DecidedAt
	v.Escalated = due != nil && at != nil && !at.Before(due)
	if until := r.Status.ValidUntil; until != nil && now.Before(until.Time) {
		v.Next = until.Time
	}
	return v
}

// route returns the topic that a request is about, if it reaches the parties of that. What no topic names goes to the default
// recipients as a question only.
func (v *Verdict) route(r *v1alpha1.StakeholderRequest, in Inputs) *routing.Topic {
	switch {
	case v.Status.Authorship == v1alpha1.AuthorshipUnverified:
		v.Routing = AuthorUnverified
		return nil
	case v.Status.Authorship == v1alpha1.AuthorshipWithdrawalUnverified:
		v.Routing = WithdrawalUnverified
		return nil
	case in.MapUID == "":
		v.Routing = MapNotFound
		return nil
	case r.Status.MapUID != "" && r.Status.MapUID != string(in.MapUID):
		v.Routing = MapReplaced
		return nil
	case in.Table == nil:
		v.Routing = MapNotInForce
		return nil
	}
	topic := in.Table.Resolve(r.Spec.Topic)
	switch {
	case topic.Name != r.Spec.Topic, topic.Name == routing.DefaultTopic:
		v.Routing = TopicNotFound
	case len(topic.To) < required(&topic):
		v.Routing = TooFewToAsk
	}
	return &topic
}

// required returns how many parties have to approve, and 1 for other classes.
func required(topic *routing.Topic) int {
	if topic.Quorum == nil {
		return 1
	}
	return max(1, int(topic.Quorum.Count))
}

// ask fills in what follows from the topic: who is asked, which answers count, and whether the topic escalates.
func (v *Verdict) ask(r *v1alpha1.StakeholderRequest, topic *routing.Topic, now time.Time) {
	v.Status.Class = v1alpha1.TopicClass(topic.Class)
	v.Status.To = keysOf(topic.To)
	if v.Status.Class == v1alpha1.ClassApproval {
		v.Status.Required = int32(required(topic)) //nolint:gosec // a map has 98 parties
	}
	count(v.Status.Decisions, topic)
	v.Have, v.WaitsFor = standing(topic, positions(r, &v.Status, topic))
	v.Status.Supporters = supporters(v.Status.Decisions)
	v.Status.DueAt, v.Status.EscalatedTo = nil, nil
	if topic.RespondWithin == "" {
		return
	}
	due := r.CreationTimestamp.Add(durationOr(topic.RespondWithin, DefaultExpiry))
	v.Status.DueAt = timeOf(due)
	if !now.Before(due) {
		v.Status.EscalatedTo = keysOf(topic.EscalateTo)
	}
}

// end fills in what follows from an outcome.
func (v *Verdict) end(r *v1alpha1.StakeholderRequest, now time.Time) {
	v.Status.DecidedAt = timeOf(now)
	if v.Status.Outcome == v1alpha1.OutcomeApproved && r.Spec.ValidFor != "" {
		v.Next = v.Status.DecidedAt.Add(durationOr(r.Spec.ValidFor, 0))
		v.Status.ValidUntil = timeOf(v.Next)
	}
}

func keysOf(parties []routing.Party) []string {
	keys := make([]string, 0, len(parties))
	for i := range parties {
		keys = append(keys, parties[i].Key())
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// timeOf returns a time as status has it, which has no fractions of a second.
func timeOf(t time.Time) *metav1.Time { return new(metav1.NewTime(t.UTC().Truncate(time.Second))) }

// durationOr returns a duration of the API, or another one if it is left out. The schema has checked it.
func durationOr(text string, otherwise time.Duration) time.Duration {
	d, err := time.ParseDuration(text)
	if err != nil {
		return otherwise
	}
	return d
}
