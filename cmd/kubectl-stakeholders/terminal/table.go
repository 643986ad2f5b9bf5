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

import "io"

// Table lines up cells in columns that are as wide as their longest cell, unless the terminal is too narrow.
type Table struct {
	// Header has the names of the columns, in upper case. None: no header.
	Header []string
	// Shorten has those of the columns in which cells are shortened if the table is wider than the terminal. The first column cannot
	// be one of them.
	Shorten []string
	Rows    [][]string
}

// Add adds a row. Cells are escaped, because names and titles come from other people. An empty cell shows as a hyphen.
func (t *Table) Add(cells ...string) {
	row := make([]string, len(cells))
	for i, cell := range cells {
		if row[i] = Escape(cell); cell == "" {
			row[i] = "-"
		}
	}
	t.Rows = append(t.Rows, row)
}

// Write writes the table for a terminal of this width. 0 is no terminal: programs need whole cells. A table without rows has no header.
func (t *Table) Write(w io.Writer, width int, noHeaders bool) error {
	columns := &Columns{Header: t.Header, Shorten: t.Shorten, Width: width, NoHeaders: noHeaders}
	return columns.write(w, t.Rows)
}
