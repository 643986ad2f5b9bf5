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
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/cobra"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/visible"
)

const (
	// completionTimeout is how long a user who presses Tab waits at most. A credential plugin may take longer.
	completionTimeout = 2 * time.Second
	// mostCompletions is how many names are offered at most.
	mostCompletions = 500
)

// candidates finds the names that can stand where the user presses Tab. Errors are not shown: the command itself
// reports them.
type candidates func(ctx context.Context, args []string, toComplete string) []string

// completeArgs completes each argument by the function in its place, and none beyond them.
func completeArgs(each ...cobra.CompletionFunc) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, toComplete string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(args) >= len(each) {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return each[len(args)](cmd, args, toComplete)
	}
}

// complete offers what find returns in time.
func (e *environment) complete(find candidates) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, toComplete string) ([]cobra.Completion, cobra.ShellCompDirective) {
		// What the user types stands where progress would be shown.
		e.HideProgress()
		ctx, cancel := context.WithTimeout(cmd.Context(), completionTimeout)
		defer cancel()
		found := make(chan []string, 1)
		go func() {
			var names []string
			defer func() {
				_ = recover() // The command itself reports the bug.
				found <- names
			}()
			names = find(ctx, args, toComplete)
		}()
		select {
		case names := <-found:
			return offered(names, toComplete), cobra.ShellCompDirectiveNoFileComp
		case <-ctx.Done():
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
	}
}

// offered returns the names that begin with what the user typed, sorted and at most mostCompletions.
func offered(names []string, toComplete string) []cobra.Completion {
	out := slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		return !strings.HasPrefix(name, toComplete) || !isPlainWord(name)
	})
	slices.Sort(out)
	out = slices.Compact(out)
	return out[:min(len(out), mostCompletions)]
}

// isPlainWord reports whether a shell takes a name as one word and does nothing else with it. Names come from other
// people: a name such as $(reboot) would run when the user presses Enter.
func isPlainWord(name string) bool {
	if name == "" || !visible.Line(name) || strings.ContainsRune("-+=%", rune(name[0])) {
		return false
	}
	return !strings.ContainsFunc(name, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-+=%@:.,/_", r)
	})
}
