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
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/metrics"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/topics"
)

// cause is why subjects gained or lost rights.
type cause struct {
	// id names the cause in the actions of events and in metrics.
	id string
	// text ends the note of an event: the part after the colon.
	text string
}

var (
	causeEdited  = cause{metrics.CauseEdited, "the map was edited"}
	causeNew     = cause{"new", "the map is new"}
	causeOpened  = cause{"opened", "the window has opened"}
	causeExpired = cause{metrics.CauseExpired, "the window has closed"}
	// causeFreed is for rights that were due before and could not be written.
	causeFreed   = cause{"freed", "what kept it from being granted is gone"}
	causeDeleted = cause{"deleted", "the map was deleted"}
	// causeLeftover is for outputs that another map left behind, or that a restore or a copy brought along.
	causeLeftover = cause{"leftover", "it was left over from another map, or restored or copied"}
	// causeTarget is for namespaces that become target namespaces, or no longer are.
	causeTarget = cause{"target", "the map, the namespace's labels or its consent have changed"}
)

// newMapCause is causeNew. If the routing table is in force too, its text says so and names the ConfigMap.
func newMapCause(m *v1alpha1.StakeholderMap, result *enforcementResult) cause {
	why := causeNew
	if result.table != nil && !isTableMissing(result.published) {
		why.text += ", and its routing table is in ConfigMap " + names.ConfigMapName(m.Name)
	}
	return why
}

// isNew says whether no status of the map says what is in force.
func isNew(m *v1alpha1.StakeholderMap) bool { return m.Status.ObservedGeneration == 0 }

// gainCause says why a subject gained rights in the map's own namespace.
func gainCause(m *v1alpha1.StakeholderMap, c *apply.Change, result *enforcementResult, now time.Time) cause {
	switch {
	case isNew(m):
		return newMapCause(m, result)
	case m.Generation != m.Status.ObservedGeneration:
		return causeEdited
	case moment(m, c, func(p *v1alpha1.Party) *metav1.Time { return p.ValidFrom }, now) != nil:
		return causeOpened
	default:
		return causeFreed
	}
}

// lossCause says why a subject lost rights, and since when they were no longer due as far as the map says.
func lossCause(m *v1alpha1.StakeholderMap, c *apply.Change, now time.Time) (cause, time.Time) {
	if closed := moment(m, c, func(p *v1alpha1.Party) *metav1.Time { return p.ValidUntil }, now); closed != nil {
		return causeExpired, *closed
	}
	return causeEdited, now
}

// moment returns the latest end, or beginning, of a window that has passed among those of the parties in which
// the subject stands under the role, or nil if there is none.
func moment(m *v1alpha1.StakeholderMap, c *apply.Change, edge func(*v1alpha1.Party) *metav1.Time, now time.Time) *time.Time {
	var latest *time.Time
	for _, p := range topics.Declared(&m.Spec) {
		at := edge(p.Party)
		if p.Role != names.PartyRole(c.Role) || at == nil || at.After(now) || latest != nil && !at.After(*latest) {
			continue
		}
		if slices.ContainsFunc(p.Subjects, func(s v1alpha1.Subject) bool {
			s = s.In(m.Namespace)
			return string(s.Kind) == c.Subject.Kind && s.Name == c.Subject.Name && s.Namespace == c.Subject.Namespace
		}) {
			latest = &at.Time
		}
	}
	return latest
}
