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

package importer_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/importer"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/repository"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/visible"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// FuzzDrafts makes drafts of any file. Each can be decoded, is within the bounds, and has open questions, so that no name
// in the file can add a field to the map.
func FuzzDrafts(f *testing.F) {
	for _, name := range []string{"CODEOWNERS", "OWNERS_ALIASES", "catalog-info.yaml", "rbac.yaml"} {
		f.Add(read(f, name), "checkout")
	}
	for _, trip := range roundTrips {
		p, err := product.Declared(withLogins(fixtures.Minimal()), nil, fixtures.Now)
		must(f, err, p)
		out, err := repository.Render(p.Table, trip.options)
		must(f, err, &out)
		f.Add(out.Files[0].Content, "")
	}
	f.Add([]byte("* @a\x1b[31m \u202e@b \u2028 @c\x00"), "\x1b[2J")
	f.Add([]byte("* @a\n# x\n\\u2028 @b\n/ROADMAP @c \r customers:"), "a\nb: c")
	f.Add([]byte("aliases: {\"a\\nspec: {}\": [\"b\\ncustomers:\", \"# c\"]}"), "---")
	f.Fuzz(func(t *testing.T, content []byte, name string) {
		o := importer.Options{Product: name}
		check(t, content, importer.CodeOwners([]importer.File{{Name: "file", Content: content}}, o))
		if d, err := importer.OwnersAliases([]importer.File{{Name: "file", Content: content}}, o); err == nil {
			check(t, content, d)
		}
		if es, err := entities(content); err == nil {
			if d, err := importer.Backstage(es, o); err == nil {
				check(t, content, d)
			}
		}
		if r, err := rbac(content); err == nil {
			check(t, content, importer.RoleBindings(r, o))
		}
	})
}

func check(t *testing.T, file []byte, d *importer.Draft) {
	t.Helper()
	m, content := decode(t, d)
	isExport := bytes.Contains(file, []byte("stakeholders.dev/")) || bytes.Contains(file, []byte("Rendered from the StakeholderMap"))
	isOpen := m.Spec.Product.Market == "TODO" && m.Spec.ProductOwner.Name == "TODO" && len(m.Spec.Customers) == 0
	if m.Kind != "StakeholderMap" || !isOpen && !isExport {
		t.Errorf("a question is answered:\n%s", content)
	}
	for l := range strings.SplitSeq(string(content), "\n") {
		if !visible.Line(l) {
			t.Errorf("the draft has a line with characters that a terminal may obey: %q", l)
		}
	}
	if len(m.Spec.Customers) > 32 || len(m.Spec.EndUsers) > 64 || len(m.Spec.DevelopmentTeam.Subjects) > 64 || len([]rune(m.Spec.Product.DisplayName)) > 128 || len(m.Name) > 63 {
		t.Errorf("the draft is larger than a map can be:\n%s", content)
	}
}
