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

// Package messages puts texts into the form that conditions and events show: one line of bounded length, in which
// nothing that was typed into an object, or came from another server, can pass for something else.
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

// OneLine makes one line of a text: line breaks become separators, and what else cannot be seen is shown as an escape
// sequence. The errors of API servers and webhooks come in several lines, and can hold anything.
func OneLine(s string) string {
	if !needsWork(s) {
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

func needsWork(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r == unicode.ReplacementChar || !visible.Rune(r) })
}

// isLineBreak knows every character at which some program ends a line.
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
			quoted := strconv.QuoteRuneToASCII(r)
			out.WriteString(quoted[1 : len(quoted)-1])
		}
	}
}

// Name is a name as it can stand in a sentence: quoted if it holds anything that a sentence is made of. Directories issue
// names with spaces and commas, and one could go on as the message does.
func Name(s string) string {
	plain := func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsNumber(r) || strings.ContainsRune("@._:/#+=-…", r)
	}
	if s != "" && !strings.ContainsFunc(s, func(r rune) bool { return !plain(r) || !visible.Rune(r) }) {
		return s
	}
	return strconv.Quote(OneLine(s))
}

// Clip cuts a message to a number of bytes, between two characters.
func Clip(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
