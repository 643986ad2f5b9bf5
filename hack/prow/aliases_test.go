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

package prow_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/util/sets"
	"sigs.k8s.io/prow/pkg/repoowners"
)

func aliasesOf(t *testing.T, folder string) repoowners.RepoAliases {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("..", "..", "cmd", "kubectl-stakeholders", "repository", "testdata", folder, "OWNERS_ALIASES"))
	if err != nil {
		t.Fatal(err)
	}
	aliases, err := repoowners.ParseAliasesConfig(content)
	if err != nil {
		t.Fatal(err)
	}
	return aliases
}

// TestAliases asks Prow which logins a name in a file OWNERS means.
func TestAliases(t *testing.T) {
	cases := map[string]struct {
		reason, folder string
		names          []string
		want           []string
	}{
		"users":          {"an alias stands for its users", "on-github", []string{"checkout-budget-approvers", "checkout-product-owner"}, []string{"dana", "ines"}},
		"with a login":   {"a name that is not an alias is a login", "on-github", []string{"checkout-end-users", "eve"}, []string{"cashier", "eve"}},
		"nobody":         {"an alias without members contains a login that no user can have", "on-github", []string{"checkout-release-approvers"}, []string{"-nobody-"}},
		"upper case":     {"Prow compares without case", "on-github", []string{"Checkout-Customers"}, []string{"ines"}},
		"a boolean":      {"y is a login, and not a boolean of YAML 1.1", "hostile", []string{"checkout-product-owner"}, []string{"y"}},
		"hostile names":  {"a name that is not a login is left out", "hostile", []string{"checkout-customers", "checkout-end-users", "checkout-development-team"}, []string{"-nobody-"}},
		"b2b":            {"a team is not a user", "b2b", []string{"checkout-customers"}, []string{"-nobody-"}},
		"b2c":            {"no party is on GitHub", "b2c", []string{"family-tv-price-change-approvers"}, []string{"-nobody-"}},
		"internal":       {"there is no product owner", "internal", []string{"leave-planner-product-owner"}, []string{"-nobody-"}},
		"the other file": {"each map has its own aliases", "b2c", []string{"checkout-customers"}, []string{"checkout-customers"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := sets.List(aliasesOf(t, tc.folder).ExpandAliases(sets.New(tc.names...)))
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestAliasesHostile makes Prow list all members in the file whose names are meant to do harm.
func TestAliasesHostile(t *testing.T) {
	aliases := aliasesOf(t, "hostile")
	if len(aliases) != 17 {
		t.Errorf("Prow knows %d aliases", len(aliases))
	}
	if everybody := sets.List(aliases.ExpandAllAliases()); !slices.Equal(everybody, []string{"-nobody-", "y"}) {
		t.Errorf("Prow knows %q", everybody)
	}
}
