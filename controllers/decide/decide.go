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

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// DefaultExpiry is how long a request without expiresAfter waits for an outcome.
const DefaultExpiry = 30 * 24 * time.Hour

// Verdict is what Decide returns.
type Verdict struct {
	// Status is the next status, without conditions and observedGeneration.
	Status v1alpha1.StakeholderRequestStatus
	// Routing says whether a request without an outcome reaches anybody, and why it does not.
	Routing Routing
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
	// MapUnknown means that the map does not exist, or was never valid. Nothing is decided until it is.
	MapUnknown
	// TopicUnknown means that the map's table has no such topic. Nothing is decided until it has.
	TopicUnknown
	// NobodyToAsk means that the topic has no recipient now, which is so only while the map is invalid.
	NobodyToAsk
)

// Decide says what has come of a request, given the routing table of its map that is in force, or nil if there is none. It
// reads the answers in the spec and, in the status, when it has counted each of them first. An outcome never changes.
//
// An answer counts only if it comes from a person for whom the table has a party with the topic: admission may not have
// judged it, and people leave. At the moment of expiry no answer counts any more, so that a request that nobody could
// decide in time stays undecided, whenever the operator looks at it.
func Decide(r *v1alpha1.StakeholderRequest, table *routing.RoutingTable, now time.Time) Verdict {
	if outcome := r.Status.Outcome; outcome != "" && outcome != v1alpha1.OutcomePending {
		return decided(r, now)
	}
	v := Verdict{Status: v1alpha1.StakeholderRequestStatus{Outcome: v1alpha1.OutcomePending}}
	expires := r.CreationTimestamp.Add(durationOr(r.Spec.ExpiresAfter, DefaultExpiry))
	v.Status.ExpiresAt = timeOf(expires)
	topic, reached := topicOf(r, table)
	if v.Routing = reached; reached == Routed {
		v.ask(r, topic, now)
	}
	switch {
	case r.Spec.Withdrawn != nil && *r.Spec.Withdrawn:
		v.Status.Outcome = v1alpha1.OutcomeWithdrawn
	case !now.Before(expires):
		v.Status.Outcome = v1alpha1.OutcomeExpired
	case reached == Routed:
		v.Status.Outcome = outcomeOf(topic, v.Status.Decisions)
	}
	if v.Status.Outcome == v1alpha1.OutcomePending {
		v.Next = soonest(v.Next, expires)
		return v
	}
	v.end(r, now)
	return v
}

// decided returns the verdict about a request that has an outcome. Only time can change something: what an approval opened
// closes.
func decided(r *v1alpha1.StakeholderRequest, now time.Time) Verdict {
	v := Verdict{Status: *r.Status.DeepCopy(), Escalated: len(r.Status.EscalatedTo) > 0}
	v.Status.Conditions, v.Status.ObservedGeneration = nil, 0
	if until := r.Status.ValidUntil; until != nil && now.Before(until.Time) {
		v.Next = until.Time
	}
	return v
}

// topicOf returns the topic that a request is about.
func topicOf(r *v1alpha1.StakeholderRequest, table *routing.RoutingTable) (*routing.Topic, Routing) {
	if table == nil {
		return nil, MapUnknown
	}
	topic := table.Resolve(r.Spec.Topic)
	switch {
	case topic.Name != r.Spec.Topic:
		return nil, TopicUnknown
	case len(topic.To) == 0:
		return nil, NobodyToAsk
	default:
		return &topic, Routed
	}
}

// ask fills in what follows from the topic: who is asked, which answers count, and whether the topic escalates.
func (v *Verdict) ask(r *v1alpha1.StakeholderRequest, topic *routing.Topic, now time.Time) {
	v.Status.Class = v1alpha1.TopicClass(topic.Class)
	v.Status.To = keysOf(topic.To)
	if topic.Quorum != nil {
		v.Status.Required = topic.Quorum.Count
	}
	v.Status.Decisions, v.Status.Supporters = countedAnswers(r, topic, now)
	if topic.RespondWithin == "" {
		return
	}
	due := r.CreationTimestamp.Add(durationOr(topic.RespondWithin, DefaultExpiry))
	v.Status.DueAt = timeOf(due)
	if now.Before(due) {
		v.Next = due
		return
	}
	v.Escalated, v.Status.EscalatedTo = true, keysOf(topic.EscalateTo)
}

// end fills in what follows from an outcome.
func (v *Verdict) end(r *v1alpha1.StakeholderRequest, now time.Time) {
	v.Next, v.Status.DecidedAt = time.Time{}, timeOf(now)
	if v.Status.Outcome == v1alpha1.OutcomeApproved && r.Spec.ValidFor != "" {
		v.Next = v.Status.DecidedAt.Add(durationOr(r.Spec.ValidFor, 0))
		v.Status.ValidUntil = timeOf(v.Next)
	}
}

// outcomeOf returns the outcome of the answers that count.
func outcomeOf(topic *routing.Topic, decisions []v1alpha1.Decision) v1alpha1.Outcome {
	switch v1alpha1.TopicClass(topic.Class) {
	case v1alpha1.ClassApproval:
		return outcomeOfApproval(topic, decisions)
	case v1alpha1.ClassFeatureRequest:
		if len(decisions) == 0 {
			return v1alpha1.OutcomePending
		}
		first := slices.MinFunc(decisions, func(a, b v1alpha1.Decision) int { return a.At.Compare(b.At.Time) })
		return map[v1alpha1.Verdict]v1alpha1.Outcome{
			v1alpha1.VerdictAccept: v1alpha1.OutcomeAccepted, v1alpha1.VerdictDecline: v1alpha1.OutcomeDeclined,
			v1alpha1.VerdictDefer: v1alpha1.OutcomeDeferred,
		}[first.Verdict]
	default:
		return v1alpha1.OutcomePending
	}
}

// outcomeOfApproval counts each party once, by its latest answer. Of two answers in the same second, the rejection counts.
func outcomeOfApproval(topic *routing.Topic, decisions []v1alpha1.Decision) v1alpha1.Outcome {
	latest := make(map[string]v1alpha1.Decision)
	for _, d := range decisions {
		for _, party := range d.Parties {
			before, ok := latest[party]
			if !ok || before.At.Before(d.At) || before.At.Equal(d.At) && d.Verdict == v1alpha1.VerdictReject {
				latest[party] = d
			}
		}
	}
	var approved, rejected int32
	for _, d := range latest {
		if d.Verdict == v1alpha1.VerdictApprove {
			approved++
		} else {
			rejected++
		}
	}
	required := topic.Quorum.Count
	switch {
	case approved >= required:
		return v1alpha1.OutcomeApproved
	case int32(len(topic.To))-rejected < required: //nolint:gosec // a map has 98 parties
		return v1alpha1.OutcomeRejected
	default:
		return v1alpha1.OutcomePending
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
	d, err := time.ParseDuration(cmp.Or(text, otherwise.String()))
	if err != nil {
		return otherwise
	}
	return d
}

// soonest returns the earlier of two times. Zero is never.
func soonest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
