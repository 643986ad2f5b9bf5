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

package apply

import (
	"reflect"
	"runtime"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/approvals"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

// grantOf returns the Role and the RoleBinding of a map's customers as decoding makes them: they share no memory.
func grantOf(owner names.Owner) (*rbacv1.Role, *rbacv1.RoleBinding) {
	grant := render.Grant{
		Name: names.GrantName(owner.Name, names.RoleCustomer, ""), Role: names.RoleCustomer,
		Rights:   map[render.Right]bool{{Verb: render.VerbApprove, Topic: "budget"}: true},
		Subjects: map[rbacv1.Subject]bool{{Kind: rbacv1.UserKind, APIGroup: rbacv1.GroupName, Name: "carla"}: true},
	}
	return grant.RoleObject(owner).DeepCopy(), grant.BindingObject(owner).DeepCopy()
}

func same(a, b map[string]string) bool {
	return reflect.ValueOf(a).Pointer() == reflect.ValueOf(b).Pointer()
}

// TestStripShares strips two outputs of a map. They share equal metadata in the cache, and keep what differs.
func TestStripShares(t *testing.T) {
	t.Parallel()
	owner := names.Owner{Namespace: "payments", Name: "shared", UID: "shared"}
	role, binding := grantOf(owner)
	wantRole, wantBinding := role.DeepCopy(), binding.DeepCopy()
	wantRole.Labels[names.LabelRole], wantBinding.Labels[names.LabelRole] = roleByName, roleByName
	wantRole.Rules[0].ResourceNames = ownName
	role, binding = strip(t, role), strip(t, binding)
	if diff := cmp.Diff(wantRole, role) + cmp.Diff(wantBinding, binding); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !same(role.Labels, binding.Labels) || !same(role.Annotations, binding.Annotations) || &role.OwnerReferences[0] != &binding.OwnerReferences[0] {
		t.Error("the Role and the RoleBinding have metadata of their own")
	}
	other := owner
	other.Name, other.UID = "another", "another"
	again, _ := grantOf(other)
	again = strip(t, again)
	if &again.Rules[0] != &role.Rules[0] {
		t.Error("the Role of another map has rules of its own")
	}
	if same(again.Annotations, role.Annotations) {
		t.Error("another map has the UID of the first")
	}
}

// TestStripSharesOnlyWhatIsEqual strips objects that name the UID of a map but have other metadata. In any order, no
// output gets the metadata of another one.
func TestStripSharesOnlyWhatIsEqual(t *testing.T) {
	t.Parallel()
	for reason, first := range map[string]bool{"first": true, "last": false} {
		owner := names.Owner{Namespace: "payments", Name: "checkout", UID: types.UID("forged-" + reason)}
		role, binding := grantOf(owner)
		forged := binding.DeepCopy()
		forged.Namespace, forged.Labels[names.LabelMap] = "shop", "victim"
		forged.OwnerReferences = []metav1.OwnerReference{{Kind: "Pod", Name: "mallory", UID: "mallory", Controller: new(true)}}
		wantRole, wantForged := role.DeepCopy(), forged.DeepCopy()
		wantRole.Rules[0].ResourceNames = ownName
		if first {
			wantForged.Labels[names.LabelRole] = roleByName
		} else {
			wantRole.Labels[names.LabelRole] = roleByName
		}
		if first {
			forged = strip(t, forged)
			role = strip(t, role)
		} else {
			role = strip(t, role)
			forged = strip(t, forged)
		}
		if diff := cmp.Diff(wantRole, role) + cmp.Diff(wantForged, forged); diff != "" {
			t.Errorf("forged %s: (-want +got):\n%s", reason, diff)
		}
	}
}

// TestFamilyGoes drops all outputs of a map, in the map's namespace and in others: the family must not stay in memory.
func TestFamilyGoes(t *testing.T) {
	t.Parallel()
	var all families
	role, _ := grantOf(checkout)
	copied := &corev1.ConfigMap{ObjectMeta: output("shop", "payments.checkout.routing")}
	for _, o := range []metav1.Object{role, copied} {
		all.join(o)
		runtime.GC()
		again, _ := grantOf(checkout)
		all.join(again)
		if !same(again.Annotations, o.GetAnnotations()) {
			t.Error("the metadata of an output that is in memory is not shared")
		}
		runtime.KeepAlive(o)
	}
	left := func() int {
		all.mu.Lock()
		defer all.mu.Unlock()
		return len(all.byUID)
	}
	// Cleanups run some time after the garbage collection.
	for range 1000 {
		if left() == 0 {
			return
		}
		runtime.GC()
	}
	t.Errorf("%d families are left", left())
}

// TestRoleLabel strips role labels that equal the role in the object's name, and others: the cache loses neither.
func TestRoleLabel(t *testing.T) {
	t.Parallel()
	for reason, label := range map[string]string{"as it is written": names.RoleCustomer, "another": names.RoleEndUser, "none": ""} {
		owner := names.Owner{Namespace: "payments", Name: "checkout", UID: types.UID("label " + reason)}
		role, _ := grantOf(owner)
		role.Labels[names.LabelRole] = label
		if label == "" {
			delete(role.Labels, names.LabelRole)
		}
		for range 2 {
			// A cache can transform the same object twice.
			role = strip(t, role)
			if got := labelOf(role, names.LabelRole); got != label {
				t.Errorf("%s: the label is %q, want %q", reason, got, label)
			}
			exact := (&Session{owner: owner}).hasMetadata(role, owner.Labels(names.RoleCustomer))
			if want := label == names.RoleCustomer; exact != want {
				t.Errorf("%s: it has the labels of the output: %t, want %t", reason, exact, want)
			}
		}
	}
}

// TestStripKeepsRules strips Roles about the map in their name, about another one, and about the text that replaces the name in the
// cache. No rule becomes one about the map.
func TestStripKeepsRules(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		reason    string
		is, keeps []string
	}{
		{"the map", []string{"checkout"}, []string{"checkout"}},
		{"another map", []string{"shop"}, []string{"shop"}},
		{"two maps", []string{"checkout", "shop"}, []string{"checkout", "shop"}},
		{"all maps", nil, nil},
		{"the text in the place of the map", slices.Clone(ownName), []string{excess}},
	} {
		role, _ := grantOf(checkout)
		role.Rules[0].ResourceNames = tc.is
		want := slices.Clone(role.Rules)
		want[0].ResourceNames = tc.keeps
		for range 2 {
			// A cache can transform the same object twice.
			role = strip(t, role)
			if diff := cmp.Diff(want, rulesOf(role)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		}
	}
	// The API server's answer can have the text that replaces the name, which is not the map's name there.
	stored, _ := grantOf(checkout)
	stored.Rules[0].ResourceNames = slices.Clone(ownName)
	if diff := cmp.Diff(stored.Rules, rulesOf(stored)); diff != "" {
		t.Errorf("a stored Role (-want +got):\n%s", diff)
	}
	// What was approved can have any name, and the name of this Role looks like that of a grant of the map "target".
	owner := names.Owner{Namespace: names.RoleCustomer, Name: "checkout", UID: "approvals"}
	open := render.ApprovedRole(owner, owner.Namespace, render.ApprovedRules(owner, map[approvals.Approval]bool{
		{Topic: "release", Subject: ownName[0]}: true, {Topic: "budget", Subject: "target"}: true,
	}))
	want := open.DeepCopy().Rules
	if diff := cmp.Diff(want, strip(t, open).Rules); diff != "" {
		t.Errorf("a Role that opens approvals (-want +got):\n%s", diff)
	}
}
