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
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/importer"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// binding gives one user some rules in the namespace of the minimal map, or in all of the cluster.
func binding(user, namespace string, rules ...rbacv1.PolicyRule) *importer.RBAC {
	subjects := []rbacv1.Subject{{Kind: "User", Name: user}}
	ref := rbacv1.RoleRef{Kind: "ClusterRole", Name: "r"}
	out := &importer.RBAC{}
	if rules != nil {
		out.ClusterRoles = []rbacv1.ClusterRole{{Rules: rules}}
		out.ClusterRoles[0].Name = "r"
	}
	if namespace == "" {
		out.ClusterRoleBindings = []rbacv1.ClusterRoleBinding{{Subjects: subjects, RoleRef: ref}}
	} else {
		out.RoleBindings = []rbacv1.RoleBinding{{Subjects: subjects, RoleRef: ref}}
		out.RoleBindings[0].Namespace = namespace
	}
	return out
}

// toGroup replaces the subject of a RoleBinding.
func toGroup(name string, r *importer.RBAC) *importer.RBAC {
	r.RoleBindings[0].Subjects = []rbacv1.Subject{{Kind: "Group", Name: name}}
	return r
}

// staying lets all bindings stay.
func staying(r *importer.RBAC) *importer.RBAC {
	r.Staying, r.Bindings = r.Bindings, importer.Bindings{}
	return r
}

func approve(resource string, names ...string) rbacv1.PolicyRule {
	return rbacv1.PolicyRule{Verbs: []string{"approve"}, APIGroups: []string{"stakeholders.dev"}, Resources: []string{resource}, ResourceNames: names}
}

// TestProve looks at one right of the customer of the minimal map: to approve the budget.
func TestProve(t *testing.T) {
	t.Parallel()
	const customer = "cfo@acme.example"
	for _, c := range []struct {
		reason string
		before *importer.RBAC
		want   importer.Held
	}{
		{"the same rule", binding(customer, "payments", approve("stakeholdermaps/budget", "checkout")), importer.Yes},
		{"every map", binding(customer, "payments", approve("stakeholdermaps/budget")), importer.Yes},
		{"every topic of every resource", binding(customer, "payments", approve("*/budget")), importer.Yes},
		{"all of the cluster", binding(customer, "", rbacv1.PolicyRule{Verbs: []string{"*"}, APIGroups: []string{"*"}, Resources: []string{"*"}}), importer.Yes},
		{"another map", binding(customer, "payments", approve("stakeholdermaps/budget", "other")), importer.No},
		{"another namespace", binding(customer, "other", approve("stakeholdermaps/budget", "checkout")), importer.No},
		{"another user", binding("dana@vendor.example", "payments", approve("stakeholdermaps/budget", "checkout")), importer.No},
		{"a role whose rules are unknown", binding(customer, "payments"), importer.Unknown},
		{"a role of another namespace whose rules are unknown", binding(customer, "other"), importer.No},
		{"all users who have logged in", toGroup("system:authenticated", binding("", "payments", approve("stakeholdermaps/budget", "checkout"))), importer.Yes},
		{"all ServiceAccounts", toGroup("system:serviceaccounts", binding("", "payments", approve("stakeholdermaps/budget", "checkout"))), importer.No},
		{"a binding that stays", staying(binding(customer, "", approve("stakeholdermaps/budget", "checkout"))), importer.Yes},
		{"a binding that stays, of a role whose rules are unknown", staying(binding(customer, "")), importer.Unknown},
		{"a URL", binding(customer, "", rbacv1.PolicyRule{Verbs: []string{"*"}, NonResourceURLs: []string{"*"}}), importer.No},
	} {
		p, err := product.Declared(fixtures.Minimal(), nil, fixtures.Now)
		must(t, err, p)
		proof := importer.Prove(c.before, p)
		i := slices.IndexFunc(proof.Items, func(r importer.Row) bool {
			return r.Subject == fixtures.User(customer) && r.Right == "approve checkout/budget in payments"
		})
		if i < 0 || proof.Items[i].Before != c.want || proof.Items[i].After != importer.Yes {
			t.Errorf("%s: the rows are %+v, and want before %s", c.reason, proof.Items, c.want)
		}
	}
}

// TestProveRows is the whole table of a user who loses one right and keeps another, and of a group.
func TestProveRows(t *testing.T) {
	t.Parallel()
	before := binding("dana@vendor.example", "payments",
		rbacv1.PolicyRule{Verbs: []string{"patch", "get"}, APIGroups: []string{""}, Resources: []string{"pods"}},
		rbacv1.PolicyRule{Verbs: []string{"triage"}, APIGroups: []string{"stakeholders.dev"}, Resources: []string{"stakeholdermaps/usability"}, ResourceNames: []string{"checkout"}},
	)
	m := fixtures.Minimal()
	m.Spec.TargetNamespaces.Names = []string{"checkout-prod"}
	m.Spec.DevelopmentTeam.Subjects = []v1alpha1.Subject{fixtures.User("dana@vendor.example")}
	p, err := product.Declared(m, nil, fixtures.Now)
	must(t, err, p)
	proof := importer.Prove(before, p)
	var got []string
	for _, r := range proof.Items {
		if r.Subject.Name == "cfo@acme.example" {
			continue
		}
		got = append(got, strings.Join([]string{importer.SubjectName(r.Subject), r.Right, string(r.Before), string(r.After), r.Change}, "|"))
	}
	want := []string{
		"Group acme:cashiers|all that ClusterRole stakeholders-end-user allows in checkout-prod|no|yes|gains",
		"Group acme:cashiers|get, list, watch, create, patch stakeholderrequests.stakeholders.dev in payments|no|yes|gains",
		"Group acme:cashiers|request checkout/defect-report in payments|no|yes|gains",
		"Group acme:cashiers|request checkout/feature-request in payments|no|yes|gains",
		"Group acme:cashiers|request checkout/usability in payments|no|yes|gains",
		"User dana@vendor.example|all that ClusterRole stakeholders-product-owner allows in checkout-prod|no|yes|gains",
		"User dana@vendor.example|get stakeholdermaps.stakeholders.dev checkout in payments|no|yes|gains",
		"User dana@vendor.example|get, list, watch, patch stakeholderrequests.stakeholders.dev in payments|no|yes|gains",
		"User dana@vendor.example|get, patch pods in payments|yes|no|loses",
		"User dana@vendor.example|triage checkout/defect-report in payments|no|yes|gains",
		"User dana@vendor.example|triage checkout/feature-request in payments|no|yes|gains",
		"User dana@vendor.example|triage checkout/usability in payments|yes|yes|keeps",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	if c := proof.Counts; c.Subjects != 3 || c.Loses != 1 || c.Keeps != 1 || c.Unknown != 0 || c.Gains != len(proof.Items)-2 {
		t.Errorf("counts %+v", c)
	}
	for _, note := range []string{"ClusterRole stakeholders-customer", "only the directory knows", "no rights: keep the bindings"} {
		if !strings.Contains(strings.Join(proof.Notes, "\n"), note) {
			t.Errorf("no note says %q: %q", note, proof.Notes)
		}
	}
}

// TestProveOtherMaps proves that rights by other maps, which stay, are not counted as lost.
func TestProveOtherMaps(t *testing.T) {
	t.Parallel()
	p, err := product.Declared(fixtures.Minimal(), nil, fixtures.Now)
	must(t, err, p)
	before := binding("cfo@acme.example", "payments", approve("stakeholdermaps/budget", "checkout"))
	for _, name := range []string{"stakeholders:other:customer", "stakeholders:target:shop:checkout:customer", "stakeholders:other:customer:board"} {
		of := binding("sam@acme.example", "payments", approve("stakeholdermaps/budget", "other"))
		of.RoleBindings[0].Name = name
		before.RoleBindings = append(before.RoleBindings, of.RoleBindings...)
		before.Roles = append(before.Roles, of.Roles...)
	}
	proof := importer.Prove(before, p)
	if proof.Counts.Loses != 0 || !slices.ContainsFunc(proof.Notes, func(note string) bool { return strings.HasSuffix(note, "not shown: 3 RoleBindings.") }) {
		t.Errorf("%+v, with the notes %q", proof.Counts, proof.Notes)
	}
}
