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

package escalation

import (
	"maps"
	"testing"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// forgedLabels are those of the outputs of a map.
func forgedLabels(m client.Object, role string) map[string]string {
	labels := map[string]string{
		names.LabelManagedBy: names.ManagedBy, names.LabelMap: m.GetName(), names.LabelMapNamespace: m.GetNamespace(),
	}
	if role != "" {
		labels[names.LabelRole] = role
	}
	return labels
}

// forgedUID is the annotation that links an output in another namespace to its map.
func forgedUID(uid string) map[string]string { return map[string]string{names.AnnotationMapUID: uid} }

// targetBinding is the name of the RoleBinding of a map's customers in its target namespaces.
func targetBinding(m client.Object) string {
	return "stakeholders:target:" + m.GetNamespace() + ":" + m.GetName() + ":customer"
}

// ownReference is the owner reference that outputs in the map's namespace have.
func ownReference(m client.Object) []metav1.OwnerReference {
	return []metav1.OwnerReference{{
		APIVersion: "stakeholders.dev/v1alpha1", Kind: "StakeholderMap", Name: m.GetName(), UID: m.GetUID(),
		Controller: new(true), BlockOwnerDeletion: new(true),
	}}
}

// forgedBinding gives mallory all rights of a namespace admin, and claims to be an output. Only a namespace admin can
// create it.
func forgedBinding(m client.Object, namespace, name, uid string) *rbacv1.RoleBinding {
	return &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name, Labels: forgedLabels(m, "customer"), Annotations: forgedUID(uid)},
		RoleRef:    clusterRole(adminRole), Subjects: people("mallory"),
	}
}

// wantUntouched fails if an object was changed or deleted.
func wantUntouched(t *testing.T, object client.Object) {
	t.Helper()
	before := object.GetResourceVersion()
	if err := env.Admin.Get(t.Context(), client.ObjectKeyFromObject(object), object); err != nil {
		t.Errorf("an object that is not the map's was deleted: %v", err)
	} else if object.GetResourceVersion() != before {
		t.Errorf("%s/%s is not the map's and was changed", object.GetNamespace(), object.GetName())
	}
}

// Guard: Kubernetes does not let users give rights that they do not have, and no user can use the operator's own right
// to do so. A namespace admin of a target cannot bind the customers' ClusterRole there, nor change our RoleBinding.
func TestOwnerOfTargetCannotGrant(t *testing.T) {
	t.Parallel()
	home := env.NewNamespace(t)
	target := env.NewTarget(t, home, "product", "owner-"+home)
	m := suite.Selecting(home, "checkout", "owner-"+home)
	env.Create(t, m)
	env.WaitHolders(t, m, target, suite.Everybody()...)
	mallory := tenant(t, target, adminRole)
	customers := suite.Get(t, env, target, targetBinding(m), &rbacv1.RoleBinding{})

	another := &rbacv1.RoleBinding{ObjectMeta: metav1.ObjectMeta{Namespace: target, Name: "mine"}, RoleRef: customers.RoleRef, Subjects: people("mallory")}
	wantForbidden(t, "binding the customers' ClusterRole", mallory.Create(t.Context(), another))
	// It makes no difference that it looks like an output, which the operator could copy or change.
	another.Labels, another.Annotations, another.OwnerReferences = customers.Labels, customers.Annotations, customers.OwnerReferences
	wantForbidden(t, "binding it in a forged output", mallory.Create(t.Context(), another))
	for what, patch := range map[string]string{
		"joining":                `{"subjects":[{"kind":"User","name":"mallory","apiGroup":"rbac.authorization.k8s.io"}]}`,
		"taking our labels away": `{"metadata":{"labels":null}}`,
		"taking our UID away":    `{"metadata":{"annotations":null}}`,
	} {
		wantForbidden(t, what, mallory.Patch(t.Context(), customers.DeepCopy(), client.RawPatch("application/merge-patch+json", []byte(patch))))
	}
	// They may delete it, and the operator creates it again.
	must(t, mallory.Delete(t.Context(), customers))
	waitAllowed(t, "carla", tool(target), true)
	if allowed(t, "mallory", tool(target)) {
		t.Error("mallory has got the customers' rights")
	}
}

// Guard: an object that has an output's name but not the map's UID is never adopted, changed or deleted (Session.owns,
// and a creation that finds one: Session.create), and everything else is put in force.
func TestForgedWithoutUID(t *testing.T) {
	t.Parallel()
	for name, uid := range map[string]string{"NoUID": "", "AnotherUID": "00000000-0000-4000-8000-000000000000"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			home := env.NewNamespace(t)
			target, sound := env.NewTarget(t, home, "product", home), env.NewTarget(t, home, "product", home)
			m := suite.Selecting(home, "checkout", home)
			owner := tenant(t, target, adminRole)
			binding := forgedBinding(m, target, targetBinding(m), uid)
			table := &corev1.ConfigMap{
				ObjectMeta: metav1.ObjectMeta{Namespace: target, Name: home + ".checkout.routing", Labels: forgedLabels(m, ""), Annotations: forgedUID(uid)},
				Data:       map[string]string{"budget.to.users": "mallory"},
			}
			if uid != "" {
				// An object with another map's UID counts as an earlier map's leftover only if it refers to the
				// ClusterRole that all outputs of this name refer to. This one does not.
				table = nil
			} else {
				binding.Annotations, table.Annotations = nil, nil
				must(t, owner.Create(t.Context(), table))
			}
			must(t, owner.Create(t.Context(), binding))
			env.Create(t, m)
			env.WaitFor(t, m, v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonForeignObject)
			env.WaitHolders(t, m, sound, suite.Everybody()...)
			seen(t, m)
			wantUntouched(t, binding)
			if table != nil {
				wantUntouched(t, table)
			}
			if allowed(t, "mallory", tool(target)) || allowed(t, "carla", tool(target)) || allowed(t, "carla", secrets(target)) {
				t.Error("a RoleBinding that is not ours gives rights")
			}
			waitAllowed(t, "carla", approve(m), true)
			must(t, owner.Delete(t.Context(), binding))
			if table != nil {
				must(t, owner.Delete(t.Context(), table))
			}
			// No event reports that it is gone, so the test triggers a reconcile of this one.
			env.Edit(t, m, func(s *v1alpha1.StakeholderMapSpec) { s.Product.Description = "woken up" })
			env.WaitHolders(t, m, target, suite.Everybody()...)
		})
	}
}

// Guard: an object that has the name of an output and the map's UID counts as the map's, and so it gets the map's
// contents, or is deleted. That does not help an attacker who has forged it: they had every right in it before, and the
// operator binds the right ClusterRole again (putTargetBinding).
func TestForgedWithUID(t *testing.T) {
	home := env.NewNamespace(t)
	target := env.NewTarget(t, home, "product", home)
	bystander := env.NewNamespace(t)
	m := suite.Selecting(home, "checkout", home)
	env.Create(t, m)
	env.WaitHolders(t, m, target, suite.Everybody()...)
	m = env.WaitReady(t, m)

	inTarget, inBystander := tenant(t, target, adminRole), tenant(t, bystander, adminRole)
	swapped := forgedBinding(m, target, targetBinding(m), string(m.UID))
	whileDown(t, func() { swap(t, inTarget, swapped) })
	planted := forgedBinding(m, bystander, targetBinding(m), string(m.UID))
	must(t, inBystander.Create(t.Context(), planted))
	table := &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Namespace: bystander, Name: home + ".checkout.routing", Labels: forgedLabels(m, ""), Annotations: forgedUID(string(m.UID))},
		Data:       map[string]string{"budget.to.users": "mallory"},
	}
	must(t, inBystander.Create(t.Context(), table))
	// Under another name it is not an output, even if it claims to be.
	named := forgedBinding(m, target, "mine", string(m.UID))
	must(t, inTarget.Create(t.Context(), named))
	other := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: target, Name: "mine", Labels: forgedLabels(m, ""), Annotations: forgedUID(string(m.UID))}}
	must(t, inTarget.Create(t.Context(), other))

	env.WaitHolders(t, m, target, suite.Everybody()...)
	waitAllowed(t, "carla", tool(target), true)
	env.WaitGone(t, planted)
	env.WaitGone(t, table)
	seen(t, m)
	wantUntouched(t, named)
	wantUntouched(t, other)
	for _, namespace := range []string{target, bystander} {
		if allowed(t, "mallory", tool(namespace)) || allowed(t, "carla", secrets(namespace)) {
			t.Errorf("in %s a forged output gives rights", namespace)
		}
	}
	env.WaitReady(t, m)
}

// swap replaces an object by another with its name.
func swap(t *testing.T, c client.Client, object client.Object) {
	t.Helper()
	must(t, c.Delete(t.Context(), object))
	must(t, c.Create(t.Context(), object))
}

// Guard: a foreign object that another user's finalizer keeps only blocks the one RoleBinding with its name. Only its
// author may empty a RoleBinding to ClusterRole admin, and the operator does not wait for that (Session.remove).
func TestForgedAndHeld(t *testing.T) {
	home := env.NewNamespace(t)
	target, sound := env.NewTarget(t, home, "product", home), env.NewTarget(t, home, "product", home)
	bystander := env.NewNamespace(t)
	m := suite.Selecting(home, "checkout", home)
	env.Create(t, m)
	env.WaitHolders(t, m, target, suite.Everybody()...)
	m = env.WaitReady(t, m)
	inTarget, inBystander := tenant(t, target, adminRole), tenant(t, bystander, adminRole)
	inHome := tenant(t, home, adminRole)

	planted := forgedBinding(m, bystander, targetBinding(m), string(m.UID))
	planted.Finalizers = []string{"example.com/hold"}
	must(t, inBystander.Create(t.Context(), planted))
	orphan := forgedBinding(m, bystander, "stakeholders:target:"+home+":checkout:end-user", "00000000-0000-4000-8000-000000000000")
	orphan.Finalizers = planted.Finalizers
	must(t, inBystander.Create(t.Context(), orphan))
	seen(t, m)
	env.Edit(t, m, func(s *v1alpha1.StakeholderMapSpec) { s.Product.Description = "edited" })
	env.WaitReady(t, m)
	wantUntouched(t, orphan)

	swapped := forgedBinding(m, target, targetBinding(m), string(m.UID))
	swapped.Finalizers = planted.Finalizers
	own := forgedBinding(m, home, "stakeholders:checkout:customer", "")
	own.OwnerReferences, own.Finalizers = ownReference(m), planted.Finalizers
	whileDown(t, func() {
		swap(t, inTarget, swapped)
		swap(t, inHome, own)
	})
	env.WaitFor(t, m, v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonForeignObject)
	waitAllowed(t, "carla", approve(m), false)
	env.Edit(t, m, func(s *v1alpha1.StakeholderMapSpec) { s.EndUsers[0].Subjects = suite.Users("ellen") })
	env.WaitFor(t, m, v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonForeignObject)
	env.WaitHolders(t, m, sound, "customer carla", "end-user ellen", "product-owner paul")
	if allowed(t, "carla", secrets(target)) || allowed(t, "carla", secrets(home)) {
		t.Error("a forged output gives carla rights")
	}
	// It does not block the deletion of the map either.
	env.Delete(t, m)
	env.WaitGone(t, m)
	env.WaitHolders(t, m, sound)
}

// Guard: in the map's namespace an output is recognized by its name and its owner (Session.owns, ownedGrants). A forged
// owner does not make an object with another name an output, and a forged annotation does not make any object an
// output.
func TestForgedInMapsNamespace(t *testing.T) {
	t.Parallel()
	home := env.NewNamespace(t)
	mallory := tenant(t, home, adminRole)
	m := suite.NewMap(home, "checkout")
	env.Create(t, m)
	m = env.WaitReady(t, m)
	owned := forgedBinding(m, home, "mine", string(m.UID))
	owned.OwnerReferences = ownReference(m)
	must(t, mallory.Create(t.Context(), owned))
	annotated := forgedBinding(m, home, "mine-too", string(m.UID))
	must(t, mallory.Create(t.Context(), annotated))
	role := &rbacv1.Role{
		ObjectMeta: metav1.ObjectMeta{Namespace: home, Name: "mine", Labels: forgedLabels(m, "customer"), OwnerReferences: ownReference(m)},
		Rules:      []rbacv1.PolicyRule{{Verbs: []string{"get"}, APIGroups: []string{""}, Resources: []string{"secrets"}}},
	}
	must(t, mallory.Create(t.Context(), role))
	before := suite.Get(t, env, home, "checkout-routing", &corev1.ConfigMap{}).Data
	seen(t, m)
	seen(t, m)
	wantUntouched(t, owned)
	wantUntouched(t, annotated)
	wantUntouched(t, role)
	env.WaitReady(t, m)
	if after := suite.Get(t, env, home, "checkout-routing", &corev1.ConfigMap{}).Data; !maps.Equal(before, after) {
		t.Errorf("the table has changed: %v", after)
	}
	if allowed(t, "mallory", approve(m)) {
		t.Error("mallory may approve")
	}
	// A namespace admin cannot change the map's own grants either.
	binding := suite.Get(t, env, home, "stakeholders:checkout:customer", &rbacv1.RoleBinding{})
	wantForbidden(t, "joining the customers", mallory.Patch(t.Context(), binding,
		client.RawPatch("application/merge-patch+json", []byte(`{"subjects":[{"kind":"User","name":"mallory","apiGroup":"rbac.authorization.k8s.io"}]}`))))
	customers := suite.Get(t, env, home, "stakeholders:checkout:customer", &rbacv1.Role{})
	wantForbidden(t, "widening the customers' Role", mallory.Patch(t.Context(), customers,
		client.RawPatch("application/merge-patch+json", []byte(`{"rules":[{"apiGroups":["stakeholders.dev"],"resources":["*"],"verbs":["approve"]}]}`))))
}
