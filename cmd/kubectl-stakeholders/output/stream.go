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
	"io"

	"github.com/spf13/cobra"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/terminal"
)

// Row is one entry of a long list. As JSON it is an item of the list.
type Row interface {
	// Cells are those of the table.
	Cells(wide bool) []string
	// Record has the cells in the order of the header of the CSV file.
	Record() []string
	// ID tells the object that the row is about from others.
	ID() string
	// ObjectName is the line of -o name.
	ObjectName() string
}

// List describes a long list.
type List struct {
	// Kind of the document with all rows.
	Kind string
	// Header of the table. It has WideHeader, too, with -o wide.
	Header, WideHeader []string
	// Shorten has the columns in which cells are shortened to fit the terminal.
	Shorten []string
	// RecordHeader is that of the CSV file.
	RecordHeader []string
}

// CSVFormat is the output format of lists for spreadsheets.
const CSVFormat = "csv"

// rowsAtOnce is how many rows of a table are kept to find out the widths of the columns.
const rowsAtOnce = 500

// Stream writes the rows of a list as they come, and does not keep them, except for jsonpath, which needs all.
type Stream struct {
	writer rowWriter
}

// rowWriter writes rows in one format.
type rowWriter interface {
	add(r Row) error
	close() error
}

// AddListTo adds the flags to a command that writes a list with Stream.
func (f *Flags) AddListTo(cmd *cobra.Command) {
	// Stream writes this format itself.
	f.AddTo(cmd, map[string]func(io.Writer, Result) error{CSVFormat: nil}, Name, Wide, NoHeaders)
}

// Stream begins a list in the chosen format.
func (f *Flags) Stream(t *terminal.Terminal, list List) (*Stream, error) {
	switch f.format {
	case "", Wide:
		return &Stream{newTableRows(t, list, f.format == Wide, f.noHeaders)}, nil
	case CSVFormat:
		rows := &csvRows{NewCSVWriter(t.Out)}
		return &Stream{rows}, rows.out.Write(list.RecordHeader)
	case Name:
		return &Stream{&nameRows{w: t.Out}}, nil
	case "json":
		return &Stream{&jsonRows{w: t.Out, kind: list.Kind}}, nil
	case "yaml":
		return &Stream{&yamlRows{w: t.Out, kind: list.Kind}}, nil
	}
	rows := &keptRows{flags: f, terminal: t, items: items{TypeMeta: TypeMeta(list.Kind), Items: []Row{}}}
	return &Stream{rows}, nil
}

// Add writes a row, at once or with those that follow.
func (s *Stream) Add(r Row) error { return s.writer.add(r) }

// Abandon ends the line at which an error stops the list. It does not complete the document: a program would take the part for all.
func (s *Stream) Abandon() error {
	switch w := s.writer.(type) {
	case *jsonRows:
		return w.endLine()
	case *csvRows:
		return w.close()
	default:
		return nil
	}
}

// Close ends the list.
func (s *Stream) Close() error { return s.writer.close() }
