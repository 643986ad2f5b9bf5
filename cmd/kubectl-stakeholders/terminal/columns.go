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
)

// columnGap is the space between columns, as kubectl has it.
const columnGap = 3

// Columns writes a long table in parts, and keeps the widths of its columns. They are those of the first part, unless a later cell is
// wider.
type Columns struct {
	// Header has the names of the columns, in upper case. None: no header.
	Header []string
	// Shorten has those of the columns in which cells are shortened if the table is wider than the terminal.
	Shorten []string
	// NoHeaders leaves out the header.
	NoHeaders bool
	// Width of the terminal. 0: the table is as wide as its cells.
	Width int

	natural []int
	begun   bool
}

// Write writes a part of the table. Cells are escaped as those of a Table.
func (c *Columns) Write(w io.Writer, rows [][]string) error {
	table := &Table{}
	for _, row := range rows {
		table.Add(row...)
	}
	return c.write(w, table.Rows)
}

func (c *Columns) write(w io.Writer, rows [][]string) error {
	if len(rows) == 0 {
		return nil
	}
	if !c.begun && !c.NoHeaders && len(c.Header) > 0 {
		rows = append([][]string{c.Header}, rows...)
	}
	c.begun = true
	for _, row := range rows {
		c.grow(row)
	}
	widths := c.fit(rows)
	var out strings.Builder
	for _, row := range rows {
		out.WriteString(c.line(row, widths) + "\n")
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// line returns a row, in two lines if its first cell is too wide.
func (c *Columns) line(row []string, widths []int) string {
	first := ""
	var out strings.Builder
	for i, cell := range row {
		switch {
		case i == 0 && measure.String(cell) > widths[i]:
			first, cell = c.cut(cell)+"\n", ""
		case i > 0 && c.mayShorten(i):
			cell = shorten(cell, widths[i])
		}
		out.WriteString(cell)
		if i < len(row)-1 {
			out.WriteString(strings.Repeat(" ", widths[i]-measure.String(cell)+columnGap))
		}
	}
	return first + c.cut(out.String())
}

// cut shortens a line that cannot fit otherwise.
func (c *Columns) cut(line string) string {
	if c.Width == 0 {
		return line
	}
	return shorten(line, c.Width)
}

func (c *Columns) grow(row []string) {
	for i, cell := range row {
		if i == len(c.natural) {
			c.natural = append(c.natural, 0)
		}
		c.natural[i] = max(c.natural[i], measure.String(cell))
	}
}
