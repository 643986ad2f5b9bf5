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

package repository_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/repository"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// TestGitHubHandleOfTheMapOwnsFiles checks that exactly the valid github handles own the files of their party. If the
// renderer left one out, the owner of an earlier rule would own, for example, the budget.
func TestGitHubHandleOfTheMapOwnsFiles(t *testing.T) {
	good, bad := fixtures.Handles("github")
	if len(good) < 9 || len(bad) < 9 {
		t.Fatalf("there are %d handles that are good and %d that are bad", len(good), len(bad))
	}
	render := func(handle string) (string, repository.Output) {
		m := fixtures.Minimal()
		m.Spec.Customers[0].Handles = handles("github", handle)
		out, err := repository.Render(tableOf(t, m), repository.Options{
			CodeOwners:    &repository.CodeOwnersOptions{Rules: []repository.CodeOwnersRule{{Pattern: "/docs/budget.md", Topic: "budget"}}},
			OwnersAliases: &repository.OwnersAliasesOptions{},
		})
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(string(contentOf(t, out, repository.CodeOwnersPath))), "\n")
		return lines[len(lines)-1], out
	}
	for _, handle := range good {
		name := strings.TrimPrefix(handle, "@")
		line, out := render(handle)
		if diff := cmp.Diff("/docs/budget.md @"+name, line); diff != "" {
			t.Errorf("%s (-want +got):\n%s", handle, diff)
		}
		aliases := string(contentOf(t, out, repository.OwnersAliasesPath))
		if !strings.Contains(name, "/") && !strings.Contains(aliases, "checkout-budget-approvers:\n  - "+strings.ToLower(name)+"\n") {
			t.Errorf("%s stands in no alias:\n%s", handle, aliases)
		}
	}
	for _, handle := range bad {
		if line, _ := render(handle); strings.HasPrefix(line, "/docs/budget.md") {
			t.Errorf("%q, which no map may hold, gives %q", handle, line)
		}
	}
}
