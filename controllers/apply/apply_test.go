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
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

// TestForeignErrorText: the message says whether the object is about to be removed.
func TestForeignErrorText(t *testing.T) {
	t.Parallel()
	one := &ForeignError{Part: Part{Kind: "Role", Key: types.NamespacedName{Namespace: "payments", Name: "a"}}}
	if earlier := (&ForeignError{Part: Part{Kind: "Role", Key: types.NamespacedName{Namespace: "payments", Name: "a"}}, Earlier: true}); one.Error() == earlier.Error() {
		t.Error("an object of an earlier map is not told apart")
	}
}

func TestWrites(t *testing.T) {
	t.Parallel()
	var writes Writes
	checkout := types.NamespacedName{Namespace: "payments", Name: "checkout"}
	role := func(version string) *rbacv1.Role {
		return &rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Name: "a", ResourceVersion: version}}
	}
	if writes.RecordRead(checkout, kindRole, role("5")) != nil {
		t.Error("behind, and nothing was written")
	}
	writes.RecordWrite(checkout, Part{kindRole, types.NamespacedName{Name: "a"}}, "10")
	if writes.RecordRead(checkout, kindRole, role("9")) == nil {
		t.Error("9 is not behind 10")
	}
	if writes.RecordRead(checkout, kindRoleBinding, role("9")) != nil {
		t.Error("another kind is behind")
	}
	if writes.RecordRead(checkout, kindRole, role("10")) != nil {
		t.Error("10 is behind 10")
	}
	if writes.RecordRead(checkout, kindRole, role("9")) != nil || len(writes.byMap) != 0 {
		t.Error("a write that was seen is not forgotten")
	}
	writes.RecordWrite(checkout, Part{kindRole, types.NamespacedName{Name: "a"}}, "10")
	writes.Forget(checkout)
	if writes.RecordRead(checkout, kindRole, role("9")) != nil {
		t.Error("a forgotten map is behind")
	}
	writes.RecordWrite(checkout, Part{kindRole, types.NamespacedName{Name: "a"}}, "not a number")
	if writes.RecordRead(checkout, kindRole, role("9")) != nil {
		t.Error("behind something that cannot be compared, forever")
	}
}

func TestRightsOf(t *testing.T) {
	t.Parallel()
	rule := func(group, resource, name string, verbs ...string) rbacv1.PolicyRule {
		return rbacv1.PolicyRule{APIGroups: []string{group}, Resources: []string{resource}, ResourceNames: []string{name}, Verbs: verbs}
	}
	role := &rbacv1.Role{Rules: []rbacv1.PolicyRule{
		rule("stakeholders.dev", "stakeholdermaps/budget", "checkout", "approve", "delete"),
		rule("stakeholders.dev", "stakeholdermaps", "checkout", "get", "update"),
		rule("stakeholders.dev", "stakeholdermaps/release", "other", "approve"),
		rule("", "secrets", "checkout", "get"),
		rule("stakeholders.dev", "*", "checkout", "approve"),
		{APIGroups: []string{"stakeholders.dev"}, Resources: []string{"stakeholdermaps/scope-change"}, Verbs: []string{"approve"}},
		{APIGroups: []string{"stakeholders.dev"}, Resources: []string{"stakeholderrequests", "stakeholderrequests/status"}, Verbs: []string{"patch", "delete"}},
		{APIGroups: []string{"stakeholders.dev"}, Resources: []string{"stakeholdermaps"}, Verbs: []string{"list"}},
		rule("stakeholders.dev", "stakeholderrequests", "checkout", "list"),
		rule("stakeholders.dev", "stakeholderrequests", "other", "watch"),
	}}
	want := rightSet{{Verb: "approve", Topic: "budget"}: true, {Verb: "get"}: true, {Verb: "patch", OnRequests: true}: true}
	if diff := cmp.Diff(want, rightsOf(role.Rules, "checkout")); diff != "" {
		t.Errorf("rights (-want +got):\n%s", diff)
	}
	// Rendered grants are read back unchanged.
	grant := render.Grant{Name: "a", Rights: approve("budget", "release")}
	for _, verb := range []string{"get", "list", "watch", "patch", "create"} {
		grant.Rights[render.Right{Verb: verb, OnRequests: true}] = true
	}
	if diff := cmp.Diff(grant.Rights, rightsOf(grant.RoleRules("checkout"), "checkout")); diff != "" {
		t.Errorf("rights of a rendered Role (-want +got):\n%s", diff)
	}
}

// A map that was deleted and created again is another map, even under the same name.
func TestOwnedByUID(t *testing.T) {
	t.Parallel()
	owner := names.Owner{Namespace: "payments", Name: "checkout", UID: "new"}
	controlledBy := func(uid types.UID, name string, controller bool) *rbacv1.Role {
		return &rbacv1.Role{ObjectMeta: metav1.ObjectMeta{OwnerReferences: []metav1.OwnerReference{{
			APIVersion: "stakeholders.dev/v1alpha1", Kind: "StakeholderMap", Name: name, UID: uid, Controller: &controller,
		}}}}
	}
	ownedBy := func(object client.Object, owner names.Owner) bool {
		object.SetNamespace(owner.Namespace)
		return (&Applier{}).Session(owner, 1, 1).owns(object)
	}
	if !ownedBy(controlledBy("new", "checkout", true), owner) {
		t.Error("the map does not own what it controls")
	}
	earlier := controlledBy("old", "checkout", true)
	if ownedBy(earlier, owner) {
		t.Error("the map owns what an earlier map of its name controls")
	}
	if !newForeignError(earlier, owner).Earlier {
		t.Error("what an earlier map of its name controls is not told apart")
	}
	if ownedBy(controlledBy("new", "checkout", false), owner) || ownedBy(&rbacv1.Role{}, owner) {
		t.Error("the map owns what it does not control")
	}
}
