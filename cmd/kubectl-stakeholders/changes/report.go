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
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
)

// Report is what a comparison found.
type Report struct {
	metav1.TypeMeta `json:",inline"`

	// From and To say what was compared.
	From    string   `json:"from"`
	To      string   `json:"to"`
	Summary Summary  `json:"summary"`
	Changes []Change `json:"items"`
}

// Summary counts changes.
type Summary struct {
	// Maps that change.
	Maps int `json:"maps"`
	// Gain, Lose and LoseEverything count the subjects that gain and lose rights, and those that lose all that a map gave.
	Gain           int `json:"gain"`
	Lose           int `json:"lose"`
	LoseEverything int `json:"loseEverything"`
	// Others counts the changes that give and take no right.
	Others int `json:"others"`
}

// Summarize counts changes.
func Summarize(changes []Change) Summary {
	var s Summary
	maps := make(map[string]bool)
	gain, lose, everything := make(map[Subject]bool), make(map[Subject]bool), make(map[Subject]bool)
	for i := range changes {
		change := &changes[i]
		if change.Map != "" {
			maps[change.Map] = true
		}
		if len(change.Gains)+len(change.Loses) == 0 {
			s.Others++
			continue
		}
		if len(change.Gains) > 0 {
			gain[*change.Subject] = true
		}
		if len(change.Loses) > 0 {
			lose[*change.Subject] = true
		}
		if change.LosesEverything {
			everything[*change.Subject] = true
		}
	}
	s.Maps, s.Gain, s.Lose, s.LoseEverything = len(maps), len(gain), len(lose), len(everything)
	return s
}

// String returns the summary as a sentence.
func (s *Summary) String() string {
	var parts []string
	if s.Gain > 0 {
		parts = append(parts, messages.Count(s.Gain, "subject gains rights", "subjects gain rights"))
	}
	if s.Lose > 0 {
		loses := messages.Count(s.Lose, "subject loses rights", "subjects lose rights")
		if s.LoseEverything > 0 {
			loses += fmt.Sprintf(" (%d everything)", s.LoseEverything)
		}
		parts = append(parts, loses)
	}
	if s.Others > 0 {
		parts = append(parts, messages.Count(s.Others, "other change", "other changes"))
	}
	if len(parts) == 0 {
		return "No change in rights or routing."
	}
	if s.Maps > 1 {
		parts[0] = fmt.Sprintf("%d maps: ", s.Maps) + parts[0]
	}
	return strings.Join(parts, ", ") + "."
}

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
)

// Sections groups the changes by map. Without all, it bounds their number. Hidden counts the maps that are left out.
func (r *Report) Sections(all bool) (sections []Section, hidden int) {
	shown := 0
	for from := 0; from < len(r.Changes); {
		next := from
		for next < len(r.Changes) && r.Changes[next].Map == r.Changes[from].Map {
			next++
		}
		list := r.Changes[from:next]
		from = next
		if !all && shown >= mostChanges {
			hidden++
			continue
		}
		section := Section{Map: list[0].Map}
		if !all && len(list) > mostOfMap {
			section.More, list = len(list)-mostOfMap, list[:mostOfMap]
		}
		shown += len(list)
		split := slices.IndexFunc(list, func(change Change) bool { return change.Kind != Map && change.Kind != Rights && change.Kind != Policy })
		if split < 0 {
			split = len(list)
		}
		section.Rights, section.Routing = list[:split], list[split:]
		sections = append(sections, section)
	}
	return sections, hidden
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
