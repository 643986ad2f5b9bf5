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

package main

import (
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/command"
)

// TestEveryCommandHasAnExample reads the scripts that the page is made of.
func TestEveryCommandHasAnExample(t *testing.T) {
	scripts, err := readScripts([]string{"../../cmd/kubectl-stakeholders/command/testdata/reference", "../../test/cli/testdata/reference"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := newPage(command.New("", genericiooptions.IOStreams{Out: io.Discard, ErrOut: io.Discard}), scripts); err != nil {
		t.Error(err)
	}
}

const scriptText = `# The operator puts the map in force.
admin apply -f checkout.yaml

# Ask about
# a budget.
exec kubectl-stakeholders ask checkout budget -f checkout.yaml
cmp stdout example-1
cmp stderr example-3
stdout more

# See what is wrong.
as cfo@acme.example acme:board
exits 2 kubectl-stakeholders ask checkout -f=broken.yaml
same stderr example-2
-- checkout.yaml --
kind: StakeholderMap
-- broken.yaml --
kind: [
-- example-1 --
acme-board
-- example-2 --
error: not YAML
-- example-3 --
note: see the map
`

func TestExamples(t *testing.T) {
	s := parseScript("ask.txtar", []byte(scriptText))
	got, err := s.examples()
	if err != nil {
		t.Fatal(err)
	}
	want := []example{
		{
			intro: "Ask about a budget.", args: "ask checkout budget -f checkout.yaml",
			inputs: []file{{"checkout.yaml", "kind: StakeholderMap\n"}}, cluster: []file{{"checkout.yaml", "kind: StakeholderMap\n"}}, output: "note: see the map\nacme-board\n",
		},
		{
			intro: "See what is wrong.", user: "cfo@acme.example, acme:board", args: "ask checkout -f=broken.yaml", exitCode: "2",
			inputs: []file{{"broken.yaml", "kind: [\n"}}, cluster: []file{{"checkout.yaml", "kind: StakeholderMap\n"}}, output: "error: not YAML\n",
		},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(example{}, file{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestBrokenExamples(t *testing.T) {
	for _, tt := range []struct{ reason, text string }{
		{"no sentence", "exec kubectl-stakeholders ask\ncmp stdout example-1\n-- example-1 --\n"},
		{"no command", "# Ask.\nexec cat\ncmp stdout example-1\n-- example-1 --\n"},
		{"no output", "# Ask.\nexec kubectl-stakeholders ask\ncmp stdout example-1\n"},
	} {
		s := parseScript("ask.txtar", []byte(tt.text))
		if got, err := s.examples(); err == nil {
			t.Errorf("%s: got %v, want an error", tt.reason, got)
		}
	}
}

// newRoot is a program with the commands ask and hidden.
func newRoot() *cobra.Command {
	root := &cobra.Command{Use: program, Long: "Ask <people>."}
	root.PersistentFlags().String("cache-dir", "/home/dana/.kube/cache", "Cache.")
	root.AddGroup(&cobra.Group{ID: "ask", Title: "Ask:"})
	run := func(*cobra.Command, []string) {}
	root.AddCommand(
		&cobra.Command{Use: "ask PRODUCT", GroupID: "ask", Short: "Say who to ask", Long: "Say `x_y` and x_y.\n\n  a_b  c", Run: run},
		&cobra.Command{Use: "hidden", GroupID: "ask", Hidden: true, Run: run},
	)
	return root
}

func TestPage(t *testing.T) {
	p, err := newPage(newRoot(), []*script{parseScript("ask.txtar", []byte(scriptText))})
	if err != nil {
		t.Fatal(err)
	}
	content, err := p.markdown()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"\nAsk &lt;people>.\n",
		"| [ask](#ask) | Say who to ask |\n",
		"\n## ask\n\n```text\nkubectl-stakeholders ask PRODUCT [flags]\n```\n\nSay `x_y` and x\\_y.\n\n```text\n  a_b  c\n```\n",
		"\nAsk about a budget.\n\n```console\n$ kubectl-stakeholders ask checkout budget -f checkout.yaml\nnote: see the map\nacme-board\n```\n",
		"\nSee what is wrong. As `cfo@acme.example` in the group `acme:board`:\n\n`broken.yaml`:\n\n```yaml\nkind: [\n```\n",
		"\n$ kubectl-stakeholders ask checkout -f=broken.yaml\nerror: not YAML\n```\n\nExit code 2.\n",
		"$HOME/.kube/cache",
		"\n| 3 | The cluster cannot be reached",
	} {
		if !strings.Contains(string(content), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Count(string(content), "kind: StakeholderMap") != 1 {
		t.Error("the page shows the common file more than once")
	}
	if t.Failed() {
		t.Log(string(content))
	}
}

func TestBlock(t *testing.T) {
	if got, want := block("console", "$ x\n```\ny\n```\n"), "````console\n$ x\n```\ny\n```\n````\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestMostCommonFile(t *testing.T) {
	scripts := []*script{
		{files: []file{{commonName, "a"}}}, {files: []file{{commonName, "b"}}}, {files: []file{{"other", "c"}}}, {files: []file{{commonName, "b"}}},
	}
	if got := mostCommon(scripts); got.content != "b" {
		t.Errorf("got %v", got)
	}
}

func TestPageWithoutExample(t *testing.T) {
	for _, tt := range []struct{ reason, text, want string }{
		{"a command without example", "", "ask has no example"},
		{"an example of a command that does not exist", strings.ReplaceAll(scriptText, "ask checkout", "sak checkout"), "no command"},
	} {
		if _, err := newPage(newRoot(), []*script{parseScript("ask.txtar", []byte(tt.text))}); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q", tt.reason, err, tt.want)
		}
	}
}
