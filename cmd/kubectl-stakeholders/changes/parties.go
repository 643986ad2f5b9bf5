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
	"cmp"
	"maps"
	"slices"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/preview"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/words"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/topics"
)

// partyPair is a party before and after. Nil: it is not there.
type partyPair struct {
	// was and is have a role in what is in force.
	was, is *routing.Party
	// declaredBefore and declaredAfter stand in the map, also outside of their windows.
	declaredBefore, declaredAfter *topics.Party
}

// parties says which parties join and leave, and how the others change.
func (c *comparison) parties(p *Pair) {
	all := partyPairs(p)
	replaced := c.replaced(p, all)
	said := toSet(slices.Collect(maps.Values(replaced)))
	for _, key := range keysOf(all, nil) {
		if said[key] {
			continue
		}
		party, names := all[key], []string{key}
		parts := c.party(p, key, party)
		if old, ok := replaced[key]; ok {
			names, parts = []string{old, key}, []Phrase{takesPlace(all[old].was)}
		}
		if len(parts) == 0 {
			continue
		}
		sentence := partyName(party.roleAndName())
		sentence.say(" ")
		sentence.add(clauses(parts))
		c.add(p, Change{Kind: Party, Names: names, Phrase: sentence}, party.was != nil || len(names) > 1, party.is != nil)
	}
}

// party says how a party changes.
func (c *comparison) party(p *Pair, key string, party *partyPair) []Phrase {
	switch {
	case party.was == nil && party.is == nil && p.After.IsInvalid():
		return nil
	case party.was == nil && party.is == nil:
		return withoutRole(party.declaredBefore, party.declaredAfter)
	case party.was == nil && party.declaredBefore == nil:
		return append([]Phrase{c.takesPart("joins", key, p.After.Table)}, validity(party.declaredAfter)...)
	}
	var parts []Phrase
	switch {
	case party.was == nil:
		parts = append(parts, c.takesPart("joins", key, p.After.Table))
	case party.is == nil:
		parts = append(parts, c.takesPart("leaves", key, p.Before.Table))
	default:
		parts = append(attributes(party.was, party.is), c.handles(party.was, party.is)...)
	}
	return append(parts, windows(party.declaredBefore, party.declaredAfter)...)
}

func partyPairs(p *Pair) map[string]*partyPair {
	out := make(map[string]*partyPair)
	get := func(key string) *partyPair {
		if out[key] == nil {
			out[key] = &partyPair{}
		}
		return out[key]
	}
	for key, party := range partiesByKey(p.Before) {
		get(key).was = party
	}
	for key, party := range partiesByKey(p.After) {
		get(key).is = party
	}
	for key, party := range declaredByKey(p.Before) {
		get(key).declaredBefore = party
	}
	for key, party := range declaredByKey(p.After) {
		get(key).declaredAfter = party
	}
	return out
}

func partiesByKey(p *preview.Product) map[string]*routing.Party {
	out := make(map[string]*routing.Party)
	list := partiesOf(p)
	for i := range list {
		out[list[i].Key()] = &list[i]
	}
	return out
}

// declaredByKey returns all parties of a map, also those outside of their windows.
func declaredByKey(p *preview.Product) map[string]*topics.Party {
	out := make(map[string]*topics.Party)
	list := topics.Declared(&p.Map.Spec)
	for i := range list {
		party := routing.Party{Role: string(list[i].Role), Name: list[i].Name}
		out[party.Key()] = &list[i]
	}
	return out
}

func (p *partyPair) roleAndName() (role, name string) {
	for _, party := range []*routing.Party{p.was, p.is} {
		if party != nil {
			return party.Role, party.Name
		}
	}
	declared := cmp.Or(p.declaredBefore, p.declaredAfter)
	return string(declared.Role), declared.Name
}

// partyName is how a sentence names a party: "customer acme-board".
func partyName(role, name string) Phrase {
	if role == string(v1alpha1.RoleDevelopmentTeam) {
		return Phrase{{text: "the development team"}}
	}
	var out Phrase
	out.say(words.Role(role) + " ")
	out.name(name)
	return out
}

// takesPart says what a party is asked about in a table that has it.
func (c *comparison) takesPart(verb, key string, table *routing.RoutingTable) Phrase {
	out := Phrase{{text: verb}}
	var items []Phrase
	item := func(words string, in func(*routing.Topic) bool) {
		var found []Phrase
		for _, topic := range append(slices.Clone(table.Topics), table.Default) {
			if in(&topic) {
				found = append(found, topicName(topic.Name))
			}
		}
		if len(found) == 0 {
			return
		}
		what := Phrase{{text: words}}
		what.add(listed(found, c.most))
		items = append(items, what)
	}
	has := func(list []routing.Party) bool {
		return slices.ContainsFunc(list, func(party routing.Party) bool { return party.Key() == key })
	}
	item("asked about ", func(t *routing.Topic) bool { return has(t.To) })
	item("decides ", func(t *routing.Topic) bool { return has(t.DecidedBy) && !has(t.To) })
	item("copied on ", func(t *routing.Topic) bool { return has(t.CC) })
	item("escalation of ", func(t *routing.Topic) bool { return has(t.EscalateTo) && !has(t.To) })
	if len(items) == 0 {
		return out
	}
	out.say(" (")
	out.add(clauses(items))
	out.say(")")
	return out
}
