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

// Presence is what a map, valid or not, declares and what of it counts at a moment.
type Presence struct {
	// Parties are those that are valid at the moment.
	Parties []routing.Party
	// ArgoCDProject is the product's.
	ArgoCDProject string
}

// Present is what a map declares at the moment of its assignments.
func Present(m *v1alpha1.StakeholderMap, assigned *topics.Assignments) Presence {
	return Presence{Parties: make(named).parties(assigned.Parties), ArgoCDProject: m.Spec.Product.ArgoCDProject}
}

// Intersect is what stays in force of a table when the map becomes invalid: the table without every
// subject, and every handle, that stands nowhere under its role among those who are present. A party that
// has no subject left goes as a whole, unless the map declares it without subjects: then it is asked by its handles. Nobody is ever added, and nobody who stays gains a topic; so a topic
// can end up with nobody to ask, which is better than asking whoever it was never meant for. A project that is no
// longer the product's goes too, and another one does not take its place.
//
// The result is the table itself if nothing has gone, and otherwise has no revision yet, see RoutingTable.Seal.
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

// standing knows who stands under which role, and whether anything was met that does not.
type standing struct {
	subjects map[ofRole[routing.Subject]]bool
	handles  map[ofRole[routing.Handle]]bool
	// asked are the parties that are declared without subjects.
	asked   map[ofRole[string]]bool
	changed bool
}

// ofRole is something of a party under its role.
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
		// All are all who are left. A number that was asked for by itself is not lowered.
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
		// One that had none to begin with, or has none any more, is asked by its handles.
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

// standingUnder returns the things in a list that stand under a role.
func standingUnder[T comparable](role string, list []T, standing map[ofRole[T]]bool) []T {
	return slices.DeleteFunc(slices.Clone(list), func(thing T) bool { return !standing[ofRole[T]{role, thing}] })
}
