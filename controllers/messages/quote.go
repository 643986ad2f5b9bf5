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

// Quote puts a text in quotes, as Escape shows it.
func Quote(s string, maxBytes int) string { return `"` + Escape(s, maxBytes) + `"` }

// Escape shows a text as it can stand between quotes: quotes, backslashes and characters that cannot be seen are escape
// sequences. A text that takes more than maxBytes in that form is cut, and ends with an ellipsis.
func Escape(s string, maxBytes int) string {
	var out strings.Builder
	for _, r := range s {
		quoted := strconv.Quote(string(r))
		if !visible.Rune(r) {
			quoted = strconv.QuoteToASCII(string(r))
		}
		quoted = quoted[1 : len(quoted)-1]
		// Counted as it is shown, because one character can take ten.
		if out.Len()+len(quoted) > maxBytes {
			return out.String() + ellipsis
		}
		out.WriteString(quoted)
	}
	return out.String()
}

// Name shows a name as it can stand in a sentence: in quotes if it contains anything that a sentence is made of. Directories
// issue names with spaces and commas, and one could go on as the message does. A name of more than maxBytes is cut.
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
