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

// maxText is the number of characters of a name that a file for people shows.
const maxText = 128

// quoted formats a name for a message, in one line of printable characters.
func quoted(s string) string { return strconv.Quote(s) }

func who(party *routing.Party) string { return party.Role + " " + quoted(party.Name) }

// oneLine converts a text to one line of printable characters, without spaces at its ends.
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

// inert removes everything from a name that has a meaning in Markdown or on GitHub: mentions, links, references to
// issues, emoji and lists. Names in an issue form become part of the text of an issue, where a mention would notify
// people; a backslash does not prevent that. The result can be empty.
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
			// Never before a digit: GH-1 is an issue.
			b.WriteRune(r)
		case r == '.' && unicode.IsLetter(before) && (after == 0 || after == ' '):
			// Never inside of a word: www.example.com is a link. Never after a digit: "1." is a list.
			b.WriteRune(r)
		default:
			b.WriteByte(' ')
		}
	}
	text := []rune(strings.Join(strings.Fields(b.String()), " "))
	return strings.TrimSpace(string(text[:min(len(text), maxText)]))
}

// sentence ends a text with exactly one full stop.
func sentence(text string) string { return strings.TrimSuffix(text, ".") + "." }

func at(runes []rune, i int) rune {
	if i < 0 || i >= len(runes) {
		return 0
	}
	return runes[i]
}

// marshal encodes a value as YAML. It quotes strings that any version of YAML would read as another type.
func marshal(value any) []byte {
	content, err := yaml.Marshal(value)
	if err != nil {
		// The value contains only strings, booleans, lists and maps.
		panic(err)
	}
	return content
}

// comment formats a comment line for YAML and CODEOWNERS.
func comment(s string) string { return "# " + oneLine(s) + "\n" }

// header returns the first line of a file: where it comes from.
func header(table *routing.RoutingTable) string {
	return comment("Rendered from the StakeholderMap " + table.Source.Namespace + "/" + table.Source.Name + ". Edit the map, not this file.")
}
