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

package messages

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/visible"
)

// Quote escapes a text and puts it in quotes.
func Quote(s string, maxBytes int) string { return `"` + Escape(s, maxBytes) + `"` }

// Escape escapes quotes, backslashes and invisible characters. If the result would exceed maxBytes, it is cut and ends
// with an ellipsis.
func Escape(s string, maxBytes int) string {
	var out strings.Builder
	for _, r := range s {
		quoted := strconv.Quote(string(r))
		if !visible.Rune(r) {
			quoted = strconv.QuoteToASCII(string(r))
		}
		quoted = quoted[1 : len(quoted)-1]
		// Count the escaped form: one character can take ten bytes.
		if out.Len()+len(quoted) > maxBytes {
			return out.String() + ellipsis
		}
		out.WriteString(quoted)
	}
	return out.String()
}

// Name formats a name for a sentence. It quotes names with any character that can be part of a sentence. Directories
// issue names with spaces and commas, and such a name could imitate the rest of the message. It cuts a name of more
// than maxBytes.
func Name(s string, maxBytes int) string {
	if s == "" || strings.ContainsFunc(s, func(r rune) bool { return !isPlain(r) }) {
		return Quote(s, maxBytes)
	}
	return Truncate(s, maxBytes)
}

func isPlain(r rune) bool {
	if unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsNumber(r) {
		return visible.Rune(r)
	}
	return strings.ContainsRune("@._:/#+=-", r)
}
