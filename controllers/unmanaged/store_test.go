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

package unmanaged

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

func grantTo(namespace, name string) *rbacv1.RoleBinding {
	return &rbacv1.RoleBinding{ObjectMeta: plain(namespace, name), RoleRef: ref("ClusterRole", "stakeholders-customer")}
}

// notes are the calls of Changed, in order.
type notes struct{ told []string }

func (n *notes) changed(before, after *Grant) {
	say := func(g *Grant) string {
		if g == nil {
			return "-"
		}
		return g.Namespace + "/" + g.Name + " " + g.Gives
	}
	n.told = append(n.told, say(before)+" > "+say(after))
}

// The store follows a Reflector, reports each change once, and keeps only grants.
func TestStore(t *testing.T) {
	n := &notes{}
	s := newStore(grantOf(OfRoleBinding), n.changed, func() {})
	other := &rbacv1.RoleBinding{ObjectMeta: plain("shop", "view"), RoleRef: ref("ClusterRole", "view")}
	another := grantTo("shop", "a")
	another.RoleRef.Name = "stakeholders-end-user"
	adopted := grantTo("shop", "b")
	adopted.ObjectMeta = output("shop", "b")
	adopted.RoleRef = ref("ClusterRole", "view")
	for _, step := range []struct {
		what string
		do   func() error
		want []string
	}{
		{"what is no grant", func() error { return s.Add(other) }, nil},
		{"a list", func() error { return s.Replace([]any{grantTo("shop", "a"), grantTo("shop", "b")}, "1") }, []string{"- > shop/a ClusterRole stakeholders-customer", "- > shop/b ClusterRole stakeholders-customer"}},
		{"the same again", func() error { return s.Update(grantTo("shop", "a")) }, nil},
		{"a change", func() error { return s.Update(another) }, []string{"shop/a ClusterRole stakeholders-customer > shop/a ClusterRole stakeholders-end-user"}},
		{"one that is a grant no longer", func() error { return s.Update(adopted) }, []string{"shop/b ClusterRole stakeholders-customer > -"}},
		{"the deletion of one that was not kept", func() error { return s.Delete(other) }, nil},
		{"a list without it", func() error { return s.Replace([]any{grantTo("pay", "c")}, "2") }, []string{"- > pay/c ClusterRole stakeholders-customer", "shop/a ClusterRole stakeholders-end-user > -"}},
		{"its deletion", func() error { return s.Delete(grantTo("pay", "c")) }, []string{"pay/c ClusterRole stakeholders-customer > -"}},
	} {
		n.told = nil
		if err := step.do(); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(step.want, n.told); diff != "" {
			t.Errorf("%s (-want +got):\n%s", step.what, diff)
		}
	}
	if namespaces := s.grants.ListIndexFuncValues("namespace"); s.count() != 0 || s.n != 0 || len(namespaces) != 0 {
		t.Errorf("%d are kept of nothing: %v in %v", s.count(), s.grants.ListKeys(), namespaces)
	}
}

// A tenant cannot make the store keep more than maxGrants grants. Deleted grants make room for new ones.
func TestStoreIsBounded(t *testing.T) {
	s := newStore(grantOf(OfRoleBinding), (&notes{}).changed, func() {})
	for i := range maxGrants + 10 {
		if err := s.Add(grantTo("shop", fmt.Sprint("b", i))); err != nil {
			t.Fatal(err)
		}
	}
	if inShop, err := s.grants.IndexKeys("namespace", "shop"); s.count() != maxGrants || len(inShop) != maxGrants || err != nil {
		t.Errorf("%d are kept, want %d", s.count(), maxGrants)
	}
	for _, name := range []string{"b0", fmt.Sprint("b", maxGrants+5)} {
		if err := s.Delete(grantTo("shop", name)); err != nil {
			t.Fatal(err)
		}
	}
	if s.count() != maxGrants-1 {
		t.Errorf("%d are kept, want %d", s.count(), maxGrants-1)
	}
}

// A map gets the grants that concern it, and none in namespaces in which it does not take part.
func TestGrantsOfAMap(t *testing.T) {
	w := NewWatch(nil, (&notes{}).changed, func(*Watch) {})
	add := func(kind string, objects ...any) {
		for _, object := range objects {
			if err := w.stores[kind].Add(object); err != nil {
				t.Fatal(err)
			}
		}
	}
	role := func(namespace, name, m string) *rbacv1.Role {
		return &rbacv1.Role{ObjectMeta: plain(namespace, name), Rules: []rbacv1.PolicyRule{{
			APIGroups: []string{"stakeholders.dev"}, Resources: []string{"stakeholdermaps/budget"}, Verbs: []string{"approve"}, ResourceNames: []string{m},
		}}}
	}
	add(KindRoleBinding, grantTo("payments", "home"), grantTo("shop", "target"), grantTo("refuses", "elsewhere"))
	add(KindRoleBinding, &rbacv1.RoleBinding{ObjectMeta: plain("payments", "of-another-map"), RoleRef: ref("Role", "stakeholders:other:customer")})
	add(KindRole, role("payments", "on-it", "checkout"), role("payments", "on-another", "other"), role("shop", "on-a-namesake", "checkout"))
	add(KindClusterRoleBinding, &rbacv1.ClusterRoleBinding{ObjectMeta: plain("", "everywhere"), RoleRef: ref("ClusterRole", "stakeholders-customer")})
	many := make([]string, 0, 101)
	for i := range 100 {
		many = append(many, fmt.Sprint("empty-", i))
	}
	for what, namespaces := range map[string][]string{"few": {"shop"}, "many": append(many, "shop")} {
		var got []string
		for _, g := range w.ForMap(names.Owner{Namespace: "payments", Name: "checkout"}, namespaces) {
			got = append(got, g.Namespace+"/"+g.Name)
		}
		if want := []string{"payments/on-it", "payments/home", "shop/target"}; !slices.Equal(got, want) {
			t.Errorf("with %s namespaces: %v, want %v", what, got, want)
		}
	}
	if diff := cmp.Diff(map[string]int{KindRoleBinding: 4, KindRole: 3, KindClusterRoleBinding: 1}, w.Counts()); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
}
