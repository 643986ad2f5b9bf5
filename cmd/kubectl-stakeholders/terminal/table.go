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

// Table writes rows in columns, as kubectl does.
type Table struct {
	// Header has the names of the columns, in upper case. None: no header.
	Header []string
	Rows   [][]string
}

// Add adds a row. The cells are escaped.
func (t *Table) Add(cells ...string) {
	row := make([]string, len(cells))
	for i, cell := range cells {
		if row[i] = Escape(cell); cell == "" {
			row[i] = "-"
		}
	}
	t.Rows = append(t.Rows, row)
}

// Write writes the table. Nothing is written if there are no rows.
func (t *Table) Write(w io.Writer, noHeaders bool) error {
	header := t.Header
	if noHeaders || len(t.Rows) == 0 {
		header = nil
	}
	columns := &Columns{}
	return columns.write(w, header, t.Rows)
}
