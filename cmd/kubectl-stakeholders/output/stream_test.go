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

package output_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/output"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/terminal"
)

// row is a row whose name other people have chosen.
type row struct {
	Name string `json:"name"`
	Age  int    `json:"age"`
}

func (r row) Cells(wide bool) []string {
	if wide {
		return []string{r.Name, "x", strconv.Itoa(r.Age)}
	}
	return []string{r.Name, "x"}
}
func (r row) Record() []string   { return []string{r.Name, strconv.Itoa(r.Age)} }
func (r row) ID() string         { return r.Name }
func (r row) ObjectName() string { return r.ID() }

// streamed is what is written for some rows.
func streamed(t *testing.T, args []string, rows ...row) (string, error) {
	t.Helper()
	var out strings.Builder
	term := terminal.New(genericiooptions.IOStreams{Out: &out, ErrOut: &out}, func(string) string { return "" })
	var flags output.Flags
	cmd := &cobra.Command{}
	flags.AddListTo(cmd)
	if err := cmd.ParseFlags(args); err != nil {
		t.Fatal(err)
	}
	stream, err := flags.Stream(term, output.List{Kind: "RowList", Header: []string{"NAME", "X"}, WideHeader: []string{"AGE"}, RecordHeader: []string{"name", "age"}})
	if err != nil {
		return "", err
	}
	for _, r := range rows {
		if err := stream.Add(r); err != nil {
			t.Fatal(err)
		}
	}
	err = stream.Close()
	return out.String(), err
}

func TestStream(t *testing.T) {
	t.Parallel()
	hostile := row{Name: "=a\x1b[31m", Age: 1}
	cases := map[string]struct {
		reason string
		args   []string
		rows   []row
		want   string
	}{
		"table":      {"columns are as wide as the longest cell", nil, []row{{Name: "ann"}, {Name: "b"}}, "NAME   X\nann    x\nb      x\n"},
		"no header":  {"for scripts", []string{"--no-headers"}, []row{{Name: "ann"}}, "ann   x\n"},
		"wide":       {"more columns", []string{"-o", "wide"}, []row{{Name: "ann", Age: 7}}, "NAME   X   AGE\nann    x   7\n"},
		"none":       {"a header without rows says nothing", nil, nil, ""},
		"names":      {"a name once, if the same follow each other", []string{"-o", "name"}, []row{{Name: "a"}, {Name: "a"}, {Name: "b"}}, "a\nb\n"},
		"csv":        {"a header even without rows, for programs", []string{"-o", "csv"}, nil, "name,age\n"},
		"csv row":    {"neither a spreadsheet nor a terminal obeys", []string{"-o", "csv"}, []row{hostile}, "name,age\n'=a\\x1b[31m,1\n"},
		"table row":  {"a terminal does not obey", nil, []row{hostile}, "NAME         X\n=a\\x1b[31m   x\n"},
		"name row":   {"a terminal does not obey", []string{"-o", "name"}, []row{hostile}, "=a\\x1b[31m\n"},
		"jsonpath":   {"a program gets the text itself", []string{"-o", "jsonpath={.items[*].name}"}, []row{hostile}, "=a\x1b[31m"},
		"empty json": {"an empty list is one", []string{"-o", "json"}, nil, "{\n    \"apiVersion\": \"cli.stakeholders.dev/v1alpha1\",\n    \"items\": [],\n    \"kind\": \"RowList\"\n}\n"},
		"empty yaml": {"an empty list is one", []string{"-o", "yaml"}, nil, "apiVersion: cli.stakeholders.dev/v1alpha1\nitems: []\nkind: RowList\n"},
		"yaml": {
			"several lines stay in their item", []string{"-o", "yaml"}, []row{{Name: "a\nb"}, {Name: "c"}},
			"apiVersion: cli.stakeholders.dev/v1alpha1\nitems:\n- age: 0\n  name: |-\n    a\n    b\n- age: 0\n  name: c\nkind: RowList\n",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := streamed(t, tc.args, tc.rows...)
			if diff := cmp.Diff(tc.want, got); diff != "" || err != nil {
				t.Errorf("%s: %v (-want +got):\n%s", tc.reason, err, diff)
			}
		})
	}
}

// TestStreamAsPrinted compares the documents that are written row by row with those that the printers of Kubernetes write.
func TestStreamAsPrinted(t *testing.T) {
	t.Parallel()
	rows := []row{{Name: "<a> & b", Age: 1}, {Name: "c: d", Age: 2}}
	for _, format := range []string{"json", "yaml"} {
		got, err := streamed(t, []string{"-o", format}, rows...)
		if err != nil {
			t.Fatal(err)
		}
		var want strings.Builder
		var flags output.Flags
		cmd := &cobra.Command{}
		flags.AddTo(cmd, nil)
		if err := cmd.ParseFlags([]string{"-o", format}); err != nil {
			t.Fatal(err)
		}
		term := terminal.New(genericiooptions.IOStreams{Out: &want, ErrOut: &want}, func(string) string { return "" })
		if err := flags.Write(term, list{TypeMeta: output.TypeMeta("RowList"), Items: rows}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want.String(), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", format, diff)
		}
	}
}

type list struct {
	metav1.TypeMeta `json:",inline"`

	Items []row `json:"items"`
}

func (list) Text(*terminal.Terminal, output.TextOptions) error { return nil }

// TestStreamKeepsWidths writes more rows than are kept to find out the widths of the columns.
func TestStreamKeepsWidths(t *testing.T) {
	t.Parallel()
	rows := make([]row, 1200)
	for i := range rows {
		rows[i].Name = "short"
	}
	rows[0].Name = "the longest name"
	got, err := streamed(t, nil, rows...)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(got), "\n")
	if len(lines) != 1201 || len(lines[1200]) != len(lines[1]) || strings.Count(got, "NAME") != 1 {
		t.Errorf("%d lines; the last is %q", len(lines), lines[len(lines)-1])
	}
}
