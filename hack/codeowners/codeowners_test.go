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

package codeowners_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hmarr/codeowners"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/repository"
)

// address matches what the parser accepts as an e-mail address, with names of top-level domains of any length. The
// parser's own expression allows at most six letters, and so no .example.
var address = regexp.MustCompile(`\A[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,63}\z`)

// parse reads a file, and fails the test if the parser refuses a line.
func parse(t *testing.T, content []byte) codeowners.Ruleset {
	t.Helper()
	rules, err := codeowners.ParseFile(bytes.NewReader(content), codeowners.WithOwnerMatchers([]codeowners.OwnerMatcher{
		codeowners.OwnerMatchFunc(codeowners.MatchTeamOwner), codeowners.OwnerMatchFunc(codeowners.MatchUsernameOwner),
		codeowners.OwnerMatchFunc(func(s string) (codeowners.Owner, error) {
			if !address.MatchString(s) {
				return codeowners.Owner{}, codeowners.ErrNoMatch
			}
			return codeowners.Owner{Value: s, Type: codeowners.EmailOwner}, nil
		}),
	}))
	if err != nil {
		t.Fatalf("%v in\n%s", err, content)
	}
	return rules
}

// ownersOf are the owners of a path, as they are written.
func ownersOf(t *testing.T, rules codeowners.Ruleset, path string) []string {
	t.Helper()
	rule, err := rules.Match(path)
	if err != nil {
		t.Fatal(err)
	}
	if rule == nil {
		return nil
	}
	var out []string
	for _, owner := range rule.Owners {
		out = append(out, owner.String())
	}
	return out
}

// TestSamples asks for the owners of files, with the files that were made from config/samples.
func TestSamples(t *testing.T) {
	cases := map[string]map[string][]string{
		"b2b": {
			"main.go": {"@vendor/product-ops"}, "docs/requirements/login.md": {"dana@vendor.example"},
			"docs/budget.md": {"@acme/procurement"}, ".github/workflows/ci.yml": {"dana@vendor.example"}, "docs/budget.md.txt": {"@vendor/product-ops"},
		},
		"b2c": {
			"main.go": {"@vendor/product-ops"}, "docs/requirements/login.md": {"product@vendor.example"}, "docs/budget.md": {"portfolio@vendor.example"},
		},
		"internal": {
			"main.go": {"@vendor/product-ops"}, "docs/requirements/a/b.md": {"hr-leads@example.org"},
			"docs/budget.md": {"controller@example.org", "hr-leads@example.org"},
		},
	}
	for name, want := range cases {
		t.Run(name, func(t *testing.T) {
			content, err := os.ReadFile(filepath.Join("..", "..", "cmd", "kubectl-stakeholders", "repository", "testdata", name, "github", "CODEOWNERS"))
			if err != nil {
				t.Fatal(err)
			}
			rules := parse(t, content)
			for path, owners := range want {
				if diff := cmp.Diff(owners, ownersOf(t, rules, path)); diff != "" {
					t.Errorf("owners of %s (-want +got):\n%s", path, diff)
				}
			}
		})
	}
}

// FuzzOwners uses any handle as the owner of a file: the owner is the party of exactly that name, or the fallback.
func FuzzOwners(f *testing.F) {
	for _, seed := range []string{
		"@dana", "dana", "@acme/board", "@a @b", "@a\n* @evil", "@a # b", "[x]", "a#b@acme.example", "a@b", "a@acme.example", "@everyone",
		"\\", "@a\u2028@b", "@a\r@b", "@\xff", "@a/b/c", "", "@", "@-a", "@a_b", "@a/b.c", "a b@acme.example", "*", "!@a", "@a\t@b",
	} {
		f.Add(seed, seed)
	}
	f.Fuzz(func(t *testing.T, handle, name string) {
		customer := routing.Party{
			Role: "Customer", Name: name, DisplayName: handle,
			Handles: []routing.Handle{{System: "email", Value: handle}, {System: "github", Value: handle}},
		}
		other := routing.Party{Role: "Customer", Name: "other", Handles: []routing.Handle{{System: "github", Value: "@zz"}}}
		table := &routing.RoutingTable{
			Source:  routing.Source{Namespace: handle, Name: name},
			Product: routing.Product{DisplayName: handle},
			Topics: []routing.Topic{
				{Name: "alone", DecidedBy: []routing.Party{customer}}, {Name: "both", DecidedBy: []routing.Party{customer, other}},
			},
		}
		out, err := repository.CodeOwners(table, repository.CodeOwnersOptions{
			Rules:    []repository.CodeOwnersRule{{Pattern: "*", Topic: "alone"}, {Pattern: "/both/", Topic: "both"}},
			Fallback: []string{"@vendor/ops"}, Emails: true,
		})
		if err != nil {
			t.Fatal(err)
		}
		rules := parse(t, out.Files[0].Content)
		if len(rules) != 2 || rules[0].RawPattern() != "*" || rules[1].RawPattern() != "/both/" {
			t.Fatalf("the rules are not those of the options:\n%s", out.Files[0].Content)
		}
		alone := ownersOf(t, rules, "main.go")
		if fallback := slices.Equal(alone, []string{"@vendor/ops"}); !fallback && !slices.Equal(alone, []string{handle}) && !slices.Equal(alone, []string{"@" + handle}) {
			t.Errorf("%q owns a file as %q", handle, alone)
		}
		both := ownersOf(t, rules, "both/x")
		if !slices.Contains(both, "@zz") && !strings.EqualFold(strings.TrimPrefix(handle, "@"), "zz") || len(both) > 2 {
			t.Errorf("beside %q the other owner is lost: %q", handle, both)
		}
	})
}
