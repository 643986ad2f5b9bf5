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
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/repository"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

var (
	// codeOwnersLine matches a pattern of the options and at least one owner.
	codeOwnersLine = regexp.MustCompile(`^[*/.a-z]+( (@[A-Za-z0-9][A-Za-z0-9_-]*(/[A-Za-z0-9][A-Za-z0-9_-]*)?|[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+))+$`)
	login          = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]*$`)
	// harmless matches text that GitHub does not render as a mention, a link, a reference, a list or an emoji.
	harmless = regexp.MustCompile(`^[\pL\pM\p{Nd} '’,&.-]*$`)
	linked   = regexp.MustCompile(`(?i)www\.|[.][^ ]|-\pN`)
)

// FuzzRender puts any text wherever people choose one, and uses any login. The text must not change the meaning of a
// file.
func FuzzRender(f *testing.F) {
	for _, text := range []string{
		"", "a", "@everyone", "a\nb", "---\n", "\n---\nkind: User", "no", "y", "1e3", "~", "null", "0x1f", "2026-01-01", "{{x}}", "# a", "- a", "? a", "&a *a", "!!binary a",
		"<script>", "[a](https://x.example)", "www.x.example", "https://x.example/a", "http://x.example", "a\u2028b", "\u202ea", "\ufeffa", "\x00", "\xff", "a\\", "'\"", "%YAML 1.1",
		"1. a", "GH-1", "a.b", "a. b", "A.", "Acme Inc. ", ":tada:", "~~~", "|", ">", "\t", " a ", strings.Repeat("é", 300), "none", "A person who is not listed", "0-", "a--b", "a_b", "e\u0301", "\u0301a",
	} {
		f.Add(text, "dana")
		f.Add("Checkout", text)
	}
	schemas := publishedSchemas(f)
	want := refsOf(entitiesOf(f, contentOf(f, renderAll(f, tableOf(f, onGitHub())), repository.CatalogPath)))
	f.Fuzz(func(t *testing.T, text, user string) {
		table := hostile(tableOf(t, onGitHub()), text, user)
		out := renderAll(t, table)
		if diff := cmp.Diff(out, renderAll(t, table)); diff != "" {
			t.Fatalf("the same table gave other files (-first +second):\n%s", diff)
		}
		lines := linesOf(contentOf(t, out, repository.CodeOwnersPath))
		if len(lines) != 4 {
			t.Errorf("CODEOWNERS has the rules %q", lines)
		}
		for i, line := range lines {
			if !codeOwnersLine.MatchString(line) || !strings.HasPrefix(line, options().CodeOwners.Rules[i].Pattern+" ") {
				t.Errorf("CODEOWNERS has the rule %q", line)
			}
		}
		checkAliases(t, contentOf(t, out, repository.OwnersAliasesPath), text, user)
		entities := entitiesOf(t, contentOf(t, out, repository.CatalogPath))
		checkCatalog(t, entities)
		if diff := cmp.Diff(want, refsOf(entities)); diff != "" {
			t.Errorf("a name changed which entities there are (-without +with):\n%s", diff)
		}
		for path, schema := range schemas {
			if err := judge(t, schema, contentOf(t, out, path)); err != nil {
				t.Errorf("%s: %v", path, err)
			}
		}
		checkForms(t, out, text, user)
	})
}

func checkAliases(t *testing.T, content []byte, logins ...string) {
	t.Helper()
	var file struct {
		Aliases map[string][]string `json:"aliases"`
	}
	if err := yaml.UnmarshalStrict(content, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Aliases) != 17 {
		t.Errorf("there are %d aliases", len(file.Aliases))
	}
	for alias, members := range file.Aliases {
		if slices.Equal(members, []string{repository.PlaceholderLogin}) {
			continue
		}
		if len(members) == 0 {
			t.Errorf("%s is empty, which gives what it owns to others", alias)
		}
		for _, member := range members {
			if !login.MatchString(member) || !slices.ContainsFunc(logins, func(l string) bool { return strings.TrimPrefix(strings.ToLower(l), "@") == member }) {
				t.Errorf("%s has the member %q", alias, member)
			}
		}
	}
}

func checkForms(t *testing.T, out repository.Output, text, user string) {
	t.Helper()
	f, c := formsOf(t, out, formPath)
	texts := append([]string{f.Name, f.Description}, f.choices()...)
	if len(f.Body) < 4 || len(f.Body) > 5 || len(f.Assignees) > 1 {
		t.Errorf("the form is %+v", f)
	}
	for _, assignee := range f.Assignees {
		if !login.MatchString(strings.ToLower(assignee)) || assignee != strings.TrimPrefix(user, "@") {
			t.Errorf("%q is assigned", assignee)
		}
	}
	for i := range f.Body {
		texts = append(texts, strings.TrimSuffix(f.Body[i].Attributes.Value, "\n"))
	}
	for _, link := range c.ContactLinks {
		texts = append(texts, link.Name, link.About)
		if link.URL != text && !strings.HasPrefix(link.URL, "https://slack.com/app_redirect?team=T0123&channel=") || strings.ContainsAny(link.URL, " \"'<>`\\\n") {
			t.Errorf("a link leads to %q", link.URL)
		}
	}
	for _, text := range texts {
		if !harmless.MatchString(text) || linked.MatchString(text) {
			t.Errorf("GitHub makes something of %q", text)
		}
	}
}

// FuzzMaps renders maps that the API server accepts, and others.
func FuzzMaps(f *testing.F) {
	for _, seed := range fixtures.Seeds() {
		f.Add(seed, true, "checkout")
		f.Add(seed, false, "A b\n")
	}
	f.Fuzz(func(t *testing.T, bytes []byte, shaped bool, name string) {
		m := fixtures.Generate(bytes, shaped)
		table := tableOf(t, m)
		if !shaped {
			table.Source = routing.Source{Namespace: name, Name: name}
		}
		parts := options()
		parts.IssueForms = nil
		out, err := repository.Render(table, parts)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range linesOf(contentOf(t, out, repository.CodeOwnersPath)) {
			if !codeOwnersLine.MatchString(line) {
				t.Errorf("CODEOWNERS has the rule %q", line)
			}
		}
		var file any
		if err := yaml.UnmarshalStrict(contentOf(t, out, repository.OwnersAliasesPath), &file); err != nil {
			t.Errorf("OWNERS_ALIASES: %v", err)
		}
		checkCatalog(t, entitiesOf(t, contentOf(t, out, repository.CatalogPath)))
	})
}
