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

// mostGivers is the number of maps that are named as those that still give a right. One is enough.
const mostGivers = 2

// sentence says what a subject gains, loses and keeps.
func (c *comparison) sentence(change *Change) Phrase {
	var parts []Phrase
	clause := func(words string, what Phrase) {
		var out Phrase
		out.say(words)
		out.add(what)
		parts = append(parts, out)
	}
	rights := func(verb, words string, list []Right, end string) {
		var out Phrase
		out.stress(verb)
		out.say(words)
		out.add(c.rights(list))
		out.say(end)
		parts = append(parts, out)
	}
	if len(change.Becomes) > 0 {
		clause("becomes ", roleList(change.Becomes))
	}
	if len(change.Ceases) > 0 {
		clause("is no longer ", roleList(change.Ceases))
	}
	if len(change.Gains) > 0 {
		rights("gains", " ", change.Gains, "")
	}
	switch {
	case change.LosesEverything:
		rights("loses everything", " that this map gives (", change.Loses, ")")
	case len(change.Loses) > 0:
		rights("loses", " ", change.Loses, "")
	}
	if len(change.Keeps) > 0 {
		kept := c.rights(change.Keeps)
		kept.say(", by ")
		kept.add(listed(allNamed(change.KeptBy), min(c.most, mostGivers)))
		clause("keeps ", kept)
	}
	out := subjectName(*change.Subject)
	if c.assumed[change.Subject.Namespace] {
		out.say(", if its namespace accepts the map,")
	}
	out.say(" ")
	out.add(clauses(parts))
	return out
}
