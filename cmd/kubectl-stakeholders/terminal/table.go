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
