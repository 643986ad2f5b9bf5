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
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/repository"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

type rule = repository.CodeOwnersRule

// handles are pairs of a system and a value.
func handles(pairs ...string) []v1alpha1.Handle {
	var out []v1alpha1.Handle
	for pair := range slices.Chunk(pairs, 2) {
		out = append(out, v1alpha1.Handle{System: pair[0], Value: pair[1]})
	}
	return out
}

// onGitHub is a map whose parties have GitHub handles.
func onGitHub() *v1alpha1.StakeholderMap {
	m := fixtures.Minimal()
	m.Spec.Customers = append(m.Spec.Customers, fixtures.Customer("auditors", fixtures.User("ines@audit.example")))
	m.Spec.Customers[0].Handles = handles("github", "@acme/board")
	m.Spec.Customers[1].Handles = handles("github", "ines", "email", "ines@audit.example")
	m.Spec.Customers[1].Topics = []string{"budget"}
	m.Spec.EndUsers[0].Handles = handles("github", "@cashier")
	m.Spec.ProductOwner.Handles = handles("github", "@Dana", "email", "dana@vendor.example")
	m.Spec.DevelopmentTeam = v1alpha1.DevelopmentTeam{
		Subjects: []v1alpha1.Subject{fixtures.Group("vendor:devs")}, Handles: handles("github", "@vendor/devs"),
	}
	return m
}

// linesOf returns the lines of a CODEOWNERS file without empty lines and comments.
func linesOf(content []byte) []string {
	var out []string
	for line := range strings.Lines(string(content)) {
		if line = strings.TrimSuffix(line, "\n"); line != "" && line[0] != '#' {
			out = append(out, line)
		}
	}
	return out
}

func TestCodeOwners(t *testing.T) {
	cases := map[string]struct {
		reason  string
		mutate  func(*v1alpha1.StakeholderMap)
		options repository.CodeOwnersOptions
		want    []string
		codes   []repository.Code
	}{
		"the order of the rules": {
			reason:  "the last match counts, so the order is the repository's to choose",
			options: repository.CodeOwnersOptions{Rules: []rule{{Pattern: "*", Role: "DevelopmentTeam"}, {Pattern: "/b", Topic: "usability"}, {Pattern: "/a", Topic: "default"}}},
			want:    []string{"* @vendor/devs", "/b @Dana", "/a @Dana"},
		},
		"those who decide": {
			reason:  "customers decide about money, a party that is narrowed to it too, and end users about no file",
			options: repository.CodeOwnersOptions{Rules: []rule{{Pattern: "/budget", Topic: "budget"}, {Pattern: "/release", Topic: "release"}, {Pattern: "/wishes", Topic: "feature-request"}}},
			want:    []string{"/budget @acme/board @ines", "/release @acme/board", "/wishes @Dana"},
		},
		"no product owner": {
			reason: "customers take the place",
			mutate: func(m *v1alpha1.StakeholderMap) {
				m.Spec.Engagement, m.Spec.ProductOwner = v1alpha1.EngagementDirect, v1alpha1.ProductOwner{}
			},
			options: repository.CodeOwnersOptions{Rules: []rule{{Pattern: "*", Topic: "default"}}},
			want:    []string{"* @acme/board"},
		},
		"no owner on GitHub": {
			reason: "a line without owners would take the files from everybody, and the product owner approves no money",
			mutate: func(m *v1alpha1.StakeholderMap) {
				m.Spec.Customers = m.Spec.Customers[:1]
				m.Spec.Customers[0].Handles = handles("slack", "#a")
			},
			options: repository.CodeOwnersOptions{Rules: []rule{{Pattern: "*", Role: "DevelopmentTeam"}, {Pattern: "/budget", Topic: "budget"}}},
			want:    []string{"* @vendor/devs"},
			codes:   []repository.Code{repository.CodeNoGitHubUser, repository.CodeNoParty},
		},
		"a fallback": {
			reason: "the repository may say who stands in",
			mutate: func(m *v1alpha1.StakeholderMap) {
				m.Spec.Customers = m.Spec.Customers[:1]
				m.Spec.Customers[0].Handles = nil
			},
			options: repository.CodeOwnersOptions{Rules: []rule{{Pattern: "/budget", Topic: "budget"}}, Fallback: []string{"@vendor/ops", "@a", "@A", "x@y.example"}},
			want:    []string{"/budget @A @vendor/ops x@y.example"},
			codes:   []repository.Code{repository.CodeNoGitHubUser, repository.CodeNoParty},
		},
		"all files at the end": {
			reason:  "the last rule that matches counts, so the first has no effect",
			options: repository.CodeOwnersOptions{Rules: []rule{{Pattern: "/docs/x", Role: "Customer"}, {Pattern: "*", Role: "DevelopmentTeam"}}},
			want:    []string{"/docs/x @acme/board @ines", "* @vendor/devs"},
			codes:   []repository.Code{repository.CodeOverridden},
		},
		"a folder at the end": {
			reason:  "the folder's rule takes the file's place, and that of no other",
			options: repository.CodeOwnersOptions{Rules: []rule{{Pattern: "/docs/x", Role: "Customer"}, {Pattern: "/doc", Role: "Customer"}, {Pattern: "/docs/", Role: "DevelopmentTeam"}}},
			want:    []string{"/docs/x @acme/board @ines", "/doc @acme/board @ines", "/docs/ @vendor/devs"},
			codes:   []repository.Code{repository.CodeOverridden},
		},
		"an unknown topic": {
			reason:  "what a rule means cannot be guessed",
			options: repository.CodeOwnersOptions{Rules: []rule{{Pattern: "/x", Topic: "budgets"}}},
			codes:   []repository.Code{repository.CodeNoParty, repository.CodeNoParty},
		},
		"addresses unasked": {
			reason: "GitHub knows no mailing lists",
			mutate: func(m *v1alpha1.StakeholderMap) {
				m.Spec.ProductOwner.Handles = handles("email", "dana@vendor.example")
			},
			options: repository.CodeOwnersOptions{Rules: []rule{{Pattern: "/x", Topic: "default"}}},
			codes:   []repository.Code{repository.CodeNoGitHubUser, repository.CodeNoParty},
		},
		"addresses": {
			reason:  "a handle of the system github comes first",
			mutate:  func(m *v1alpha1.StakeholderMap) { m.Spec.Customers[0].Handles = handles("email", "board@acme.example") },
			options: repository.CodeOwnersOptions{Rules: []rule{{Pattern: "/x", Topic: "budget"}}, Emails: true},
			want:    []string{"/x @ines board@acme.example"},
		},
		"an address with a comment in it": {
			reason: "what follows # is a comment, and the rest would be another's address",
			mutate: func(m *v1alpha1.StakeholderMap) {
				m.Spec.Customers = m.Spec.Customers[:1]
				m.Spec.Customers[0].Handles = handles("email", "a#b@acme.example")
			},
			options: repository.CodeOwnersOptions{Rules: []rule{{Pattern: "/x", Topic: "budget"}}, Emails: true},
			codes:   []repository.Code{repository.CodeNoGitHubUser, repository.CodeNoParty},
		},
		"names longer than GitHub's": {
			reason: "a login and an organisation have at most 39 characters",
			mutate: func(m *v1alpha1.StakeholderMap) {
				m.Spec.Customers[0].Handles = handles("github", strings.Repeat("a", 40))
				m.Spec.Customers[1].Handles = handles("github", strings.Repeat("a", 40)+"/b")
				m.Spec.ProductOwner.Handles = handles("github", strings.Repeat("a", 39)+"/b")
			},
			options: repository.CodeOwnersOptions{Rules: []rule{{Pattern: "/x", Role: "Customer"}, {Pattern: "/y", Role: "ProductOwner"}}},
			want:    []string{"/y @" + strings.Repeat("a", 39) + "/b"},
			codes:   []repository.Code{repository.CodeNoGitHubUser, repository.CodeNoGitHubUser, repository.CodeNoParty},
		},
		"a team that GitHub could not have": {
			reason:  "the CRD lets a dot in, GitHub does not",
			mutate:  func(m *v1alpha1.StakeholderMap) { m.Spec.ProductOwner.Handles = handles("github", "@vendor/a.b") },
			options: repository.CodeOwnersOptions{Rules: []rule{{Pattern: "/x", Role: "ProductOwner"}}},
			codes:   []repository.Code{repository.CodeNoGitHubUser, repository.CodeNoParty},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			m := onGitHub()
			if tc.mutate != nil {
				tc.mutate(m)
			}
			out, err := repository.CodeOwners(tableOf(t, m), tc.options)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, linesOf(contentOf(t, out, repository.CodeOwnersPath))); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
			var codes []repository.Code
			for _, finding := range out.Findings {
				codes = append(codes, finding.Code)
			}
			if diff := cmp.Diff(tc.codes, codes); diff != "" {
				t.Errorf("%s: findings (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestCodeOwnersOptions(t *testing.T) {
	valid := rule{Pattern: "*", Topic: "default"}
	cases := map[string]repository.CodeOwnersOptions{
		"no rules":               {},
		"an empty pattern":       {Rules: []rule{{Topic: "default"}}},
		"a space":                {Rules: []rule{{Pattern: "/a b", Topic: "default"}}},
		"a comment":              {Rules: []rule{{Pattern: "#a", Topic: "default"}}},
		"a section":              {Rules: []rule{{Pattern: "[a]", Topic: "default"}}},
		"an optional section":    {Rules: []rule{{Pattern: "^[a]", Topic: "default"}}},
		"an exclusion":           {Rules: []rule{{Pattern: "!a", Topic: "default"}}},
		"a line break":           {Rules: []rule{{Pattern: "/a\n*", Topic: "default"}}},
		"an owner as pattern":    {Rules: []rule{{Pattern: "@a", Topic: "default"}}},
		"a backslash":            {Rules: []rule{{Pattern: `/a\`, Topic: "default"}}},
		"three asterisks":        {Rules: []rule{{Pattern: "/a/***", Topic: "default"}}},
		"a pattern twice":        {Rules: []rule{valid, {Pattern: "*", Role: "Customer"}}},
		"topic and role":         {Rules: []rule{{Pattern: "*", Topic: "default", Role: "Customer"}}},
		"neither":                {Rules: []rule{{Pattern: "*"}}},
		"end users own":          {Rules: []rule{{Pattern: "*", Role: "EndUser"}}},
		"a role without parties": {Rules: []rule{{Pattern: "*", Role: "customer"}}},
		"fallback without @":     {Rules: []rule{valid}, Fallback: []string{"dana"}},
		"fallback with spaces":   {Rules: []rule{valid}, Fallback: []string{"@a @b"}},
		"fallback is nothing":    {Rules: []rule{valid}, Fallback: []string{""}},
	}
	for name, options := range cases {
		t.Run(name, func(t *testing.T) {
			out, err := repository.CodeOwners(tableOf(t, onGitHub()), options)
			if !errors.Is(err, repository.ErrOptions) || len(out.Files) > 0 {
				t.Errorf("got %v, %v, want ErrOptions and no file", out.Files, err)
			}
		})
	}
}
