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

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/events"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/decide"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/metrics"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/requests"
)

// Reasons of events that no condition has.
const (
	// reasonAsked : the parties of the topic are asked.
	reasonAsked = "Asked"
	// reasonAnswered : a party has answered, or has changed its answer.
	reasonAnswered = "Answered"
	// reasonEscalated : Warning: the time to respond has passed, and the parties of escalateTo are asked too.
	reasonEscalated = "Escalated"
	// reasonUnverified : Warning: an answer does not count, because the admission policy of requests was not in force.
	reasonUnverified = "AnswerUnverified"
	// reasonFailed : Warning: the operator cannot decide the request.
	reasonFailed = "CannotDecide"
)

// eventRecorder records events about requests, and counts what metrics say.
type eventRecorder struct {
	recorder events.EventRecorder
	board    *metrics.RequestBoard
}

// record records what has changed between two statuses of a request.
func (e *eventRecorder) record(r *v1alpha1.StakeholderRequest, before, after v1alpha1.StakeholderRequestStatus, v *decide.Verdict) {
	if !requests.IsOpen(r) {
		e.recordClosed(r, before, after)
		return
	}
	for _, c := range messages.ChangedConditions(before.Conditions, after.Conditions, v1alpha1.ConditionRouted) {
		if c.Reason == v1alpha1.ReasonRouted {
			e.normal(r, reasonAsked, "Route", c.Message)
		} else {
			e.warning(r, c.Reason, "Route", c.Message)
		}
	}
	if answers := newAnswers(before.Decisions, after.Decisions); len(answers) > 0 {
		e.normal(r, reasonAnswered, "Answer", strings.Join(messages.Abbreviate(answers, maxParties), "; "))
	}
	if len(v.Unverified) > 0 {
		e.board.Unverified(len(v.Unverified))
		e.warning(r, reasonUnverified, "Verify", unverifiedMessage(&after))
	}
	for _, c := range messages.ChangedConditions(before.Conditions, after.Conditions, v1alpha1.ConditionEscalated) {
		if c.Status == metav1.ConditionTrue {
			e.warning(r, reasonEscalated, "Escalate", c.Message)
		}
	}
	for _, c := range messages.ChangedConditions(before.Conditions, after.Conditions, v1alpha1.ConditionDecided) {
		if c.Status == metav1.ConditionTrue {
			e.board.Decided(&after, max(0, after.DecidedAt.Sub(r.CreationTimestamp.Time)))
			e.normal(r, c.Reason, "Decide", c.Message)
		}
	}
}

// recordClosed records that what an approval had opened is closed.
func (e *eventRecorder) recordClosed(r *v1alpha1.StakeholderRequest, before, after v1alpha1.StakeholderRequestStatus) {
	for _, c := range messages.ChangedConditions(before.Conditions, after.Conditions, v1alpha1.ConditionApproved) {
		if c.Reason == v1alpha1.ReasonLapsed || c.Reason == v1alpha1.ReasonMapReplaced {
			e.normal(r, c.Reason, "Close", c.Message)
		}
	}
}

func (e *eventRecorder) normal(r *v1alpha1.StakeholderRequest, reason, action, note string) {
	messages.Record(e.recorder, r, corev1.EventTypeNormal, reason, action, note)
}

func (e *eventRecorder) warning(r *v1alpha1.StakeholderRequest, reason, action, note string) {
	messages.Record(e.recorder, r, corev1.EventTypeWarning, reason, action, note)
}

// newAnswers describes the answers that are new, or others than before.
func newAnswers(before, after []v1alpha1.Decision) []string {
	var out []string
	for _, d := range after {
		same := func(b v1alpha1.Decision) bool {
			return b.By == d.By && b.Verdict == d.Verdict && slices.Equal(b.Groups, d.Groups)
		}
		if slices.ContainsFunc(before, same) {
			continue
		}
		text := fmt.Sprintf("%s has answered %s", messages.Name(d.By, maxName), d.Verdict)
		if len(d.Parties) > 0 {
			text += " for " + list(d.Parties)
		} else {
			text += ", which counts for no party that is asked"
		}
		out = append(out, text)
	}
	return out
}

// recordFailure records an event if the operator cannot decide, because status cannot report that. The recorder merges repetitions.
func (e *eventRecorder) recordFailure(r *v1alpha1.StakeholderRequest, err error) {
	e.warning(r, reasonFailed, "Decide", err.Error())
}
