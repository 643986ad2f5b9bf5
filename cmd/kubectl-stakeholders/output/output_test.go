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
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/output"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/terminal"
)

// found is a result with a text that other people have chosen.
type found struct {
	metav1.TypeMeta `json:",inline"`

	Title string   `json:"title"`
	Items []string `json:"items"`
}

func (f found) Text(t *terminal.Terminal, options output.TextOptions) error {
	_, err := fmt.Fprintf(t.Out, "text, wide: %t, no headers: %t\n", options.Wide, options.NoHeaders)
	return err
}

// named is a result with names.
type named struct{ found }

func (named) Names() []string { return []string{"map/a", "map/\x1b[31m"} }

func TestWrite(t *testing.T) {
	t.Parallel()
	const hostile = "a\x1b[31m\nb\u202e"
	result := found{TypeMeta: output.TypeMeta("Found"), Title: hostile, Items: []string{hostile}}
	for name, tc := range map[string]struct {
		reason string
		args   []string
		result output.Result
		width  int
		want   string
		err    string
	}{
		"text":         {reason: "People get a text.", result: result, want: "text, wide: false, no headers: false\n"},
		"wide":         {reason: "They choose its columns.", args: []string{"-o", "wide", "--no-headers"}, result: result, want: "text, wide: true, no headers: true\n"},
		"own":          {reason: "A command has formats of its own.", args: []string{"-o", "dot"}, result: result, want: "own\n"},
		"name":         {reason: "Names are escaped.", args: []string{"-o", "name"}, result: named{result}, want: "map/a\nmap/\\x1b[31m\n"},
		"JSON":         {reason: "Invisible characters are escapes of JSON.", args: []string{"-o", "json"}, result: result, want: "{\n    \"apiVersion\": \"cli.stakeholders.dev/v1alpha1\",\n    \"items\": [\n        \"a\\u001b[31m\\nb\\u202e\"\n    ],\n    \"kind\": \"Found\",\n    \"title\": \"a\\u001b[31m\\nb\\u202e\"\n}\n"},
		"no such path": {reason: "The error of the library shows the whole document.", args: []string{"-o", "jsonpath={.nope.x}"}, result: result, err: "error executing jsonpath \"{.nope.x}\": Error executing template: nope is not found"},
		"jsonpath":     {reason: "A program gets the text itself.", args: []string{"-o", "jsonpath={.title}|{.items[0]}"}, result: result, want: hostile + "|" + hostile},
		"on a terminal": {
			reason: "A terminal does not obey it, but does what the template says.", args: []string{"-o", `jsonpath={.title}{"\t"}{.items[0]}`}, result: result, width: 80,
			want: "a\\x1b[31m\nb\\u202e\ta\\x1b[31m\nb\\u202e",
		},
		"jsonpath as JSON": {
			reason: "JSON is the same on a terminal and elsewhere.", args: []string{"-o", "jsonpath-as-json={.title}"}, result: result, width: 80,
			want: "[\n    \"a\\u001b[31m\\nb\\u202e\"\n]\n",
		},
		"YAML": {
			reason: "Invisible characters are escapes of YAML.", args: []string{"-o", "yaml"}, result: result,
			want: "apiVersion: cli.stakeholders.dev/v1alpha1\nitems:\n- \"a\\x1b[31m\\nb\\u202e\"\nkind: Found\ntitle: \"a\\x1b[31m\\nb\\u202e\"\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out strings.Builder
			term := terminal.New(genericiooptions.IOStreams{Out: &out, ErrOut: &out}, func(string) string { return "" })
			term.Width = tc.width
			var flags output.Flags
			cmd := &cobra.Command{}
			flags.AddTo(cmd, map[string]func(io.Writer, output.Result) error{"dot": func(w io.Writer, _ output.Result) error {
				_, err := fmt.Fprintln(w, "own")
				return err
			}}, output.Name, output.Wide, output.NoHeaders)
			if err := cmd.ParseFlags(tc.args); err != nil {
				t.Fatal(err)
			}
			err := flags.Write(term, tc.result)
			message := ""
			if err != nil {
				message = err.Error()
			}
			if diff := cmp.Diff([]string{tc.want, tc.err}, []string{out.String(), message}); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
			if err != nil && failure.Code(err) != failure.CodeUsage {
				t.Errorf("exit code %d, want %d", failure.Code(err), failure.CodeUsage)
			}
		})
	}
}
