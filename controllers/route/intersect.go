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

package route

import (
	"slices"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/topics"
)

// Presence describes the parties and the project that a map declares at a moment. The map can be invalid.
type Presence struct {
	// Parties are the parties that are inside their windows at the moment.
	Parties []routing.Party
	// ArgoCDProject is the product's Argo CD project.
	ArgoCDProject string
}

// Present returns what a map declares at the moment of its assignments.
func Present(m *v1alpha1.StakeholderMap, assigned *topics.Assignments) Presence {
	return Presence{Parties: make(named).parties(assigned.Parties), ArgoCDProject: m.Spec.Product.ArgoCDProject}
}

// Intersect returns the part of a table that stays in force when the map becomes invalid. It removes every subject and
// handle that no present party of the same role has. It removes a party without remaining subjects, unless the map
// declares that party without subjects: tools then reach it by its handles. It adds no party, and no remaining party
// gains a topic. So a topic can end up without recipients, which is better than asking a party that it was never meant
// for. It also removes a project that is no longer the product's, and sets no new one.
//
// If nothing is removed, Intersect returns the given table. Otherwise the result has no revision yet, see
// RoutingTable.Seal.
func Intersect(last *routing.RoutingTable, present Presence) *routing.RoutingTable {
	keep := newStanding(present.Parties)
	out := *last
	if out.Product.ArgoCDProject != "" && out.Product.ArgoCDProject != present.ArgoCDProject {
		out.Product.ArgoCDProject, keep.changed = "", true
	}
	out.Topics = make([]routing.Topic, len(last.Topics))
	for i := range last.Topics {
		out.Topics[i] = keep.topic(&last.Topics[i])
	}
	out.Default = keep.topic(&last.Default)
	if !keep.changed {
		return last
	}
	out.Revision = ""
	return &out
}

// standing has what the present parties declare, by role. It also records whether anything was removed.
type standing struct {
	subjects map[ofRole[routing.Subject]]bool
	handles  map[ofRole[routing.Handle]]bool
	// asked has the parties that are declared without subjects.
	asked   map[ofRole[string]]bool
	changed bool
}

// ofRole is a name, subject or handle together with the role of its party.
type ofRole[T comparable] struct {
	role  string
	thing T
}

func newStanding(present []routing.Party) *standing {
	s := &standing{
		subjects: make(map[ofRole[routing.Subject]]bool), handles: make(map[ofRole[routing.Handle]]bool), asked: make(map[ofRole[string]]bool),
	}
	for i := range present {
		p := &present[i]
		if len(p.Subjects) == 0 {
			s.asked[ofRole[string]{p.Role, p.Name}] = true
		}
		for _, subject := range p.Subjects {
			s.subjects[ofRole[routing.Subject]{p.Role, subject}] = true
		}
		for _, handle := range p.Handles {
			s.handles[ofRole[routing.Handle]{p.Role, handle}] = true
		}
	}
	return s
}

func (s *standing) topic(t *routing.Topic) routing.Topic {
	out := *t
	out.To, out.CC, out.DecidedBy, out.EscalateTo = s.parties(t.To), s.parties(t.CC), s.parties(t.DecidedBy), s.parties(t.EscalateTo)
	if t.Quorum != nil && t.Quorum.Mode == string(v1alpha1.QuorumAll) {
		// The mode All means all remaining parties. A number that the map gives explicitly is not lowered.
		out.Quorum = &routing.Quorum{Mode: t.Quorum.Mode, Count: max(1, int32(len(out.To)))} //nolint:gosec // at most 33 parties
	}
	return out
}

func (s *standing) parties(list []routing.Party) []routing.Party {
	out := make([]routing.Party, 0, len(list))
	for i := range list {
		p := list[i]
		p.Subjects = standingUnder(p.Role, p.Subjects, s.subjects)
		p.Handles = standingUnder(p.Role, p.Handles, s.handles)
		// A party that had no subjects before, or is declared without subjects now, is reached by its handles.
		asked := len(list[i].Subjects) == 0 || s.asked[ofRole[string]{p.Role, p.Name}]
		stays := len(p.Subjects) > 0 || asked && len(p.Handles) > 0
		if !stays || len(p.Subjects) != len(list[i].Subjects) || len(p.Handles) != len(list[i].Handles) {
			s.changed = true
		}
		if stays {
			out = append(out, p)
		}
	}
	return out
}

// standingUnder returns the items of a list that the present parties of a role declare.
func standingUnder[T comparable](role string, list []T, standing map[ofRole[T]]bool) []T {
	return slices.DeleteFunc(slices.Clone(list), func(thing T) bool { return !standing[ofRole[T]{role, thing}] })
}
