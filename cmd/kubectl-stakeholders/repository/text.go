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
	"cmp"
	"regexp"
	"slices"
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
	visibleOrSpace := func(r rune) rune {
		if r != utf8.RuneError && visible.Rune(r) {
			return r
		}
		return ' '
	}
	return strings.Join(strings.Fields(strings.Map(visibleOrSpace, s)), " ")
}

// inert removes everything from a name that has a meaning in Markdown or on GitHub: mentions, links, references to
// issues, emoji and lists. Names in an issue form become part of the text of an issue, where a mention would notify
// people; a backslash does not prevent that. The result can be empty.
func inert(s string) string {
	// The spaces are the neighbors of the first and the last character.
	runes := []rune(" " + s + " ")
	var b strings.Builder
	for i, r := range runes[1 : len(runes)-1] {
		if isInert(runes[i], r, runes[i+2]) {
			b.WriteRune(r)
		} else {
			b.WriteByte(' ')
		}
	}
	text := []rune(strings.Join(strings.Fields(b.String()), " "))
	return strings.TrimSpace(string(text[:min(len(text), maxText)]))
}

// isInert reports whether a character between two others has no such meaning.
func isInert(before, r, after rune) bool {
	switch {
	case !visible.Rune(r):
		return false
	case unicode.IsLetter(r), unicode.IsMark(r), unicode.IsDigit(r), strings.ContainsRune("'’,&", r):
		return true
	case r == '-':
		// Never before a digit: GH-1 is an issue.
		return unicode.IsLetter(before) && unicode.IsLetter(after)
	case r == '.':
		// Never inside of a word: www.example.com is a link. Never after a digit: "1." is a list.
		return unicode.IsLetter(before) && (after == 0 || after == ' ')
	}
	return false
}

// sentence ends a text with exactly one full stop.
func sentence(text string) string { return strings.TrimSuffix(text, ".") + "." }

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

// yamlFile returns a file with a value, below the header.
func yamlFile(path string, table *routing.RoutingTable, value any) File {
	return File{Path: path, Content: append([]byte(header(table)), marshal(value)...)}
}

const headerBefore, headerAfter = "Rendered from the StakeholderMap ", ". Edit the map, not this file."

// header returns the first line of a file: where it comes from.
func header(table *routing.RoutingTable) string {
	return comment(headerBefore + table.Source.Namespace + "/" + table.Source.Name + headerAfter)
}

var headers = regexp.MustCompile(`(?m)^# ` + regexp.QuoteMeta(headerBefore) + `([a-z0-9-]+)/([a-z0-9.-]+)` + regexp.QuoteMeta(headerAfter) + `\r?$`)

// Sources returns the maps that a file of this package comes from, sorted. A file of several has a header for each.
func Sources(content []byte) []routing.Source {
	found := headers.FindAllSubmatch(content, -1)
	out := make([]routing.Source, 0, len(found))
	for _, match := range found {
		out = append(out, routing.Source{Namespace: string(match[1]), Name: string(match[2])})
	}
	slices.SortFunc(out, func(a, b routing.Source) int {
		return cmp.Or(strings.Compare(a.Namespace, b.Namespace), strings.Compare(a.Name, b.Name))
	})
	return slices.Compact(out)
}
