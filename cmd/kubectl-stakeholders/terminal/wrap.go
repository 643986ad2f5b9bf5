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

package terminal

import "strings"

// Wrap breaks a text into lines of at most width columns, each with an indent. A longer word has a line of its own. A width of 0 means
// one line. Spaces inside of a line stay as they are, because names can differ in nothing else. A command in backquotes is a word, so
// that users can copy it.
func Wrap(text string, width int, indent string) string {
	var out strings.Builder
	column := 0
	text = strings.TrimSpace(strings.ReplaceAll(text, "\n", " "))
	if text == "" {
		return ""
	}
	for _, word := range words(text) {
		length := measure.String(word)
		switch {
		case column == 0:
			out.WriteString(indent)
			column = measure.String(indent)
		case width > 0 && column+1+length > width:
			out.WriteString("\n" + indent)
			column = measure.String(indent)
		default:
			out.WriteString(" ")
			column++
		}
		out.WriteString(word)
		column += length
	}
	return out.String()
}

// words splits a text at spaces outside of backquotes.
func words(text string) (all []string) {
	const quote = '`'
	start, quoted := 0, false
	for i, r := range text {
		switch {
		case r == quote:
			quoted = !quoted && strings.ContainsRune(text[i+1:], quote)
		case r == ' ' && !quoted:
			all = append(all, text[start:i])
			start = i + 1
		}
	}
	return append(all, text[start:])
}

// hanging returns a text after a label. What does not fit the width follows below the beginning of the text.
func hanging(label, text string, width int) string {
	indent := strings.Repeat(" ", measure.String(label))
	// A text of spaces only has no line.
	return label + strings.TrimPrefix(Wrap(text, width, indent), indent)
}
