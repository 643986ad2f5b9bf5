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
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/preview"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/words"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/topics"
)

// parties says which parties join and leave, and how the others change.
func (c *comparison) parties(p *Pair) {
	before, after := partiesByKey(p.Before), partiesByKey(p.After)
	declaredBefore, declaredAfter := declaredByKey(p.Before), declaredByKey(p.After)
	for _, key := range keysOf(merged(before, declaredBefore), merged(after, declaredAfter)) {
		was, is := before[key], after[key]
		var parts []Phrase
		switch {
		case was == nil && is != nil:
			parts = append(parts, c.takesPart("joins", key, p.After.Table))
		case was != nil && is == nil:
			parts = append(parts, c.takesPart("leaves", key, p.Before.Table))
		case was != nil:
			parts = attributes(was, is)
			parts = append(parts, c.handles(was, is)...)
		}
		if a, b := declaredBefore[key], declaredAfter[key]; a != nil && b != nil {
			parts = append(parts, windows(a, b)...)
		}
		if len(parts) == 0 {
			continue
		}
		role, name := roleAndName(was, is, declaredBefore[key], declaredAfter[key])
		sentence := partyName(role, name)
		sentence.say(" ")
		sentence.add(clauses(parts))
		c.add(p, Change{Kind: Party, Names: []string{key}, Phrase: sentence}, was != nil, is != nil)
	}
}

func merged[A, B any](a map[string]A, b map[string]B) map[string]bool {
	out := make(map[string]bool, len(a)+len(b))
	for key := range a {
		out[key] = true
	}
	for key := range b {
		out[key] = true
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

func roleAndName(was, is *routing.Party, declaredBefore, declaredAfter *topics.Party) (role, name string) {
	for _, party := range []*routing.Party{was, is} {
		if party != nil {
			return party.Role, party.Name
		}
	}
	for _, party := range []*topics.Party{declaredBefore, declaredAfter} {
		if party != nil {
			return string(party.Role), party.Name
		}
	}
	return "", ""
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
