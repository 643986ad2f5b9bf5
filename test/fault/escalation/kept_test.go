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
	"strings"
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	rbacv1ac "k8s.io/client-go/applyconfigurations/rbac/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

const hold = `{"metadata":{"finalizers":["example.com/hold"]}}`

// held puts a finalizer on an output, as a namespace admin may: Kubernetes lets them change the finalizers and the
// owners of a RoleBinding, even of one that they could not create.
func held(t *testing.T, namespaceAdmin client.Client, object client.Object) {
	t.Helper()
	must(t, env.Admin.Get(t.Context(), client.ObjectKeyFromObject(object), object))
	merge(t, namespaceAdmin, object, hold)
}

func customersIn(namespace, name string) *rbacv1.RoleBinding {
	return &rbacv1.RoleBinding{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
}

// withAuditor is a map with a customer who has a separate grant, so revoking it removes a whole RoleBinding.
func withAuditor(m *v1alpha1.StakeholderMap) *v1alpha1.StakeholderMap {
	m.Spec.Customers = append(m.Spec.Customers, v1alpha1.Customer{Party: v1alpha1.Party{Name: "auditor", Subjects: suite.Users("ines"), Topics: []string{"budget"}}})
	return m
}

// Guard: a RoleBinding that another user's finalizer would keep is emptied before it is deleted (Session.remove). So a
// right is lost at once, in the map's namespace and in a target, by an edit and by the deletion of the map.
func TestFinalizerKeepsNoRight(t *testing.T) {
	t.Parallel()
	home := env.NewNamespace(t)
	target := env.NewTarget(t, home, "product", home)
	m := withAuditor(suite.Selecting(home, "checkout", home))
	env.Create(t, m)
	env.WaitReady(t, m)
	inHome, inTarget := tenant(t, home, adminRole), tenant(t, target, adminRole)

	waitAllowed(t, "ines", approve(m), true)
	held(t, inHome, customersIn(home, "stakeholders:checkout:customer:auditor"))
	env.Edit(t, m, func(s *v1alpha1.StakeholderMapSpec) { s.Customers = s.Customers[:1] })
	waitAllowed(t, "ines", approve(m), false)

	waitAllowed(t, "carla", tool(target), true)
	held(t, inTarget, customersIn(target, targetBinding(m)))
	held(t, inTarget, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: target, Name: home + ".checkout.routing"}})
	env.Consent(t, target, nil)
	waitAllowed(t, "carla", tool(target), false)

	// When the namespace consents again, everything waits for the user who holds the old objects, and no right is kept.
	second := env.NewTarget(t, home, "product", home)
	env.WaitHolders(t, m, second, suite.Everybody()...)
	held(t, tenant(t, second, adminRole), customersIn(second, targetBinding(m)))
	held(t, inHome, customersIn(home, "stakeholders:checkout:customer"))
	waitAllowed(t, "carla", tool(second), true)
	waitAllowed(t, "carla", approve(m), true)
	env.Delete(t, m)
	waitAllowed(t, "carla", tool(second), false)
	waitAllowed(t, "carla", approve(m), false)
	// A finalizer in another user's namespace does not keep the map either.
	env.WaitGone(t, m)
}

// Guard: emptying does not depend on field owners (clearExactly). A user who may edit a RoleBinding may apply exactly
// its subjects, and so own them, too; server-side apply would then leave them there.
func TestCoOwnerKeepsNoRight(t *testing.T) {
	t.Parallel()
	home := env.NewNamespace(t)
	target := env.NewTarget(t, home, "product", home)
	m := withAuditor(suite.Selecting(home, "checkout", home))
	env.Create(t, m)
	env.WaitHolders(t, m, target, "customer carla", "customer ines", "end-user eve", "product-owner paul")
	env.WaitReady(t, m)
	inHome, inTarget := tenant(t, home, adminRole), tenant(t, target, adminRole)
	coOwn := func(c client.Client, namespace, name string) {
		held(t, c, customersIn(namespace, name))
		have := suite.Get(t, env, namespace, name, &rbacv1.RoleBinding{})
		config := rbacv1ac.RoleBinding(name, namespace).WithRoleRef(rbacv1ac.RoleRef().
			WithAPIGroup(have.RoleRef.APIGroup).WithKind(have.RoleRef.Kind).WithName(have.RoleRef.Name))
		for _, s := range have.Subjects {
			config.WithSubjects(rbacv1ac.Subject().WithAPIGroup(s.APIGroup).WithKind(s.Kind).WithName(s.Name))
		}
		must(t, c.Apply(t.Context(), config, client.FieldOwner("mallory")))
	}
	coOwn(inHome, home, "stakeholders:checkout:customer:auditor")
	coOwn(inTarget, target, targetBinding(m))
	waitAllowed(t, "ines", approve(m), true)
	waitAllowed(t, "ines", tool(target), true)
	env.Edit(t, m, func(s *v1alpha1.StakeholderMapSpec) { s.Customers = s.Customers[:1] })
	waitAllowed(t, "ines", approve(m), false)
	waitAllowed(t, "ines", tool(target), false)
	// The subjects were written again, so she has to apply them once more.
	coOwn(inTarget, target, targetBinding(m))
	waitAllowed(t, "carla", tool(target), true)
	env.Consent(t, target, nil)
	waitAllowed(t, "carla", tool(target), false)
}

// Guard: a map without targets needs no finalizer, and is gone before anything is revoked. What the garbage collector
// cannot remove then, because of another user's finalizer, is emptied as a leftover (RemoveOrphans).
func TestFinalizerOutlivesMap(t *testing.T) {
	t.Parallel()
	home := env.NewNamespace(t)
	m := suite.NewMap(home, "checkout")
	env.Create(t, m)
	env.WaitReady(t, m)
	mallory := tenant(t, home, adminRole)
	held(t, mallory, customersIn(home, "stakeholders:checkout:customer"))
	held(t, mallory, &rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Namespace: home, Name: "stakeholders:checkout:customer"}})
	waitAllowed(t, "carla", approve(m), true)
	env.Delete(t, m)
	env.WaitGone(t, m)
	waitAllowed(t, "carla", approve(m), false)
}

// Guard: outputs in target namespaces are found by their names, and belong to the map by its UID, even if they have
// another owner (apply.IndexByMap): a namespace admin may change owners.
func TestAnotherOwnerKeepsNoRight(t *testing.T) {
	t.Parallel()
	for name, remove := range map[string]func(*testing.T, *v1alpha1.StakeholderMap, string){
		"Consent": func(t *testing.T, _ *v1alpha1.StakeholderMap, target string) { t.Helper(); env.Consent(t, target, nil) },
		"Edit": func(t *testing.T, m *v1alpha1.StakeholderMap, _ string) {
			t.Helper()
			env.Edit(t, m, func(s *v1alpha1.StakeholderMapSpec) { s.TargetNamespaces = v1alpha1.TargetNamespaces{} })
		},
		"Deletion": func(t *testing.T, m *v1alpha1.StakeholderMap, _ string) { t.Helper(); env.Delete(t, m) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			home := env.NewNamespace(t)
			target := env.NewTarget(t, home, "product", home)
			m := suite.Selecting(home, "checkout", home)
			env.Create(t, m)
			env.WaitHolders(t, m, target, suite.Everybody()...)
			mallory := tenant(t, target, adminRole)
			mine := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: target, Name: "mine"}}
			must(t, mallory.Create(t.Context(), mine))
			owner := `{"metadata":{"ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"mine","uid":"` + string(mine.UID) + `","controller":true}]}}`
			for _, role := range []string{"customer", "end-user", "product-owner"} {
				merge(t, mallory, customersIn(target, "stakeholders:target:"+home+":checkout:"+role), owner)
			}
			merge(t, mallory, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: target, Name: home + ".checkout.routing"}}, owner)
			seen(t, m)
			waitAllowed(t, "carla", tool(target), true)
			remove(t, m, target)
			waitAllowed(t, "carla", tool(target), false)
			env.WaitHolders(t, m, target)
		})
	}
}

// Guard: in the map's namespace an output is also recognized by its UID, and not only by its owner. A namespace admin
// may remove or replace the owner without any right to grant (Session.owns).
func TestStrippedOwnerKeepsNoRight(t *testing.T) {
	for name, owners := range map[string]string{"None": `null`, "Another": `[{"apiVersion":"v1","kind":"ConfigMap","name":"mine","uid":"UID","controller":true}]`} {
		t.Run(name, func(t *testing.T) {
			home := env.NewNamespace(t)
			m := withAuditor(suite.NewMap(home, "checkout"))
			env.Create(t, m)
			env.WaitReady(t, m)
			mallory := tenant(t, home, adminRole)
			mine := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: home, Name: "mine"}}
			must(t, mallory.Create(t.Context(), mine))
			patch := `{"metadata":{"ownerReferences":` + strings.ReplaceAll(owners, "UID", string(mine.UID)) + `}}`
			// They are quicker than the operator, because it does not run.
			must(t, operator.Stop())
			for _, grant := range []string{"stakeholders:checkout:customer", "stakeholders:checkout:customer:auditor"} {
				merge(t, mallory, customersIn(home, grant), patch)
				merge(t, mallory, &rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Namespace: home, Name: grant}}, patch)
			}
			waitAllowed(t, "ines", approve(m), true)
			env.Edit(t, m, func(s *v1alpha1.StakeholderMapSpec) {
				s.Customers = s.Customers[:1]
				s.Customers[0].Subjects = suite.Users("chris")
			})
			must(t, startOperator(t.Context()))
			env.WaitReady(t, m)
			waitAllowed(t, "ines", approve(m), false)
			waitAllowed(t, "carla", approve(m), false)
			waitAllowed(t, "chris", approve(m), true)
		})
	}
}

// Guard: a RoleBinding that has lost our labels leaves the cache, which is an event, and gets them back
// (Applier.Vanished), so that it is found when the right is revoked. Changing labels requires the right to bind.
func TestStrippedLabelsKeepNoRight(t *testing.T) {
	t.Parallel()
	home := env.NewNamespace(t)
	target := env.NewTarget(t, home, "product", home)
	m := suite.Selecting(home, "checkout", home)
	env.Create(t, m)
	env.WaitHolders(t, m, target, suite.Everybody()...)
	binder := &rbacv1.ClusterRole{
		ObjectMeta: metav1.ObjectMeta{GenerateName: "binder-"},
		Rules:      []rbacv1.PolicyRule{{Verbs: []string{"bind"}, APIGroups: []string{rbacv1.GroupName}, Resources: []string{"clusterroles"}, ResourceNames: []string{"stakeholders-customer"}}},
	}
	env.Create(t, binder)
	mallory := tenant(t, target, adminRole)
	env.Create(t, &rbacv1.RoleBinding{ObjectMeta: metav1.ObjectMeta{Namespace: target, Name: "binder"}, RoleRef: clusterRole(binder.Name), Subjects: people("tenant-of-" + target)})
	waitAllowed(t, "tenant-of-"+target, authorizationv1.ResourceAttributes{Verb: "bind", Group: rbacv1.GroupName, Resource: "clusterroles", Name: "stakeholders-customer", Namespace: target}, true)
	merge(t, mallory, customersIn(target, targetBinding(m)), `{"metadata":{"labels":null}}`)
	env.WaitHolders(t, m, target, suite.Everybody()...)
	env.Consent(t, target, nil)
	waitAllowed(t, "carla", tool(target), false)

	// Without the UID it no longer belongs to the map: the operator does not change it and reports it, and the right
	// stays. A user who can do that can give the right anyway.
	env.Consent(t, target, &home)
	env.WaitHolders(t, m, target, suite.Everybody()...)
	merge(t, mallory, customersIn(target, targetBinding(m)), `{"metadata":{"annotations":null}}`)
	env.WaitFor(t, m, v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonForeignObject)
	env.Delete(t, m)
	env.WaitGone(t, m)
	waitAllowed(t, "carla", tool(target), true)
	must(t, mallory.Delete(t.Context(), customersIn(target, targetBinding(m))))
}

// Guard: the outputs of a map in other namespaces are removed even if a user has removed its finalizer
// (Applier.RemoveOrphans), while the operator runs and while it does not.
func TestFinalizerTakenAway(t *testing.T) {
	for name, down := range map[string]bool{"Running": false, "Down": true} {
		t.Run(name, func(t *testing.T) {
			home := env.NewNamespace(t)
			target := env.NewTarget(t, home, "product", home)
			m := suite.Selecting(home, "checkout", home)
			author := tenant(t, home, editorRole)
			must(t, author.Create(t.Context(), m))
			env.WaitHolders(t, m, target, suite.Everybody()...)
			env.WaitReady(t, m)
			waitAllowed(t, "carla", tool(target), true)
			if down {
				must(t, operator.Stop())
			}
			// The operator would put its finalizer back, so while it runs the author deletes the map first.
			background := metav1.DeletePropagationBackground
			if down {
				merge(t, author, m, `{"metadata":{"finalizers":null}}`)
			}
			must(t, author.Delete(t.Context(), m, &client.DeleteOptions{PropagationPolicy: &background}))
			if !down {
				err := author.Patch(t.Context(), m, client.RawPatch("application/merge-patch+json", []byte(`{"metadata":{"finalizers":null}}`)))
				must(t, client.IgnoreNotFound(err))
			}
			env.WaitGone(t, m)
			if down {
				if !allowed(t, "carla", tool(target)) {
					t.Error("no operator runs that could revoke the right, but it is gone")
				}
				must(t, startOperator(t.Context()))
			}
			waitAllowed(t, "carla", tool(target), false)
			env.WaitHolders(t, m, target)
		})
	}
}
