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
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
)

// Report is what a comparison found.
type Report struct {
	metav1.TypeMeta `json:",inline"`

	// From and To say what was compared.
	From    string  `json:"from"`
	To      string  `json:"to"`
	Summary Summary `json:"summary"`
	// OtherMapsUnknown says that maps may exist that were not read. They may give rights that several maps can give.
	OtherMapsUnknown bool     `json:"otherMapsUnknown,omitempty"`
	Changes          []Change `json:"items"`
}

// Summary counts changes.
type Summary struct {
	// Maps that change.
	Maps int `json:"maps"`
	// Gain, Lose and LoseEverything count the subjects that gain and lose rights, and those that lose all that a map gives.
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
	switch {
	case s.Lose == 0:
	case s.Lose == s.LoseEverything:
		parts = append(parts, messages.Count(s.Lose, "subject loses all that a map gives", "subjects lose all that a map gives"))
	case s.LoseEverything == 0:
		parts = append(parts, messages.Count(s.Lose, "subject loses rights", "subjects lose rights"))
	default:
		parts = append(parts, fmt.Sprintf("%d subjects lose rights (%d all that a map gives)", s.Lose, s.LoseEverything))
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
