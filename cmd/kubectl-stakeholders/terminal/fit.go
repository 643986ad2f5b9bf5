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

import "slices"

// shortest is how much of a cell is left, unless its column is narrower than that.
const shortest = 8

// fit returns the widths of the columns so that these rows fit the terminal. Cells in the columns of Shorten lose text, the longest
// first. Cells in the first column never do, because people copy them. One that leaves no room for the other cells gets a line of its own.
func (c *Columns) fit(rows [][]string) []int {
	widths := slices.Clone(c.natural)
	if c.Width == 0 || len(widths) == 0 {
		return widths
	}
	least := make([]int, len(widths))
	for i := range widths {
		if least[i] = widths[i]; c.mayShorten(i) {
			least[i] = max(c.headerWidth(i), min(shortest, widths[i]))
		}
	}
	if limit := c.Width - total(least[1:]) - columnGap; widths[0] > limit {
		widths[0] = max(c.headerWidth(0), widest(rows, limit))
	}
	for over := total(widths) - c.Width; over > 0; over-- {
		longest := 0
		for i := 1; i < len(widths); i++ {
			if widths[i] > least[i] && (longest == 0 || widths[i] > widths[longest]) {
				longest = i
			}
		}
		if longest == 0 {
			break
		}
		widths[longest]--
	}
	return widths
}

// widest returns the greatest width of a first cell that is no wider than limit.
func widest(rows [][]string, limit int) (width int) {
	for _, row := range rows {
		if w := measure.String(row[0]); w <= limit {
			width = max(width, w)
		}
	}
	return width
}

// total is how wide columns are with the space between them.
func total(widths []int) (sum int) {
	for _, width := range widths {
		sum += width
	}
	return sum + columnGap*(len(widths)-1)
}

func (c *Columns) headerWidth(column int) int {
	if c.NoHeaders || column >= len(c.Header) {
		return 0
	}
	return measure.String(c.Header[column])
}

func (c *Columns) mayShorten(column int) bool {
	return column > 0 && column < len(c.Header) && slices.Contains(c.Shorten, c.Header[column])
}
