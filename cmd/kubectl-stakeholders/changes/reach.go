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
)

// attributes says what a map newly says about a party.
func attributes(was, is *routing.Party) []Phrase {
	var parts []Phrase
	for _, field := range []struct{ words, was, is string }{
		{"is called", was.DisplayName, is.DisplayName},
		{"belongs to", was.Organization, is.Organization},
		{"is in segment", was.Segment, is.Segment},
	} {
		if field.was != field.is {
			parts = append(parts, instead(field.words, field.is, field.was))
		}
	}
	return parts
}

// instead says "is called x instead of y", or "is called x" if there was nothing.
func instead(verb, is, was string) Phrase {
	var out Phrase
	out.say(verb + " ")
	out.add(nameOrNothing(is))
	if was != "" {
		out.say(" instead of ")
		out.name(was)
	}
	return out
}

func nameOrNothing(name string) Phrase {
	if name == "" {
		return Phrase{{text: "nothing"}}
	}
	return named(name)
}

// handles says how a party is newly reached. A system with one handle before and after is reached in another way.
func (c *comparison) handles(was, is *routing.Party) []Phrase {
	before, after := handlesBySystem(was), handlesBySystem(is)
	var parts []Phrase
	for _, system := range keysOf(before, after) {
		gone := slices.DeleteFunc(slices.Clone(before[system]), func(h string) bool { return slices.Contains(after[system], h) })
		added := slices.DeleteFunc(slices.Clone(after[system]), func(h string) bool { return slices.Contains(before[system], h) })
		if len(gone)+len(added) == 0 {
			continue
		}
		var out Phrase
		switch {
		case len(added) > 0:
			out.say("is reached by ")
			out.add(c.handleList(system, added))
			if len(gone) > 0 {
				out.say(" instead of ")
				out.add(listed(allNamed(gone), c.most))
			}
		default:
			out.say("is no longer reached by ")
			out.add(c.handleList(system, gone))
		}
		parts = append(parts, out)
	}
	return parts
}

func (c *comparison) handleList(system string, values []string) Phrase {
	out := named(system)
	out.say(" ")
	out.add(listed(allNamed(values), c.most))
	return out
}

func handlesBySystem(party *routing.Party) map[string][]string {
	out := make(map[string][]string)
	for _, handle := range party.Handles {
		value := handle.Value
		if handle.Claim != "" {
			value = handle.Claim + "=" + value
		}
		out[handle.System] = append(out[handle.System], value)
	}
	return out
}
