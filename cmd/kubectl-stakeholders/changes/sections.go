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

	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

// Section has the changes of one map that a person is shown, or those of the policy.
type Section struct {
	// Map is empty for the policy.
	Map string
	// Rights are the changes of the map itself and of rights. Routing has all others.
	Rights, Routing []Change
	// More counts the changes that are left out.
	More int
}

// A person is shown at most so many changes, unless they ask for all.
const (
	mostOfMap   = 30
	mostChanges = 200
	// mostBytes is less than the 65536 characters of a comment on GitHub.
	mostBytes = 60_000
)

// Sections groups the changes by map. Without all, it bounds their number and length. Hidden counts the maps that are left out.
func (r *Report) Sections(all bool) (sections []Section, hidden int) {
	b := budget{mostChanges, mostBytes}
	for from := 0; from < len(r.Changes); {
		next := from
		for next < len(r.Changes) && r.Changes[next].Map == r.Changes[from].Map {
			next++
		}
		list := r.Changes[from:next]
		from = next
		n := len(list)
		if !all {
			n = b.take(list)
		}
		if n == 0 {
			hidden++
			continue
		}
		section := Section{Map: list[0].Map, More: len(list) - n}
		list = list[:n]
		split := slices.IndexFunc(list, func(change Change) bool { return change.Kind != Map && change.Kind != Rights && change.Kind != Policy })
		if split < 0 {
			split = len(list)
		}
		section.Rights, section.Routing = list[:split], list[split:]
		sections = append(sections, section)
	}
	return sections, hidden
}

// budget is what may still be shown.
type budget struct{ changes, bytes int }

// take returns how many changes of a map are shown.
func (b *budget) take(list []Change) int {
	// Headings and line breaks take space, too.
	const perChange, perMap = 4, 400
	if b.changes <= 0 {
		return 0
	}
	n, left := 0, b.bytes-perMap-len(list[0].Map)
	for n < min(len(list), mostOfMap) {
		size := perChange + max(len(list[n].Phrase.Markdown()), len(list[n].Text))
		if size > left {
			break
		}
		left -= size
		n++
	}
	if n > 0 {
		b.changes, b.bytes = b.changes-n, left
	}
	return n
}

// Hidden says how much is left out, or "".
func hiddenText(n int, one, many string) string {
	if n == 0 {
		return ""
	}
	return "… and " + messages.Count(n, one, many) + ": --all shows everything"
}

// MoreText says how many changes of the section are left out, or "".
func (s *Section) MoreText() string { return hiddenText(s.More, "more change", "more changes") }

// HiddenText says how many maps are left out, or "".
func HiddenText(hidden int) string {
	return hiddenText(hidden, "more map that changes", "more maps that change")
}

// Caveat says which of the losses maps that were not read may prevent, or "".
func (r *Report) Caveat() string {
	onRequests, ofTools := false, false
	for i := range r.Changes {
		for _, right := range r.Changes[i].Loses {
			onRequests = onRequests || right.Resource == render.RequestResource
			ofTools = ofTools || right.Role != ""
		}
	}
	what := ""
	switch {
	case !r.OtherMapsUnknown:
	case onRequests && ofTools:
		what = "rights on requests and tool rights"
	case onRequests:
		what = "rights on requests"
	case ofTools:
		what = "tool rights"
	}
	if what == "" {
		return ""
	}
	return "Maps that were not read may still give the lost " + what + "."
}
