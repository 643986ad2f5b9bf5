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
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
	rbacv1 "k8s.io/api/rbac/v1"
	sigsyaml "sigs.k8s.io/yaml"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/importer"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/manifest"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
	"github.com/stakeholders-dev/stakeholder-operator/test/golden"
)

func read(tb testing.TB, name string) []byte {
	tb.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	return content
}

func must[T any](tb testing.TB, err error, value T) T {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
	return value
}

func entities(content []byte) (out []*importer.Entity, err error) {
	err = manifest.Parse("catalog-info.yaml", bytes.NewReader(content), func(d *manifest.Document) error {
		e, err := importer.ParseEntity(d.JSON)
		out = append(out, e)
		return err
	})
	return out, err
}

func rbac(content []byte) (*importer.RBAC, error) {
	out := &importer.RBAC{}
	err := manifest.Parse("rbac.yaml", bytes.NewReader(content), func(d *manifest.Document) error {
		switch d.Kind {
		case "RoleBinding":
			out.RoleBindings = append(out.RoleBindings, rbacv1.RoleBinding{})
			return d.Decode(&out.RoleBindings[len(out.RoleBindings)-1])
		case "ClusterRoleBinding":
			out.ClusterRoleBindings = append(out.ClusterRoleBindings, rbacv1.ClusterRoleBinding{})
			return d.Decode(&out.ClusterRoleBindings[len(out.ClusterRoleBindings)-1])
		case "Role":
			out.Roles = append(out.Roles, rbacv1.Role{})
			return d.Decode(&out.Roles[len(out.Roles)-1])
		case "ClusterRole":
			out.ClusterRoles = append(out.ClusterRoles, rbacv1.ClusterRole{})
			return d.Decode(&out.ClusterRoles[len(out.ClusterRoles)-1])
		}
		return nil
	})
	return out, err
}

// drafts are the drafts of all formats.
func drafts(tb testing.TB) map[string]*importer.Draft {
	tb.Helper()
	aliases, err := importer.OwnersAliases([]importer.File{{Name: "file", Content: read(tb, "OWNERS_ALIASES")}}, importer.Options{Name: "shop", Namespace: "web"})
	must(tb, err, aliases)
	es, err := entities(read(tb, "catalog-info.yaml"))
	must(tb, err, es)
	catalog, err := importer.Backstage(es, importer.Options{Namespace: "web"})
	must(tb, err, catalog)
	bindings, err := rbac(read(tb, "rbac.yaml"))
	must(tb, err, bindings)
	return map[string]*importer.Draft{
		"codeowners":     importer.CodeOwners([]importer.File{{Name: "file", Content: read(tb, "CODEOWNERS")}}, importer.Options{}),
		"owners-aliases": aliases,
		"backstage":      catalog,
		"rolebindings":   importer.RoleBindings(bindings, importer.Options{Product: "Check-out!"}),
	}
}

// decode reads a draft as the API server would.
func decode(tb testing.TB, d *importer.Draft) (*v1alpha1.StakeholderMap, []byte) {
	tb.Helper()
	content, err := d.YAML()
	if err != nil {
		tb.Fatal(err)
	}
	m := &v1alpha1.StakeholderMap{}
	if err := sigsyaml.UnmarshalStrict(content, m); err != nil {
		tb.Fatalf("%v in\n%s", err, content)
	}
	return m, content
}

func TestGolden(t *testing.T) {
	t.Parallel()
	for name, draft := range drafts(t) {
		_, content := decode(t, draft)
		golden.Compare(t, name+".yaml", content)
	}
}

// TestQuestions : a draft is invalid until the questions are answered, and then it is clean.
func TestQuestions(t *testing.T) {
	t.Parallel()
	for name, draft := range drafts(t) {
		m, content := decode(t, draft)
		codes := codesOf(t, m)
		if !slices.Contains(codes, v1alpha1.CustomerMissing) {
			t.Errorf("%s: the draft has customers, which no file names: findings %v", name, codes)
		}
		if m.Spec.Product.Market != "TODO" || m.Spec.ProductOwner.Name != "TODO" || m.Spec.Product.DisplayName == "TODO" || m.Name == "" {
			t.Errorf("%s: the market or the product owner is answered:\n%s", name, content)
		}
		answer(m)
		if codes := codesOf(t, m); len(codes) > 0 {
			t.Errorf("%s: after all answers there are findings %v in\n%s", name, codes, content)
		}
	}
}

// answer answers the questions of a draft, and nothing else.
func answer(m *v1alpha1.StakeholderMap) {
	if m.Name == "TODO" {
		m.Name = "shop"
	}
	if m.Spec.Product.DisplayName == "" {
		m.Spec.Product.DisplayName = "Shop"
	}
	m.Spec.Product.Market = v1alpha1.MarketB2B
	m.Spec.Customers = []v1alpha1.Customer{fixtures.Customer("board", fixtures.User("ceo@acme.example"))}
	m.Spec.ProductOwner.Name = "owner"
	if len(m.Spec.ProductOwner.Handles) == 0 {
		m.Spec.ProductOwner.Handles = []v1alpha1.Handle{{System: "email", Value: "owner@acme.example"}}
	}
	if len(m.Spec.EndUsers) == 0 {
		m.Spec.EndUsers = []v1alpha1.EndUser{fixtures.EndUser("buyers")}
	}
	for i := range m.Spec.EndUsers {
		// What no tool can reach is a warning: people have handles, which RBAC does not know.
		m.Spec.EndUsers[i].Handles = []v1alpha1.Handle{{System: "email", Value: "users@acme.example"}}
	}
	if len(m.Spec.DevelopmentTeam.Subjects) > 0 {
		m.Spec.DevelopmentTeam.Handles = []v1alpha1.Handle{{System: "email", Value: "team@acme.example"}}
	}
}

func codesOf(tb testing.TB, m *v1alpha1.StakeholderMap) []v1alpha1.FindingCode {
	tb.Helper()
	p, err := product.Declared(m, nil, fixtures.Now)
	if err != nil {
		tb.Fatal(err)
	}
	var out []v1alpha1.FindingCode
	for _, f := range p.Findings {
		out = append(out, f.Code)
	}
	return out
}

// TestComments : a comment stands above the field that it is about.
func TestComments(t *testing.T) {
	t.Parallel()
	_, content := decode(t, drafts(t)["codeowners"])
	var root yaml.Node
	if err := yaml.Unmarshal(content, &root); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	var walk func(n *yaml.Node)
	walk = func(n *yaml.Node) {
		for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
			if first, _, _ := strings.Cut(strings.ReplaceAll(n.Content[i].HeadComment, "\n# ", " "), "?"); first != "" {
				got[n.Content[i].Value] = first
			}
			walk(n.Content[i+1])
		}
	}
	walk(root.Content[0])
	want := map[string]string{
		"name":        "# TODO: Name the map: lower-case letters, digits and '-'.",
		"displayName": "# TODO: What is the product called", "market": "# TODO: Who is the product sold to: B2B (businesses), B2C (consumers), or Internal (your own organization)",
		"customers": "# TODO: Who pays for the product, takes the risk, and decides whether money is spent", "endUsers": "# TODO: Who uses the product",
		"productOwner": "# TODO: Who speaks for customers and end users, and orders the backlog",
	}
	for field, comment := range want {
		if got[field] != comment {
			t.Errorf("the comment at %s is %q, not %q", field, got[field], comment)
		}
	}
}

// TestBounds imports more subjects than a map can hold.
func TestBounds(t *testing.T) {
	t.Parallel()
	many := &importer.RBAC{}
	for i, role := range []string{"edit", "view"} {
		b := rbacv1.RoleBinding{RoleRef: rbacv1.RoleRef{Kind: "ClusterRole", Name: role}}
		for n := range 700 {
			b.Subjects = append(b.Subjects, rbacv1.Subject{Kind: "User", Name: strings.Repeat("x", 240) + fmt.Sprint(i, "-", n)})
		}
		many.RoleBindings = append(many.RoleBindings, b)
	}
	m, content := decode(t, importer.RoleBindings(many, importer.Options{}))
	if len(m.Spec.EndUsers) != 64 || len(m.Spec.EndUsers[63].Subjects) != 8 || len(m.Spec.DevelopmentTeam.Subjects) != 64 {
		t.Errorf("%d end users, %d subjects of the team", len(m.Spec.EndUsers), len(m.Spec.DevelopmentTeam.Subjects))
	}
	for _, want := range []string{"# TODO: 188 subjects are left out, because a map has at most 64 parties", "# TODO: 636 subjects are left out, because a team has at most 64"} {
		if !strings.Contains(strings.ReplaceAll(string(content), "\n  # ", " "), want[2:]) {
			t.Errorf("no comment %q", want)
		}
	}
	seen := map[string]bool{}
	for _, u := range m.Spec.EndUsers {
		if seen[u.Name] || len(u.Name) > 63 {
			t.Errorf("the name %q stands twice, or is too long", u.Name)
		}
		seen[u.Name] = true
	}
}

func TestUnreadable(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]string{
		"- a": "there is an array where an object belongs", `[{"a":1}]`: "there is an array where an object belongs",
		"approvers: [a]": "it has no aliases", "aliases: {a: b}": "aliases: there is a string where an array belongs", "\x00": "yaml: control characters are not allowed",
	} {
		want = "file is not an OWNERS_ALIASES file: " + want
		if _, err := importer.OwnersAliases([]importer.File{{Name: "file", Content: []byte(content)}}, importer.Options{}); err == nil || err.Error() != want {
			t.Errorf("OWNERS_ALIASES %q: the error is %v, not %q", content, err, want)
		}
	}
	two := strings.Repeat("apiVersion: backstage.io/v1alpha1\nkind: System\nmetadata: {name: x}\n---\n", 2)
	for content, want := range map[string]string{
		two: "choose the product with --name, such as x, x", "apiVersion: a\nkind: User\nmetadata: {name: x}\n": "no System and no Component",
	} {
		es, err := entities([]byte(content))
		must(t, err, es)
		if _, err := importer.Backstage(es, importer.Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("a catalog: the error is %v, not %q", err, want)
		}
	}
	if _, err := entities([]byte("apiVersion: a\nkind: System\nmetadata: {name: [x]}\n")); err == nil {
		t.Error("an entity without a name is read")
	}
}

// TestOrder : the order of the files and in the files changes nothing.
func TestOrder(t *testing.T) {
	t.Parallel()
	bindings, err := rbac(read(t, "rbac.yaml"))
	must(t, err, bindings)
	want, err := importer.RoleBindings(bindings, importer.Options{}).YAML()
	must(t, err, want)
	slices.Reverse(bindings.RoleBindings)
	for i := range bindings.RoleBindings {
		slices.Reverse(bindings.RoleBindings[i].Subjects)
	}
	got, err := importer.RoleBindings(bindings, importer.Options{}).YAML()
	must(t, err, got)
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("another order gives another draft (-want +got):\n%s", diff)
	}
}
