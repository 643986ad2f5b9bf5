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

package command

import (
	"bytes"
	"context"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/terminal"
)

// eachCommand calls each with the words that lead to a command, for all commands of the plugin.
func eachCommand(t *testing.T, each func(words []string, cmd *cobra.Command)) {
	t.Helper()
	streams, _, _, _ := genericiooptions.NewTestIOStreams()
	var walk func(words []string, cmd *cobra.Command)
	walk = func(words []string, cmd *cobra.Command) {
		each(words, cmd)
		for _, child := range cmd.Commands() {
			walk(slices.Concat(words, []string{child.Name()}), child)
		}
	}
	walk(nil, New("", streams))
}

// TestWrongUsage calls every command in wrong ways. Each is one line on standard error and exit code 2, before the command asks a
// cluster, which does not answer here.
func TestWrongUsage(t *testing.T) {
	eachCommand(t, func(words []string, cmd *cobra.Command) {
		wrong := [][]string{{"--no-such-flag"}, {"-Z"}, {"--kubeconfig"}}
		cmd.LocalNonPersistentFlags().VisitAll(func(flag *pflag.Flag) {
			if flag.NoOptDefVal != "true" {
				wrong = append(wrong, []string{"--" + flag.Name})
			}
		})
		if cmd.Args != nil || cmd.Name() == "help" {
			wrong = append(wrong, strings.Fields("one two three four five six seven eight nine"))
		}
		if cmd.Flags().Lookup("output") != nil {
			wrong = append(wrong, []string{"a", "-o", "nonsense"}, []string{"-o", "jsonpath={"})
		}
		for _, args := range wrong {
			args = slices.Concat([]string{"--server=http://127.0.0.1:1"}, words, args)
			var out, errOut bytes.Buffer
			code := Run(t.Context(), "v1.2.3", args, genericiooptions.IOStreams{In: &bytes.Buffer{}, Out: &out, ErrOut: &errOut})
			lines := strings.Count(errOut.String(), "\n")
			if code != failure.CodeUsage || lines != 1 || !strings.HasPrefix(errOut.String(), "error: ") || out.Len() > 0 {
				t.Errorf("%s: exit code %d, standard error %q, standard output %q", strings.Join(args, " "), code, errOut.String(), out.String())
			}
		}
	})
}

// TestHelp : every command has a text that fits an 80-column terminal.
func TestHelp(t *testing.T) {
	eachCommand(t, func(words []string, cmd *cobra.Command) {
		if len(words) > 1 && words[0] == "completion" {
			return
		}
		if strings.HasSuffix(cmd.Short, ".") || cmd.Short == "" || cmd.Long == "" {
			t.Errorf("%s needs a Short without a full stop at its end, and a Long", cmd.CommandPath())
		}
		var out, errOut bytes.Buffer
		args := slices.Concat(words, []string{"--help"})
		code := Run(t.Context(), "v1.2.3", args, genericiooptions.IOStreams{In: &bytes.Buffer{}, Out: &out, ErrOut: &errOut})
		if code != failure.CodeYes || errOut.Len() > 0 {
			t.Errorf("%s: exit code %d, standard error %q", strings.Join(args, " "), code, errOut.String())
		}
		for line := range strings.Lines(out.String()) {
			isExample := strings.HasPrefix(line, "  kubectl ") || strings.Contains(line, "://")
			if utf8.RuneCountInString(line) > 81 && !isExample {
				t.Errorf("%s: this line is longer than 80 columns: %s", strings.Join(args, " "), line)
			}
		}
		if strings.Contains(out.String(), "--kubeconfig") {
			t.Errorf("%s shows the flags of all commands", strings.Join(args, " "))
		}
	})
}

// TestInterrupted : Ctrl-C ends commands that read files with the exit code that it has for those that ask a cluster.
func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, args := range []string{"lint", "ask x", "can approve x/budget --as jane", "who-can approve x/budget", "list", "render", "graph x"} {
		in := bytes.NewBufferString("apiVersion: stakeholders.dev/v1alpha1\nkind: StakeholderMap\nmetadata: {name: x}\n")
		var out, errOut bytes.Buffer
		code := Run(ctx, "v1.2.3", append(strings.Fields(args), "-f", "-"), genericiooptions.IOStreams{In: in, Out: &out, ErrOut: &errOut})
		if code != failure.CodeCluster || errOut.String() != "error: interrupted\n" || out.Len() > 0 {
			t.Errorf("%s: exit code %d, standard error %q, standard output %q", args, code, errOut.String(), out.String())
		}
	}
}

func TestPanicIsOneLine(t *testing.T) {
	root := &cobra.Command{Use: "x", RunE: func(*cobra.Command, []string) error { panic("a\x1b[31mbug\nof ours") }}
	root.SetArgs(nil)
	var errOut bytes.Buffer
	term := terminal.New(genericiooptions.IOStreams{ErrOut: &errOut}, os.Getenv)
	if code := execute(t.Context(), root, term); code != failure.CodeCluster {
		t.Errorf("exit code %d, want %d", code, failure.CodeCluster)
	}
	want := `error: this is a bug of the plugin: a\x1b[31mbug\nof ours. Please report`
	if !strings.HasPrefix(errOut.String(), want) || strings.Count(errOut.String(), "\n") != 1 {
		t.Errorf("standard error is %q, want one line that begins with %q", errOut.String(), want)
	}

	t.Setenv(debugVariable, "1")
	errOut.Reset()
	execute(context.Background(), root, term)
	if !strings.Contains(errOut.String(), "run_test.go") {
		t.Errorf("with %s, the stack is missing: %q", debugVariable, errOut.String())
	}
}
