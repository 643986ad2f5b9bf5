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
)

// topics says which topics are new, gone, or go to others. Parties that join or leave are not mentioned again. Topics that
// change in the same way share a sentence.
func (c *comparison) topics(p *Pair) {
	before, after := topicsByName(p.Before.Table), topicsByName(p.After.Table)
	known := c.stays(p)
	type group struct {
		names   []string
		was, is bool
		what    Phrase
	}
	var groups []*group
	for _, name := range topicNames(before, after) {
		was, is := before[name], after[name]
		var parts []Phrase
		switch {
		case was == nil:
			parts = c.newTopic(is)
		case is == nil:
			gone := Phrase{{text: "is gone: questions about it go to "}}
			gone.add(c.partyList(p.After.Table.Default.To))
			parts = []Phrase{gone}
		default:
			parts = c.rerouted(was, is, known)
		}
		if len(parts) == 0 {
			continue
		}
		next := &group{names: []string{name}, was: was != nil, is: is != nil, what: clauses(parts)}
		same := slices.IndexFunc(groups, func(g *group) bool { return g.was == next.was && g.is == next.is && slices.Equal(g.what, next.what) })
		if same < 0 {
			groups = append(groups, next)
		} else {
			groups[same].names = append(groups[same].names, name)
		}
	}
	for _, g := range groups {
		c.add(p, Change{Kind: Topic, Names: g.names, Phrase: c.topicSentence(g.names, g.what)}, g.was, g.is)
	}
}

func (c *comparison) topicSentence(names []string, what Phrase) Phrase {
	var out Phrase
	switch {
	case len(names) > 1:
		items := make([]Phrase, len(names))
		for i, name := range names {
			items[i] = topicName(name)
		}
		out.say("topics ")
		out.add(listed(items, c.most))
		out.say(": each ")
	case names[0] == routing.DefaultTopic:
		out.add(topicName(names[0]))
		out.say(" ")
	default:
		out.say("topic ")
		out.add(topicName(names[0]))
		out.say(" ")
	}
	out.add(what)
	return out
}

func topicName(name string) Phrase {
	if name == routing.DefaultTopic {
		return Phrase{{text: "everything else"}}
	}
	return named(name)
}

// topicNames returns the names of topics, sorted. The one for everything else is the last.
func topicNames(before, after map[string]*routing.Topic) []string {
	list := slices.DeleteFunc(keysOf(before, after), func(name string) bool { return name == routing.DefaultTopic })
	return append(list, routing.DefaultTopic)
}

func topicsByName(table *routing.RoutingTable) map[string]*routing.Topic {
	out := make(map[string]*routing.Topic, len(table.Topics)+1)
	for i := range table.Topics {
		out[table.Topics[i].Name] = &table.Topics[i]
	}
	out[routing.DefaultTopic] = &table.Default
	return out
}

// stays returns the keys of the parties that are in force before and after.
func (c *comparison) stays(p *Pair) map[string]bool {
	out := make(map[string]bool)
	after := partiesByKey(p.After)
	for key := range partiesByKey(p.Before) {
		out[key] = after[key] != nil
	}
	return out
}

func (c *comparison) newTopic(is *routing.Topic) []Phrase {
	out := Phrase{{text: "is new (" + is.Class + "): asks "}}
	out.add(c.partyList(is.To))
	parts := []Phrase{out}
	if !slices.Equal(routing.PartyKeys(is.To), routing.PartyKeys(is.DecidedBy)) {
		decided := Phrase{{text: "is decided by "}}
		decided.add(c.partyList(is.DecidedBy))
		parts = append(parts, decided)
	}
	if is.Quorum != nil && is.Quorum.Mode != string(v1alpha1.QuorumAny) {
		parts = append(parts, Phrase{{text: "needs " + quorum(is.Quorum)}})
	}
	return parts
}
