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

package repository

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"sigs.k8s.io/yaml"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/visible"
)

// maxText is the most characters of a name that a file for people shows.
const maxText = 128

// quoted puts a name into a message as one line of printable characters.
func quoted(s string) string { return strconv.Quote(s) }

// who names a party in a message.
func who(party *routing.Party) string { return party.Role + " " + quoted(party.Name) }

// oneLine is a text as one line of printable characters, without spaces at its ends.
func oneLine(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r != utf8.RuneError && visible.Rune(r) {
			b.WriteRune(r)
		} else {
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// inert is a name as words that mean nothing in Markdown, wherever they stand and whatever GitHub makes of it: no
// mention, no link, no reference to an issue, no emoji, no list. A name in an issue form ends up in the text of an
// issue, where a mention would call people in; a backslash does not prevent that. It may be empty.
func inert(s string) string {
	runes := []rune(s)
	var b strings.Builder
	for i, r := range runes {
		before, after := at(runes, i-1), at(runes, i+1)
		switch {
		case r == utf8.RuneError:
			b.WriteByte(' ')
		case !visible.Rune(r):
			b.WriteByte(' ')
		case unicode.IsLetter(r), unicode.IsMark(r), unicode.IsDigit(r):
			b.WriteRune(r)
		case strings.ContainsRune("'’,&", r):
			b.WriteRune(r)
		case r == '-' && unicode.IsLetter(before) && unicode.IsLetter(after):
			// Not before a digit: GH-1 is an issue.
			b.WriteRune(r)
		case r == '.' && unicode.IsLetter(before) && (after == 0 || after == ' '):
			// Not inside of a word: www.example.com is a link. Not after a digit: "1." is a list.
			b.WriteRune(r)
		default:
			b.WriteByte(' ')
		}
	}
	text := []rune(strings.Join(strings.Fields(b.String()), " "))
	return strings.TrimSpace(string(text[:min(len(text), maxText)]))
}

// sentence ends a text with one full stop, although the name at its end may have one.
func sentence(text string) string { return strings.TrimSuffix(text, ".") + "." }

func at(runes []rune, i int) rune {
	if i < 0 || i >= len(runes) {
		return 0
	}
	return runes[i]
}

// marshal is a value as YAML, with every string quoted that some version of YAML would read as something else.
func marshal(value any) []byte {
	content, err := yaml.Marshal(value)
	if err != nil {
		// Only strings, booleans, lists and maps are ever given to it.
		panic(err)
	}
	return content
}

// comment is a line of a comment in YAML and in CODEOWNERS.
func comment(s string) string { return "# " + oneLine(s) + "\n" }

// header says at the top of a file where it comes from.
func header(table *routing.RoutingTable) string {
	return comment("Rendered from the StakeholderMap " + table.Source.Namespace + "/" + table.Source.Name + ". Edit the map, not this file.")
}
