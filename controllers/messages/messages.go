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

// Package messages builds the texts of conditions and events. Each is one line of bounded length. Text from a user or
// another server is escaped, so that it cannot imitate the operator's own words. The package also finds changed
// conditions, and records events about them. All else is pure.
package messages

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/visible"
)

// separator separates several causes in one message. A line break would break the tables of kubectl describe and
// kubectl get events.
const separator = "; "

// Join joins causes to one line. It omits empty ones.
func Join(causes ...string) string {
	lines := make([]string, 0, len(causes))
	for _, cause := range causes {
		if line := OneLine(cause); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, separator)
}

// OneLine converts a text to one line: line breaks become separators, and other invisible characters become escape
// sequences. Errors of API servers and webhooks can have several lines and any content.
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
			// A heading, such as that of joined errors, continues with its first item.
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

// isLineBreak reports whether some program ends a line at a character.
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

// escaped returns the escape sequence of a character.
func escaped(r rune) string {
	quoted := strconv.QuoteRuneToASCII(r)
	return quoted[1 : len(quoted)-1]
}
