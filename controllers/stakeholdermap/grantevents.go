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

package stakeholdermap

import (
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/events"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/metrics"
)

// Reasons of events that are not also reasons of conditions.
const (
	// eventGranted : subjects gained rights.
	eventGranted = "Granted"
	// eventRevoked : subjects lost rights.
	eventRevoked = "Revoked"
	// eventDriftRepaired : another writer had changed or deleted an output, and the operator repaired it.
	eventDriftRepaired = "DriftRepaired"
	// eventOutputsReplaced : when the operator took over, outputs were those of another version or policy, or another writer had changed
	// or deleted them. The operator replaced them.
	eventOutputsReplaced = "OutputsReplaced"
)

// eventRecorder records events about what a reconcile did to the outputs of a map, and counts that in metrics.
type eventRecorder struct {
	recorder  events.EventRecorder
	board     *metrics.Board
	lastKnown lastKnownSubjects
	settled   settledMaps
}

// recordOutputEvents records what a reconcile did to a map's outputs: which subjects gained and lost rights, and what another
// writer had changed. It returns what the events about rights say.
func (r *eventRecorder) recordOutputEvents(
	m *v1alpha1.StakeholderMap, policy *v1alpha1.StakeholderPolicySpec, result *enforcementResult, now time.Time,
) grantChanges {
	r.lastKnown.remember(m, result.grants.Subjects)
	outputs := outputsOfPolicy(policy)
	r.recordRepairs(m, outputs, driftOf(m, result))
	// What is tried again can still be the work of another version. Refused and Terminating can last, and keep no map from being settled.
	// Failed can last, too: until it ends, drift counts as the work of another version.
	if !result.all().Has(apply.Raced, apply.Stale, apply.StaleRetry, apply.Failed) {
		r.settled.add(m, outputs)
	}
	changes := grantChangesOf(m, result, now)
	r.measureRevocations(ownerOf(m).NamespacedName(), changes.revocations)
	r.recordGrantEvents(m, &changes)
	return changes
}

// recordRepairs records which outputs were written although the routing table has not changed, if another writer can be the reason.
func (r *eventRecorder) recordRepairs(m *v1alpha1.StakeholderMap, outputs string, repairs []drift) {
	if len(repairs) == 0 {
		return
	}
	isSettled, isSamePolicy := r.settled.find(m, outputs)
	switch {
	case !isSettled:
		replaced := make([]string, len(repairs))
		for i, d := range repairs {
			replaced[i] = d.what
		}
		messages.Record(r.recorder, m, corev1.EventTypeNormal, eventOutputsReplaced, "ReplaceOutputs",
			"When this operator took over, outputs of this map were those of another version or policy, or another writer had changed "+
				"or deleted them; the operator has replaced "+strings.Join(replaced, ", "))
	case isSamePolicy:
		for _, d := range repairs {
			r.board.DriftRepaired(d.kind)
			messages.Record(r.recorder, m, corev1.EventTypeNormal, eventDriftRepaired, "Repair"+d.kind,
				"Another writer had changed or deleted "+d.what+" of this map; the operator has restored it")
		}
	}
}

// recordGrantEvents records one event about all losses and one about all gains, as far as there are any.
func (r *eventRecorder) recordGrantEvents(m *v1alpha1.StakeholderMap, changes *grantChanges) {
	for _, part := range []struct {
		direction
		changes []rightsChange
	}{{losing, changes.lost}, {gaining, changes.gained}} {
		if len(part.changes) > 0 {
			messages.Record(r.recorder, m, corev1.EventTypeNormal, part.reason,
				grantAction(part.direction, part.changes), grantNote(part.direction, part.changes))
		}
	}
}

// measureRevocations measures how long losses took: since the map no longer gives the rights, or since the operator saw
// the edit that took them if that was later.
func (r *eventRecorder) measureRevocations(key types.NamespacedName, revocations []revocation) {
	for _, lost := range revocations {
		since := lost.since
		if seen, ok := r.board.PendingSince(key); ok && (lost.why == causeEdited || seen.After(since)) {
			since = seen
		}
		r.board.Revoked(lost.why.id, since)
	}
}
