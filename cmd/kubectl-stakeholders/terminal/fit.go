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

import "unicode/utf8"

// shortest is how many characters of a cell Fit leaves.
const shortest = 10

// Fit shortens the cells of a column so that the table fits a width, if shortening one column can do that.
func (t *Table) Fit(width, column int) {
	left := width
	for i := range t.Header {
		if i != column {
			left -= t.widthOf(i)
		}
		if i != len(t.Header)-1 {
			left -= columnGap
		}
	}
	left = max(left, shortest)
	for _, row := range t.Rows {
		if letters := []rune(row[column]); len(letters) > left {
			row[column] = string(letters[:left-1]) + "…"
		}
	}
}

func (t *Table) widthOf(column int) int {
	width := utf8.RuneCountInString(t.Header[column])
	for _, row := range t.Rows {
		width = max(width, utf8.RuneCountInString(row[column]))
	}
	return width
}
