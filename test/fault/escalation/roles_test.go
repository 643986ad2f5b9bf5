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
	"fmt"
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// Guard: our RoleBindings give only the rights in our Roles, and the operator repairs those at once (completeGrant,
// grantObjects.setRole). An admin of the map's namespace can put their own rights into the Role under our RoleBinding,
// and replace our RoleBinding by another; the operator reverts both. No admission policy stops users from joining a
// RoleBinding here.
func TestSwappedUnderUs(t *testing.T) {
	home := env.NewNamespace(t, unguarded, "true")
	m := suite.NewMap(home, "checkout")
	env.Create(t, m)
	m = env.WaitReady(t, m)
	mallory := tenant(t, home, adminRole)
	const grant = "stakeholders:checkout:customer"
	role := &rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Namespace: home, Name: grant}}
	const rules = `{"rules":[{"apiGroups":[""],"resources":["secrets"],"verbs":["get"]}]}`
	wantOurs := func() {
		t.Helper()
		waitAllowed(t, "carla", approve(m), true)
		waitAllowed(t, "carla", secrets(home), false)
		env.WaitReady(t, m)
		if b := suite.Get(t, env, home, grant, &rbacv1.RoleBinding{}); b.RoleRef.Kind != "Role" || len(b.Subjects) != 1 || b.Subjects[0].Name != "carla" {
			t.Errorf("RoleBinding: %v %v", b.RoleRef, b.Subjects)
		}
	}
	merge(t, mallory, role.DeepCopy(), rules)
	wantOurs()
	// She has every right in the Role now, so she may write RoleBindings to it. The operator does not have them, and
	// may not do so until it has written the Role.
	whileDown(t, func() {
		merge(t, mallory, role.DeepCopy(), rules)
		merge(t, mallory, customersIn(home, grant), `{"metadata":{"labels":null,"ownerReferences":null},
			"subjects":[{"kind":"User","name":"mallory","apiGroup":"rbac.authorization.k8s.io"},{"kind":"User","name":"carla","apiGroup":"rbac.authorization.k8s.io"}]}`)
		waitAllowed(t, "carla", secrets(home), true)
	})
	wantOurs()
	whileDown(t, func() {
		swapped := forgedBinding(m, home, grant, string(m.UID))
		swapped.OwnerReferences = ownReference(m)
		swap(t, mallory, swapped)
		waitAllowed(t, "mallory", secrets(home), true)
	})
	wantOurs()
	waitAllowed(t, "mallory", secrets(home), false)
}

// Guard: the controller manager aggregates the customers' ClusterRole. It removes a rule that an administrator writes
// into it directly, and a namespace admin can neither write nor label a ClusterRole.
func TestClusterRolesAreNotATenants(t *testing.T) {
	t.Parallel()
	home := env.NewNamespace(t)
	target := env.NewTarget(t, home, "product", home)
	m := suite.Selecting(home, "checkout", home)
	env.Create(t, m)
	env.WaitHolders(t, m, target, suite.Everybody()...)
	mallory := tenant(t, target, adminRole)
	label := `{"metadata":{"labels":{"stakeholders.dev/aggregate-to-customer":"true"}}}`
	for _, name := range []string{adminRole, "cluster-admin", "view"} {
		wantForbidden(t, "labelling "+name, mallory.Patch(t.Context(), &rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: name}}, client.RawPatch("application/merge-patch+json", []byte(label))))
	}
	wantForbidden(t, "making a ClusterRole", mallory.Create(t.Context(), &rbacv1.ClusterRole{
		ObjectMeta: metav1.ObjectMeta{Name: "mine", Labels: map[string]string{"stakeholders.dev/aggregate-to-customer": "true"}},
	}))
	// A Role with the label and the name has no effect.
	must(t, mallory.Create(t.Context(), &rbacv1.Role{
		ObjectMeta: metav1.ObjectMeta{Namespace: target, Name: "stakeholders-customer", Labels: map[string]string{"stakeholders.dev/aggregate-to-customer": "true"}},
		Rules:      []rbacv1.PolicyRule{{Verbs: []string{"get"}, APIGroups: []string{""}, Resources: []string{"secrets"}}},
	}))
	// As kubectl edit does.
	customers := suite.Get(t, env, "", "stakeholders-customer", &rbacv1.ClusterRole{})
	before := len(customers.Rules)
	customers.Rules = append(customers.Rules, rbacv1.PolicyRule{Verbs: []string{"get"}, APIGroups: []string{""}, Resources: []string{"secrets"}})
	must(t, env.Admin.Update(t.Context(), customers))
	controlplane.Eventually(t, suite.Patience, "the rule is taken out again", func() error {
		if now := suite.Get(t, env, "", "stakeholders-customer", &rbacv1.ClusterRole{}).Rules; len(now) != before {
			return fmt.Errorf("there are %v", now)
		}
		return nil
	})
	waitAllowed(t, "carla", secrets(target), false)
}

// Guard: the shipped ClusterRole. An attacker who takes over the operator, or tricks it, cannot use it to bind any
// other ClusterRole, gain any right that Kubernetes knows, or write a Role with one.
func TestOperatorCannotBindAnythingElse(t *testing.T) {
	t.Parallel()
	namespace := env.NewNamespace(t)
	operator := as(t, suite.OperatorUser)
	var all rbacv1.ClusterRoleList
	must(t, env.Admin.List(t.Context(), &all))
	ours := map[string]bool{"stakeholders-customer": true, "stakeholders-end-user": true, "stakeholders-product-owner": true}
	for i := range all.Items {
		name := all.Items[i].Name
		bind := authorizationv1.ResourceAttributes{Verb: "bind", Group: rbacv1.GroupName, Resource: "clusterroles", Name: name, Namespace: namespace}
		if got := allowed(t, suite.OperatorUser, bind); got != ours[name] {
			t.Errorf("it may bind %s: %t", name, got)
		}
	}
	for _, name := range []string{"cluster-admin", "admin", "edit", "view", "system:node", "tool-customer"} {
		wantForbidden(t, "binding "+name, operator.Create(t.Context(), &rbacv1.RoleBinding{
			ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}, RoleRef: clusterRole(name), Subjects: people("mallory"),
		}))
	}
	wantForbidden(t, "binding in the whole cluster", operator.Create(t.Context(), &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: "mine"}, RoleRef: clusterRole("stakeholders-customer"), Subjects: people("mallory"),
	}))
	for _, resource := range []string{"secrets", "pods", "serviceaccounts"} {
		wantForbidden(t, "a Role for "+resource, operator.Create(t.Context(), &rbacv1.Role{
			ObjectMeta: metav1.ObjectMeta{Namespace: namespace, GenerateName: "mine-"},
			Rules:      []rbacv1.PolicyRule{{Verbs: []string{"get"}, APIGroups: []string{""}, Resources: []string{resource}}},
		}))
	}
	wantForbidden(t, "accepting maps on behalf of a namespace", operator.Patch(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}},
		client.RawPatch("application/merge-patch+json", []byte(`{"metadata":{"annotations":{"stakeholders.dev/accept-maps-from":"*"}}}`))))
}

// Guard: the operator deletes an object as a leftover only if it has exactly the name of an output, refers to the same
// role as an output, and names another UID than the live map's (Applier.RemoveOrphans). It does not touch an object
// under any other name that claims to be an earlier map's, nor another map's outputs.
func TestForgedLeftovers(t *testing.T) {
	t.Parallel()
	home := env.NewNamespace(t)
	target := env.NewTarget(t, home, "product", home)
	m := suite.Selecting(home, "checkout", home)
	env.Create(t, m)
	env.WaitHolders(t, m, target, suite.Everybody()...)
	env.WaitReady(t, m)
	victim := env.NewNamespace(t)
	owner := tenant(t, victim, adminRole)
	const earlier = "00000000-0000-4000-8000-000000000000"
	config := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: victim, Name: "settings"}, Data: map[string]string{"a": "b"}}
	must(t, owner.Create(t.Context(), config))
	binding := forgedBinding(m, victim, "team", "")
	binding.Labels, binding.Annotations = nil, nil
	must(t, owner.Create(t.Context(), binding))
	// A user gives them the metadata of a leftover.
	metadata := fmt.Sprintf(`{"metadata":{"labels":{"app.kubernetes.io/managed-by":"stakeholder-operator","stakeholders.dev/map":"checkout","stakeholders.dev/map-namespace":%q},"annotations":{"stakeholders.dev/map-uid":%q}}}`, home, earlier)
	merge(t, owner, config, metadata)
	merge(t, owner, binding, metadata)
	// Labels do not make outputs of m another map's leftovers.
	customers := customersIn(target, targetBinding(m))
	merge(t, env.Admin, customers, `{"metadata":{"labels":{"stakeholders.dev/map":"other"}}}`)
	leftover := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{
		Namespace: victim, Name: home + ".checkout.routing", Labels: forgedLabels(m, ""), Annotations: forgedUID(earlier),
	}}
	must(t, owner.Create(t.Context(), leftover))
	env.WaitGone(t, leftover)
	env.WaitHolders(t, m, target, suite.Everybody()...)
	seen(t, m)
	wantUntouched(t, config)
	wantUntouched(t, binding)
	if now := suite.Get(t, env, target, targetBinding(m), &rbacv1.RoleBinding{}); now.UID != customers.UID {
		t.Error("a RoleBinding of the map's was deleted")
	}
}
