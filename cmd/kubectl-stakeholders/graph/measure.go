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

package graph

import (
	"strings"
	"unicode"
)

// Widths of characters in parts of the font size. They are those of the widest usual sans-serif font (DejaVu Sans), so
// that text fits whatever font the reader has.
const (
	narrow, usual, broad, full = 0.42, 0.66, 0.98, 1.1

	narrowLetters = "iljtfrI.,:;'|!()[]{}-/\\ "
	broadLetters  = "mwMWOQGDHNU@%&_+=<>~#"
	ellipsis      = "…"
)

// measure returns the width of a text that is certainly enough.
func measure(s string, size float64) float64 {
	var width float64
	for _, r := range s {
		width += runeWidth(r)
	}
	return width * size
}

func runeWidth(r rune) float64 {
	switch {
	case unicode.In(r, unicode.Mn, unicode.Me):
		return 0
	case strings.ContainsRune(narrowLetters, r):
		return narrow
	case strings.ContainsRune(broadLetters, r):
		return broad
	case r < unicode.MaxLatin1:
		return usual
	case r < 0x1100:
		// Other alphabets. Some of their letters are broad.
		return broad
	default:
		return full
	}
}

// fit returns a text, cut with an ellipsis if it is wider than width.
func fit(s string, width, size float64) string {
	if measure(s, size) <= width {
		return s
	}
	used := measure(ellipsis, size)
	end := 0
	for i, r := range s {
		used += runeWidth(r) * size
		if used > width {
			break
		}
		end = i + len(string(r))
	}
	return strings.TrimRight(s[:end], " ") + ellipsis
}
