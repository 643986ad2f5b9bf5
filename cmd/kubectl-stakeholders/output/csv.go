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

package output

import (
	"encoding/csv"
	"io"
	"strings"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/terminal"
)

// CSV writes a table as comma-separated values, as CSVWriter does. The columns are named as the fields of JSON are: "askedBy" for the
// column ASKED BY.
func CSV(w io.Writer, header []string, rows [][]string) error {
	names := make([]string, len(header))
	for i, column := range header {
		words := strings.Fields(strings.ToLower(column))
		for j := range words[1:] {
			words[j+1] = strings.ToUpper(words[j+1][:1]) + words[j+1][1:]
		}
		names[i] = strings.Join(words, "")
	}
	out := NewCSVWriter(w)
	for _, row := range append([][]string{names}, rows...) {
		if err := out.Write(row); err != nil {
			return err
		}
	}
	return out.Flush()
}

// CSVWriter writes rows as comma-separated values. A cell is one visible line, and one that a spreadsheet would take for a formula gets
// an apostrophe in front, because names and titles come from other people (https://owasp.org/www-community/attacks/CSV_Injection).
type CSVWriter struct {
	out *csv.Writer
}

// NewCSVWriter returns a CSVWriter.
func NewCSVWriter(w io.Writer) *CSVWriter { return &CSVWriter{csv.NewWriter(w)} }

// Write adds a row.
func (c *CSVWriter) Write(row []string) error {
	cells := make([]string, len(row))
	for i, cell := range row {
		cells[i] = plainCell(terminal.Escape(cell))
	}
	return c.out.Write(cells)
}

// Flush writes what is buffered.
func (c *CSVWriter) Flush() error {
	c.out.Flush()
	return c.out.Error()
}

// plainCell returns a cell that no spreadsheet evaluates, also not where one splits cells at other characters than commas, as is usual
// in some countries, and whatever quotes and spaces there are between.
func plainCell(cell string) string {
	var out strings.Builder
	begins := true
	for _, r := range cell {
		if begins && strings.ContainsRune("=+-@＝＋－＠", r) {
			out.WriteByte('\'')
		}
		out.WriteRune(r)
		begins = strings.ContainsRune(";,|", r) || begins && strings.ContainsRune(" \"'", r)
	}
	return out.String()
}
