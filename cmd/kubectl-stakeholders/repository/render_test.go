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
	"bytes"
	"errors"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/repository"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/route"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/topics"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
	"github.com/stakeholders-dev/stakeholder-operator/test/golden"
)

// options returns the options of a realistic repository.
func options() repository.Options {
	return repository.Options{
		CodeOwners: &repository.CodeOwnersOptions{
			Rules: []repository.CodeOwnersRule{
				{Pattern: "*", Role: "DevelopmentTeam"},
				{Pattern: "/docs/requirements/", Topic: "requirements"},
				{Pattern: "/docs/budget.md", Topic: "budget"},
				{Pattern: "/.github/", Topic: "default"},
			},
			Fallback: []string{"@vendor/product-ops"},
			Emails:   true,
		},
		OwnersAliases: &repository.OwnersAliasesOptions{},
		Catalog:       &repository.CatalogOptions{},
		IssueForms: &repository.IssueFormsOptions{
			LinkBases: map[string]string{"slack": "https://slack.com/app_redirect?team=T0123&channel="},
		},
	}
}

func tableOf(tb testing.TB, m *v1alpha1.StakeholderMap) *routing.RoutingTable {
	tb.Helper()
	return route.Table(m, topics.Assign(m, nil, fixtures.Now))
}

// sample is a map of config/samples.
func sample(tb testing.TB, name string) *v1alpha1.StakeholderMap {
	tb.Helper()
	content, err := os.ReadFile(filepath.Join("..", "..", "..", "config", "samples", "v1alpha1_stakeholdermap_"+name+".yaml"))
	if err != nil {
		tb.Fatal(err)
	}
	for document := range bytes.SplitSeq(content, []byte("\n---\n")) {
		m := &v1alpha1.StakeholderMap{}
		if err := yaml.Unmarshal(document, m); err == nil && m.Kind == "StakeholderMap" {
			return m
		}
	}
	tb.Fatalf("there is no map in the sample %s", name)
	return nil
}

// renderAll renders everything, and fails the test on an error.
func renderAll(tb testing.TB, table *routing.RoutingTable) repository.Output {
	tb.Helper()
	out, err := repository.Render(table, options())
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

// contentOf returns the file at a path.
func contentOf(tb testing.TB, out repository.Output, name string) []byte {
	tb.Helper()
	for _, file := range out.Files {
		if file.Path == name {
			return file.Content
		}
	}
	tb.Fatalf("there is no file %s", name)
	return nil
}

// codesOf are the codes and messages of findings.
func codesOf(out repository.Output) map[repository.Code][]string {
	codes := map[repository.Code][]string{}
	for _, finding := range out.Findings {
		codes[finding.Code] = append(codes[finding.Code], finding.Message)
	}
	return codes
}

func TestSamples(t *testing.T) {
	for _, name := range []string{"b2b", "b2c", "internal"} {
		t.Run(name, func(t *testing.T) {
			m := sample(t, name)
			out := renderAll(t, tableOf(t, m))
			compare(t, name, out)
			for _, other := range []*v1alpha1.StakeholderMap{m, fixtures.Reversed(m), fixtures.Rotated(m)} {
				if diff := cmp.Diff(out, renderAll(t, tableOf(t, other))); diff != "" {
					t.Errorf("another order of the map's lists gave other files (-as listed +permuted):\n%s", diff)
				}
			}
		})
	}
}

// compare compares files and findings with the golden files, which the modules under hack check too.
func compare(t *testing.T, folder string, out repository.Output) {
	t.Helper()
	for _, file := range out.Files {
		// Omit the dot, because some tools ignore folders that start with one.
		golden.Compare(t, path.Join(folder, strings.TrimPrefix(file.Path, ".")), file.Content)
	}
	var findings strings.Builder
	for _, f := range out.Findings {
		findings.WriteString(f.Path + ": " + string(f.Code) + ": " + f.Message + "\n")
	}
	golden.Compare(t, path.Join(folder, "findings.txt"), []byte(findings.String()))
}

// TestOnGitHub renders parties with GitHub handles.
func TestOnGitHub(t *testing.T) {
	compare(t, "on-github", renderAll(t, tableOf(t, onGitHub())))
}

// TestHostile renders malicious names. The API server rejects some of them.
func TestHostile(t *testing.T) {
	compare(t, "hostile", renderAll(t, hostile(tableOf(t, onGitHub()), "]}'\"\n---\nkind: User # @everyone <!-- [x](https://evil.example) www.evil.example", "y")))
}

// hostile returns a table with a text wherever people choose one, and logins in the handles.
func hostile(table *routing.RoutingTable, text, login string) *routing.RoutingTable {
	table.Product.DisplayName, table.Product.Description, table.Product.Market = text, text, text
	change := func(parties []routing.Party) {
		for i := range parties {
			p := &parties[i]
			p.DisplayName, p.Organization, p.Segment = text, text, ""
			if p.Role != "ProductOwner" {
				p.Handles = []routing.Handle{{System: "email", Value: text}, {System: "github", Value: text}, {System: "slack", Value: text}, {System: text, Value: "x"}}
				continue
			}
			p.Handles = []routing.Handle{{System: "email", Value: text}, {System: "github", Value: login}}
		}
	}
	for i := range table.Topics {
		change(table.Topics[i].To)
		change(table.Topics[i].CC)
		change(table.Topics[i].DecidedBy)
		change(table.Topics[i].EscalateTo)
	}
	change(table.Default.To)
	change(table.Default.CC)
	change(table.Default.DecidedBy)
	return table
}

func TestRenderParts(t *testing.T) {
	out, err := repository.Render(tableOf(t, fixtures.Minimal()), repository.Options{})
	if err != nil || len(out.Files) != 0 || len(out.Findings) != 0 {
		t.Errorf("without options there are %v, %v", out, err)
	}
	// The errors of two parts are reported together.
	_, err = repository.Render(tableOf(t, fixtures.Minimal()), repository.Options{
		CodeOwners: &repository.CodeOwnersOptions{}, Catalog: &repository.CatalogOptions{Owner: "dana"},
	})
	if !errors.Is(err, repository.ErrOptions) || !strings.Contains(err.Error(), "CODEOWNERS") || !strings.Contains(err.Error(), `"dana"`) {
		t.Errorf("the error is %v", err)
	}
}
