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
	"k8s.io/apimachinery/pkg/api/equality"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/words"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/topics"
)

// windows says from when and until when a party newly has its role.
func windows(was, is *topics.Party) []Phrase {
	if was == nil || is == nil {
		return nil
	}
	var parts []Phrase
	if a, b := words.Moment(was.ValidFrom), words.Moment(is.ValidFrom); a != b {
		parts = append(parts, window("from ", b, a, "at once"))
	}
	if a, b := words.Moment(was.ValidUntil), words.Moment(is.ValidUntil); a != b {
		parts = append(parts, window("until ", b, a, "without end"))
	}
	return parts
}

func window(word, is, was, open string) Phrase {
	text := func(moment string) string {
		if moment == "" {
			return open
		}
		return word + moment
	}
	return Phrase{{text: "is valid " + text(is) + " instead of " + text(was)}}
}

// validity says when a new party has its role, unless that is always.
func validity(party *topics.Party) []Phrase {
	text := ""
	if party.ValidFrom != nil {
		text += " from " + words.Moment(party.ValidFrom)
	}
	if party.ValidUntil != nil {
		text += " until " + words.Moment(party.ValidUntil)
	}
	if text == "" {
		return nil
	}
	return []Phrase{{{text: "is valid" + text}}}
}

// withoutRole says what changes of a party that has no role at the moment, neither before nor after. It may have one later.
func withoutRole(was, is *topics.Party) []Phrase {
	text := "changes"
	switch {
	case is == nil:
		return []Phrase{{{text: "is removed, and had no role"}}}
	case was == nil:
		text = "is added"
	case equality.Semantic.DeepEqual(was.Party, is.Party) && was.Segment == is.Segment:
		return nil
	}
	return append([]Phrase{{{text: text + ", and has no role at this time (see --at)"}}}, validity(is)...)
}
