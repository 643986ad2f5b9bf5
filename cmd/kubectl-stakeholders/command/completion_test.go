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
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/terminal"
)

// anywhere is an environment that nothing is read from.
var anywhere = &environment{Terminal: &terminal.Terminal{}}

func TestIsPlainWord(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"checkout", "acme:procurement", "cfo@acme.example", "payments/checkout", "Müller", "@acme/board", "a_b+c=d%e,f"} {
		if !isPlainWord(name) {
			t.Errorf("%q is not offered", name)
		}
	}
	for _, name := range []string{
		"", "$(reboot)", "`reboot`", "a;b", "a&b", "a|b", "a>b", "a b", "a'b", `a"b`, `a\b`, "a*", "~root", "#a", "!a", "-rf", "--all", "=cmd", "+x", "%1",
		"a\x1b[31m", "a\nb", "a\u202eb", "a\u200bb", "a\u3164b", "a\xff",
	} {
		if isPlainWord(name) {
			t.Errorf("%q is offered", name)
		}
	}
}

func TestOffered(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff([]cobra.Completion{"a", "ab"}, offered([]string{"ab", "b", "a", "a", "a;b"}, "a")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var many []string
	for i := range 2 * mostCompletions {
		many = append(many, fmt.Sprintf("n%d", i))
	}
	if got := len(offered(many, "n")); got != mostCompletions {
		t.Errorf("%d names are offered, want %d", got, mostCompletions)
	}
}

// TestCompletionEnds : a credential plugin that waits for the user does not hold up the shell.
func TestCompletionEnds(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	release := make(chan struct{})
	defer close(release)
	cmd := &cobra.Command{}
	cmd.SetContext(ctx)
	names, directive := anywhere.complete(func(context.Context, []string, string) []string {
		cancel()
		<-release
		return []string{"late"}
	})(cmd, nil, "")
	if len(names) > 0 || directive != cobra.ShellCompDirectiveNoFileComp {
		t.Errorf("got %v, %v", names, directive)
	}
}

func TestCompletionSurvivesPanic(t *testing.T) {
	t.Parallel()
	cmd := &cobra.Command{}
	cmd.SetContext(t.Context())
	names, _ := anywhere.complete(func(context.Context, []string, string) []string { panic("a bug") })(cmd, nil, "")
	if len(names) > 0 {
		t.Errorf("got %v", names)
	}
}
