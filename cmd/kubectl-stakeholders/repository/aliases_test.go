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
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/repository"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

func aliasesOf(t *testing.T, table *routing.RoutingTable) (map[string][]string, repository.Output) {
	t.Helper()
	out, err := repository.OwnersAliases(table, repository.OwnersAliasesOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Aliases map[string][]string `json:"aliases"`
	}
	if err := yaml.UnmarshalStrict(contentOf(t, out, repository.OwnersAliasesPath), &file); err != nil {
		t.Fatal(err)
	}
	return file.Aliases, out
}

func TestOwnersAliases(t *testing.T) {
	m := onGitHub()
	// YAML 1.1 takes these two for true and for a number.
	m.Spec.EndUsers[0].Handles = handles("github", "y")
	m.Spec.Customers[1].Handles = handles("github", "1e3")
	aliases, out := aliasesOf(t, tableOf(t, m))
	want := map[string][]string{
		"checkout-customers": {"1e3"}, "checkout-end-users": {"y"}, "checkout-product-owner": {"dana"}, "checkout-development-team": {repository.PlaceholderLogin},
		"checkout-budget-approvers": {"1e3"}, "checkout-release-approvers": {repository.PlaceholderLogin}, "checkout-feature-request-triagers": {"dana"},
		"checkout-sprint-review-reviewers": {"dana", "y"},
	}
	for alias := range want {
		if diff := cmp.Diff(want[alias], aliases[alias]); diff != "" {
			t.Errorf("alias %s (-want +got):\n%s", alias, diff)
		}
	}
	if got, want := len(aliases), 4+13; got != want {
		t.Errorf("there are %d aliases, want one for each of 4 roles and 13 topics: %v", got, aliases)
	}
	// Two teams, and the aliases without other members.

	codes := codesOf(out)
	if len(codes[repository.CodeTeam]) != 2 || len(codes[repository.CodeNoParty]) != 1 || len(codes) != 2 ||
		!strings.Contains(codes[repository.CodeNoParty][0], "checkout-release-approvers") {
		t.Errorf("findings are %v", out.Findings)
	}
}

// TestNoAliasIsEmpty checks that every alias has a member: a party, PlaceholderLogin or the one in the options. Prow
// ignores an empty alias, and lets others approve.
func TestNoAliasIsEmpty(t *testing.T) {
	m := fixtures.Minimal()
	m.Spec.Customers[0].Handles = handles("github", "@acme/board")
	table := tableOf(t, m)
	for nobody, want := range map[string]string{"": repository.PlaceholderLogin, "Acme-Robot": "acme-robot", "@acme-robot": "acme-robot"} {
		out, err := repository.OwnersAliases(table, repository.OwnersAliasesOptions{Placeholder: nobody})
		if err != nil {
			t.Fatal(err)
		}
		var file struct {
			Aliases map[string][]string `json:"aliases"`
		}
		if err := yaml.UnmarshalStrict(contentOf(t, out, repository.OwnersAliasesPath), &file); err != nil {
			t.Fatal(err)
		}
		if len(file.Aliases) != 4+13 {
			t.Errorf("there are %d aliases", len(file.Aliases))
		}
		for alias, members := range file.Aliases {
			if diff := cmp.Diff([]string{want}, members); diff != "" {
				t.Errorf("%q: alias %s (-want +got):\n%s", nobody, alias, diff)
			}
		}
		found := codesOf(out)[repository.CodeNoParty]
		if len(found) != 1 || !strings.Contains(found[0], "no_parent_owners") || strings.Contains(found[0], "skip_collaborators") != (nobody == "") {
			t.Errorf("%q: findings are %q", nobody, found)
		}
	}
	if _, err := repository.OwnersAliases(table, repository.OwnersAliasesOptions{Placeholder: "acme/robots"}); !errors.Is(err, repository.ErrOptions) {
		t.Errorf("a team as nobody: %v", err)
	}
}

// TestOwnersAliasesCannotBeForged renders names that the API server rejects.
func TestOwnersAliasesCannotBeForged(t *testing.T) {
	table := tableOf(t, onGitHub())
	table.Source.Name = "x: [evil]\n  y"
	aliases, out := aliasesOf(t, table)
	if len(aliases) != 0 || len(codesOf(out)[repository.CodeNotCarried]) != 17 {
		t.Errorf("aliases %v, findings %v", aliases, out.Findings)
	}
	m := onGitHub()
	m.Spec.Topics = []v1alpha1.Topic{{Name: "customers", Class: v1alpha1.ClassApproval, To: []v1alpha1.Role{v1alpha1.RoleProductOwner}}}
	aliases, _ = aliasesOf(t, tableOf(t, m))
	if diff := cmp.Diff([]string{"dana"}, aliases["checkout-customers-approvers"]); diff != "" {
		t.Errorf("a topic called like a role (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"ines"}, aliases["checkout-customers"]); diff != "" {
		t.Errorf("the role that a topic is called like (-want +got):\n%s", diff)
	}
}
