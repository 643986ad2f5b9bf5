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
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/terminal"
)

type tableRows struct {
	out     io.Writer
	columns terminal.Columns
	wide    bool
	rows    [][]string
}

func newTableRows(t *terminal.Terminal, list List, wide, noHeaders bool) *tableRows {
	columns := terminal.Columns{Header: list.Header, Shorten: list.Shorten, Width: t.Width, NoHeaders: noHeaders}
	if wide {
		columns.Header, columns.Width = slices.Concat(list.Header, list.WideHeader), 0
	}
	return &tableRows{out: t.Out, wide: wide, columns: columns}
}

func (t *tableRows) add(r Row) error {
	t.rows = append(t.rows, r.Cells(t.wide))
	if len(t.rows) < rowsAtOnce {
		return nil
	}
	return t.flush()
}

func (t *tableRows) flush() error {
	err := t.columns.Write(t.out, t.rows)
	t.rows = t.rows[:0]
	return err
}

func (t *tableRows) close() error { return t.flush() }

type csvRows struct{ out *CSVWriter }

func (c *csvRows) add(r Row) error { return c.out.Write(r.Record()) }

func (c *csvRows) close() error { return c.out.Flush() }

// nameRows writes each object once, if rows about the same follow each other.
type nameRows struct {
	w    io.Writer
	last string
}

func (n *nameRows) add(r Row) error {
	if r.ID() == n.last {
		return nil
	}
	n.last = r.ID()
	_, err := fmt.Fprintln(n.w, terminal.Escape(r.ObjectName()))
	return err
}

func (n *nameRows) close() error { return nil }

// jsonRows writes the document that the printer of Kubernetes would write.
type jsonRows struct {
	w     io.Writer
	kind  string
	begun bool
}

func (j *jsonRows) add(r Row) error {
	value, err := sorted(r)
	if err != nil {
		return err
	}
	const indent = "    "
	item, err := json.MarshalIndent(value, indent+indent, indent)
	if err != nil {
		return err
	}
	before := ",\n"
	if !j.begun {
		before = j.head() + "\n"
	}
	j.begun = true
	_, err = io.WriteString(j.w, before+indent+indent+inJSON(string(item)))
	return err
}

func (j *jsonRows) endLine() error {
	if !j.begun {
		return nil
	}
	_, err := fmt.Fprintln(j.w)
	return err
}

func (j *jsonRows) head() string {
	return fmt.Sprintf("{\n    \"apiVersion\": %q,\n    \"items\": [", APIVersion)
}

func (j *jsonRows) close() error {
	text := "\n    ]"
	if !j.begun {
		text = j.head() + "]"
	}
	_, err := fmt.Fprintf(j.w, "%s,\n    \"kind\": %q\n}\n", text, j.kind)
	return err
}

type yamlRows struct {
	w     io.Writer
	kind  string
	begun bool
}

func (y *yamlRows) add(r Row) error {
	value, err := sorted(r)
	if err != nil {
		return err
	}
	item, err := toYAML(value)
	if err != nil {
		return err
	}
	text := "- " + strings.ReplaceAll(strings.TrimSuffix(item, "\n"), "\n", "\n  ") + "\n"
	if !y.begun {
		text = y.head() + "\n" + text
	}
	y.begun = true
	_, err = io.WriteString(y.w, text)
	return err
}

func (y *yamlRows) head() string { return "apiVersion: " + APIVersion + "\nitems:" }

func (y *yamlRows) close() error {
	text := ""
	if !y.begun {
		text = y.head() + " []\n"
	}
	_, err := fmt.Fprintf(y.w, "%skind: %s\n", text, y.kind)
	return err
}

// keptRows keeps the rows for a format that needs all.
type keptRows struct {
	flags    *Flags
	terminal *terminal.Terminal
	items    items
}

type items struct {
	metav1.TypeMeta `json:",inline"`

	Items []Row `json:"items"`
}

func (k *keptRows) add(r Row) error {
	k.items.Items = append(k.items.Items, r)
	return nil
}

func (k *keptRows) close() error { return k.flags.print(k.terminal, k.items) }

// sorted is a value with the keys of its JSON in order.
func sorted(value any) (any, error) {
	content, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	var out any
	err = json.Unmarshal(content, &out)
	return out, err
}
