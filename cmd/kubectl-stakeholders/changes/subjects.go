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

package changes

import (
	"slices"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/preview"
)

// subjects says what each subject of a map gains and loses.
func (c *comparison) subjects(p *Pair) {
	before, after := p.before, p.after
	rolesBefore, rolesAfter := rolesOf(partiesOf(p.Before)), rolesOf(partiesOf(p.After))
	if p.staysUnknown() {
		rolesBefore, rolesAfter = rolesOf(p.Before.Present().Parties), rolesOf(p.After.Present().Parties)
	}
	known := make(map[Subject]bool)
	for _, set := range []map[Subject]map[Right]bool{before, after} {
		for subject := range set {
			known[subject] = true
		}
	}
	for _, set := range []map[Subject]map[string]bool{rolesBefore, rolesAfter} {
		for subject := range set {
			known[subject] = true
		}
	}
	subjects := make([]Subject, 0, len(known))
	for subject := range known {
		subjects = append(subjects, subject)
	}
	slices.SortFunc(subjects, Subject.compare)
	for _, subject := range subjects {
		change := Change{
			Map: p.name(), Kind: Rights, Subject: &subject,
			Gains:   c.notAttributed(subject, without(after[subject], c.before[subject])),
			Loses:   c.notAttributed(subject, without(before[subject], c.after[subject])),
			Becomes: rolesWithout(rolesAfter[subject], rolesBefore[subject]),
			Ceases:  rolesWithout(rolesBefore[subject], rolesAfter[subject]),
		}
		if p.staysUnknown() {
			change.Becomes = nil
		}
		change.Keeps, change.KeptBy = c.kept(subject, without(before[subject], after[subject]))
		change.LosesEverything = len(after[subject]) == 0 && len(change.Loses) > 0 && len(change.Keeps) == 0
		if len(change.Gains)+len(change.Loses)+len(change.Keeps)+len(change.Becomes)+len(change.Ceases) == 0 {
			continue
		}
		change.Phrase = c.sentence(&change)
		change.Sign = sign(len(change.Gains)+len(change.Becomes) > 0, len(change.Loses)+len(change.Ceases) > 0)
		c.changes = append(c.changes, change)
	}
}

// notAttributed returns the rights that no change of another map mentions.
func (c *comparison) notAttributed(subject Subject, list []Right) []Right {
	return slices.DeleteFunc(list, func(right Right) bool {
		key := attribution{subject, right}
		known := c.attributed[key]
		c.attributed[key] = true
		return known
	})
}

// kept returns those of some rights that other maps give after, and these maps, sorted.
func (c *comparison) kept(subject Subject, list []Right) (kept []Right, by []string) {
	for _, right := range list {
		if givers := c.givers[attribution{subject, right}]; len(givers) > 0 {
			kept, by = append(kept, right), append(by, givers...)
		}
	}
	slices.Sort(by)
	return kept, slices.Compact(by)
}

// partiesOf returns the parties that have a role in what is in force.
func partiesOf(p *preview.Product) []routing.Party {
	switch {
	case !inForce(p):
		return nil
	case !p.IsInvalid():
		return p.Present().Parties
	}
	// The map is no longer what is in force.
	var out []routing.Party
	known := make(map[string]bool)
	for _, topic := range append(slices.Clone(p.Table.Topics), p.Table.Default) {
		for _, party := range slices.Concat(topic.To, topic.CC, topic.DecidedBy, topic.EscalateTo) {
			if key := party.Key(); !known[key] {
				known[key] = true
				out = append(out, party)
			}
		}
	}
	return out
}

// rolesOf returns the roles of each subject of some parties.
func rolesOf(parties []routing.Party) map[Subject]map[string]bool {
	out := make(map[Subject]map[string]bool)
	for _, party := range parties {
		for _, s := range party.Subjects {
			subject := Subject{Kind: s.Kind, Name: s.Name, Namespace: s.Namespace}
			if out[subject] == nil {
				out[subject] = make(map[string]bool)
			}
			out[subject][party.Role] = true
		}
	}
	return out
}

func rolesWithout(set, other map[string]bool) []string {
	var out []string
	for role := range set {
		if !other[role] {
			out = append(out, role)
		}
	}
	slices.Sort(out)
	return out
}
