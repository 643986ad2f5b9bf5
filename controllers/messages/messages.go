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

// Package messages builds the texts of conditions and events: one line of bounded length, in which nothing that was typed
// into an object, or came from another server, can pass for something else. It also says which conditions of a status
// changed, and records the events about them. It is pure but for the events.
package messages

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/visible"
)

// separator stands between several causes of one message. kubectl describe and kubectl get events show a message in
// a table, which a line break tears apart.
const separator = "; "

// Join makes one line of several causes. Empty ones are left out.
func Join(causes ...string) string {
	lines := make([]string, 0, len(causes))
	for _, cause := range causes {
		if line := OneLine(cause); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, separator)
}

// OneLine makes one line of a text: line breaks become separators, and other characters that cannot be seen become escape
// sequences. The errors of API servers and webhooks have several lines, and can contain anything.
func OneLine(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r == unicode.ReplacementChar || !visible.Rune(r) }) {
		return s
	}
	var out strings.Builder
	for line := range strings.FieldsFuncSeq(s, isLineBreak) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		if out.Len() > 0 {
			// A heading, such as that of errors which were joined, goes on.
			if strings.HasSuffix(out.String(), ":") || strings.HasSuffix(out.String(), ";") {
				out.WriteByte(' ')
			} else {
				out.WriteString(separator)
			}
		}
		writePrintable(&out, line)
	}
	return out.String()
}

// isLineBreak says whether some program ends a line at a character.
func isLineBreak(r rune) bool {
	switch r {
	case '\n', '\r', '\v', '\f', '\u0085', '\u2028', '\u2029':
		return true
	}
	return false
}

func writePrintable(out *strings.Builder, line string) {
	for _, r := range line {
		switch {
		case visible.Rune(r):
			out.WriteRune(r)
		case r == '\t':
			out.WriteByte(' ')
		default:
			out.WriteString(escaped(r))
		}
	}
}

// escaped is a character as an escape sequence without quotes, if it has one or cannot be seen.
func escaped(r rune) string {
	quoted := strconv.QuoteRuneToASCII(r)
	return quoted[1 : len(quoted)-1]
}
