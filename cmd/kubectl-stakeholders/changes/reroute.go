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
	"fmt"
	"slices"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
)

// verbs say what a topic does with parties: with these only, with these too, or no longer with these.
type verbs struct{ only, also, noLonger string }

var (
	asks        = verbs{"asks ", "also asks ", "no longer asks "}
	isDecidedBy = verbs{"is decided by ", "is also decided by ", "is no longer decided by "}
	copies      = verbs{"copies ", "also copies ", "no longer copies "}
	escalatesTo = verbs{"escalates to ", "also escalates to ", "no longer escalates to "}
)

// rerouted says how a topic differs.
func (c *comparison) rerouted(was, is *routing.Topic, known map[string]bool) []Phrase {
	var parts []Phrase
	if was.Class != is.Class {
		parts = append(parts, instead("is of class", is.Class, was.Class))
	}
	if len(is.To) == 0 && len(was.To) > 0 {
		parts = append(parts, Phrase{{text: "asks no party until the map is valid"}})
	} else {
		parts = append(parts, c.list(was.To, is.To, known, asks)...)
	}
	if !slices.Equal(routing.PartyKeys(was.To), routing.PartyKeys(was.DecidedBy)) || !slices.Equal(routing.PartyKeys(is.To), routing.PartyKeys(is.DecidedBy)) {
		parts = append(parts, c.list(was.DecidedBy, is.DecidedBy, known, isDecidedBy)...)
	}
	parts = append(parts, c.list(was.CC, is.CC, known, copies)...)
	parts = append(parts, c.list(was.EscalateTo, is.EscalateTo, known, escalatesTo)...)
	if a, b := quorum(was.Quorum), quorum(is.Quorum); a != b && was.Class == is.Class {
		parts = append(parts, Phrase{{text: "needs " + b + " instead of " + a}})
	}
	if was.RespondWithin != is.RespondWithin {
		parts = append(parts, due(was.RespondWithin, is.RespondWithin))
	}
	return parts
}

// list says how a list of parties differs, among those that are in force before and after.
func (c *comparison) list(was, is []routing.Party, known map[string]bool, verb verbs) []Phrase {
	before, after := routing.PartyKeys(was), routing.PartyKeys(is)
	gone := among(was, known, after)
	added := among(is, known, before)
	var out Phrase
	switch {
	case len(gone)+len(added) == 0:
		return nil
	case len(gone) == 0:
		out.say(verb.also)
		out.add(c.partyList(added))
	case len(added) == 0:
		out.say(verb.noLonger)
		out.add(c.partyList(gone))
	default:
		out.say(verb.only)
		out.add(c.partyList(added))
		out.say(" instead of ")
		out.add(c.partyList(gone))
	}
	return []Phrase{out}
}

// among returns the known parties of a list that another one lacks.
func among(list []routing.Party, known map[string]bool, other []string) []routing.Party {
	return slices.DeleteFunc(slices.Clone(list), func(party routing.Party) bool {
		return !known[party.Key()] || slices.Contains(other, party.Key())
	})
}

func (c *comparison) partyList(list []routing.Party) Phrase {
	if len(list) == 0 {
		return Phrase{{text: "no party"}}
	}
	items := make([]Phrase, len(list))
	for i := range list {
		items[i] = partyName(list[i].Role, list[i].Name)
	}
	return listed(items, c.most)
}

func quorum(q *routing.Quorum) string {
	if q == nil {
		return "no approval"
	}
	text := "approvals"
	if q.Count == 1 {
		text = "approval"
	}
	return fmt.Sprintf("%d %s (%s)", q.Count, text, q.Mode)
}

// due says within which time a topic is newly to be answered.
func due(was, is string) Phrase {
	switch {
	case is == "":
		return Phrase{{text: "has no time limit any more"}}
	case was == "":
		out := Phrase{{text: "is to be answered within "}}
		out.name(is)
		return out
	default:
		return instead("is to be answered within", is, was)
	}
}
