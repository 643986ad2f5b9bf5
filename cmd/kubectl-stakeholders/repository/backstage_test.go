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
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/repository"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// entity has the fields of a Backstage entity that the tests check.
type entity struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Metadata   struct {
		Name        string            `json:"name"`
		Namespace   string            `json:"namespace"`
		Title       string            `json:"title"`
		Description string            `json:"description"`
		Annotations map[string]string `json:"annotations"`
	} `json:"metadata"`
	Spec struct {
		Owner    string            `json:"owner"`
		Type     string            `json:"type"`
		Parent   string            `json:"parent"`
		Children []string          `json:"children"`
		MemberOf []string          `json:"memberOf"`
		Profile  map[string]string `json:"profile"`
	} `json:"spec"`
}

func (e *entity) ref() string {
	return strings.ToLower(e.Kind) + ":" + e.Metadata.Namespace + "/" + e.Metadata.Name
}

func (e *entity) references() []string {
	refs := append([]string{e.Spec.Owner, e.Spec.Parent}, e.Spec.Children...)
	for _, key := range []string{repository.AnnotationCustomers, repository.AnnotationEndUsers, repository.AnnotationProductOwner, repository.AnnotationDevelopmentTeam} {
		refs = append(refs, e.Metadata.Annotations[key])
	}
	return refs
}

// entitiesOf parses a catalog file, and fails the test if an entity has an unexpected field.
func entitiesOf(tb testing.TB, content []byte) []entity {
	tb.Helper()
	var out []entity
	for i, document := range bytes.Split(content, []byte("\n---\n")) {
		if i == 0 {
			// The first document is the comment.
			continue
		}
		var e entity
		if err := yaml.UnmarshalStrict(document, &e); err != nil {
			tb.Fatalf("%v in\n%s", err, document)
		}
		out = append(out, e)
	}
	return out
}

func catalogOf(t *testing.T, table *routing.RoutingTable, options repository.CatalogOptions) ([]entity, repository.Output) {
	t.Helper()
	out, err := repository.Catalog(table, options)
	if err != nil {
		t.Fatal(err)
	}
	return entitiesOf(t, contentOf(t, out, repository.CatalogPath)), out
}

func refsOf(entities []entity) []string {
	var out []string
	for i := range entities {
		out = append(out, entities[i].ref())
	}
	return out
}

func TestCatalogOwner(t *testing.T) {
	cases := map[string]struct {
		reason  string
		mutate  func(*v1alpha1.StakeholderMap)
		options repository.CatalogOptions
		owner   string
		want    []string
	}{
		"one person": {
			reason: "a person is a User", owner: "user:payments/checkout_product-owner",
			want: []string{"system:payments/checkout", "user:payments/checkout_product-owner", "group:payments/checkout_customers", "group:payments/checkout_customers_auditors", "group:payments/checkout_customers_board", "group:payments/checkout_end-users", "group:payments/checkout_end-users_cashiers", "group:payments/checkout_development-team"},
		},
		"several people": {
			reason: "an office is a Group",
			mutate: func(m *v1alpha1.StakeholderMap) {
				m.Spec.ProductOwner.Subjects = append(m.Spec.ProductOwner.Subjects, fixtures.User("dora@vendor.example"))
				m.Spec.Customers, m.Spec.EndUsers = m.Spec.Customers[:1], m.Spec.EndUsers[:1]
			},
			owner: "group:payments/checkout_product-owner",
			want:  []string{"system:payments/checkout", "group:payments/checkout_product-owner", "group:payments/checkout_customers", "group:payments/checkout_customers_board", "group:payments/checkout_end-users", "group:payments/checkout_end-users_cashiers", "group:payments/checkout_development-team"},
		},
		"no party": {
			reason: "customers take the place",
			mutate: func(m *v1alpha1.StakeholderMap) {
				m.Spec.Engagement, m.Spec.ProductOwner = v1alpha1.EngagementDirect, v1alpha1.ProductOwner{}
				m.Spec.Customers = m.Spec.Customers[:1]
			},
			owner: "group:payments/checkout_customers",
			want:  []string{"system:payments/checkout", "group:payments/checkout_customers", "group:payments/checkout_customers_board", "group:payments/checkout_end-users", "group:payments/checkout_end-users_cashiers", "group:payments/checkout_development-team"},
		},
		"somebody known": {
			reason: "an entity that is there already is not written again", options: repository.CatalogOptions{Owner: "user:default/Dana", Namespace: "shop"},
			mutate: func(m *v1alpha1.StakeholderMap) { m.Spec.Customers = m.Spec.Customers[:1] },
			owner:  "user:default/Dana",
			want:   []string{"system:shop/checkout", "group:shop/checkout_customers", "group:shop/checkout_customers_board", "group:shop/checkout_end-users", "group:shop/checkout_end-users_cashiers", "group:shop/checkout_development-team"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			m := onGitHub()
			if tc.mutate != nil {
				tc.mutate(m)
			}
			entities, _ := catalogOf(t, tableOf(t, m), tc.options)
			if diff := cmp.Diff(tc.want, refsOf(entities)); diff != "" {
				t.Errorf("%s: entities (-want +got):\n%s", tc.reason, diff)
			}
			if entities[0].Spec.Owner != tc.owner {
				t.Errorf("%s: the System belongs to %s, want %s", tc.reason, entities[0].Spec.Owner, tc.owner)
			}
		})
	}
}

func TestCatalogOptions(t *testing.T) {
	for name, options := range map[string]repository.CatalogOptions{
		"a namespace with a slash": {Namespace: "a/b"}, "a long namespace": {Namespace: strings.Repeat("a", 64)},
		"an owner without namespace": {Owner: "user:dana"}, "an owner of another kind": {Owner: "component:default/x"}, "two owners": {Owner: "user:a/b\nuser:c/d"},
	} {
		if _, err := repository.Catalog(tableOf(t, onGitHub()), options); !errors.Is(err, repository.ErrOptions) {
			t.Errorf("%s: the error is %v", name, err)
		}
	}
}

// validName is Backstage's rule. hack/backstage checks the golden files against the original.
var validName = regexp.MustCompile(`^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$`)

// TestCatalogNames uses names of maximum length that differ only at the end, and names that look like a part of others.
func TestCatalogNames(t *testing.T) {
	m := onGitHub()
	m.Name = strings.Repeat("m", 62)
	m.Spec.Customers = nil
	for _, name := range []string{strings.Repeat("a", 62) + "b", strings.Repeat("a", 62) + "c", "customers", "end-users"} {
		m.Spec.Customers = append(m.Spec.Customers, fixtures.Customer(name, fixtures.User(name)))
		m.Spec.EndUsers = append(m.Spec.EndUsers, fixtures.EndUser(name, fixtures.Group(name)))
	}
	table := tableOf(t, m)
	entities, _ := catalogOf(t, table, repository.CatalogOptions{})
	checkCatalog(t, entities)
	if len(entities) != 1+1+1+4+1+5+1 {
		t.Errorf("there are %d entities: %v", len(entities), refsOf(entities))
	}
	table.Source = routing.Source{Namespace: "A b", Name: "_x\n"}
	entities, out := catalogOf(t, table, repository.CatalogOptions{})
	checkCatalog(t, entities)
	if len(codesOf(out)[repository.CodeNotCarried]) != 1 || entities[0].Metadata.Namespace != "default" {
		t.Errorf("findings %v, namespace %s", out.Findings, entities[0].Metadata.Namespace)
	}
}

// checkCatalog checks Backstage's rules for names, and that every reference has a target.
func checkCatalog(tb testing.TB, entities []entity) {
	tb.Helper()
	there := map[string]bool{"": true}
	for i := range entities {
		e := &entities[i]
		ref := strings.ToLower(e.ref())
		if there[ref] {
			tb.Errorf("there are two %s", ref)
		}
		there[ref] = true
		if name := e.Metadata.Name; len(name) > 63 || !validName.MatchString(name) {
			tb.Errorf("Backstage takes no name %q", name)
		}
		if e.APIVersion != "backstage.io/v1alpha1" || (e.Kind == "Group") != (e.Spec.Children != nil) || (e.Kind == "User") != (e.Spec.MemberOf != nil) {
			tb.Errorf("%s is no entity that Backstage takes: %+v", ref, e)
		}
		for key := range e.Metadata.Annotations {
			name, ours := strings.CutPrefix(key, "stakeholders.dev/")
			if !ours || len(name) > 63 || !validName.MatchString(name) {
				tb.Errorf("%s has the annotation %q", ref, key)
			}
		}
	}
	for i := range entities {
		for _, ref := range entities[i].references() {
			if !there[ref] {
				tb.Errorf("%s refers to %s, which is not there", entities[i].ref(), ref)
			}
		}
	}
}

// TestCatalogMailLinks renders addresses that would add headers to a mailto: link, such as another recipient. Backstage
// does not escape them.
func TestCatalogMailLinks(t *testing.T) {
	for address, carried := range map[string]bool{
		"dana@vendor.example": true, "o'hara@vendor.example": true, "a+b@vendor.example": true,
		"a?bcc=eve@evil.example": false, "a&b@vendor.example": false, "a%0Ab@vendor.example": false, "a=b@vendor.example": false, "a#b@vendor.example": false,
		"javascript:alert(1)": false,
	} {
		m := fixtures.Minimal()
		m.Spec.ProductOwner.Handles = handles("email", address)
		out, err := repository.Catalog(tableOf(t, m), repository.CatalogOptions{})
		if err != nil {
			t.Fatal(err)
		}
		owner := entitiesOf(t, contentOf(t, out, repository.CatalogPath))[1]
		if got := owner.Spec.Profile["email"]; (got == address) != carried || !carried && got != "" {
			t.Errorf("of %s the profile has the address %q", address, got)
		}
		if owner.Metadata.Annotations[repository.AnnotationHandle+"email"] != address {
			t.Errorf("%s does not stand in an annotation either: %v", address, owner.Metadata.Annotations)
		}
		if told := strings.Contains(strings.Join(codesOf(out)[repository.CodeNotCarried], "\n"), address); told == carried {
			t.Errorf("of %s the findings are %v", address, out.Findings)
		}
	}
}
