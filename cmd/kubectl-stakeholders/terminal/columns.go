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

import (
	"io"
	"strings"
	"unicode/utf8"
)

// columnGap is the space between two columns, as in the tables of kubectl.
const columnGap = 3

// Columns writes a long table in parts. The first part decides how wide the columns are; they grow where a later part needs
// more.
type Columns struct {
	widths []int
}

// Write writes the rows of a part, and the header, if there is one, before them. The cells are escaped.
func (c *Columns) Write(w io.Writer, header []string, rows [][]string) error {
	table := &Table{}
	for _, row := range rows {
		table.Add(row...)
	}
	return c.write(w, header, table.Rows)
}

// write writes rows whose cells are escaped.
func (c *Columns) write(w io.Writer, header []string, rows [][]string) error {
	if len(header) > 0 {
		rows = append([][]string{header}, rows...)
	}
	for _, row := range rows {
		c.grow(row)
	}
	var out strings.Builder
	for _, row := range rows {
		for i, cell := range row {
			out.WriteString(cell)
			if i < len(row)-1 {
				out.WriteString(strings.Repeat(" ", c.widths[i]-utf8.RuneCountInString(cell)+columnGap))
			}
		}
		out.WriteByte('\n')
	}
	_, err := io.WriteString(w, out.String())
	return err
}

func (c *Columns) grow(row []string) {
	for i, cell := range row {
		if i == len(c.widths) {
			c.widths = append(c.widths, 0)
		}
		c.widths[i] = max(c.widths[i], utf8.RuneCountInString(cell))
	}
}
