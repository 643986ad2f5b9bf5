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
	"slices"
	"strings"
	"testing"
	"time"

	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// wantUnmanaged wants the admission policies to refuse an attempt that RBAC would allow.
func wantUnmanaged(t *testing.T, what string, err error) {
	t.Helper()
	if !apierrors.IsForbidden(err) || !strings.Contains(err.Error(), "UnmanagedGrant: ") {
		t.Errorf("%s gives %v, want the refusal of an admission policy", what, err)
	}
}

// handOn tries everything by which a customer with admin in a map's namespace and in its target could keep their
// rights, or give them to a friend.
func handOn(t *testing.T, c client.Client, m *v1alpha1.StakeholderMap, target string, check func(t *testing.T, what string, err error)) {
	t.Helper()
	approveBudget := rbacv1.PolicyRule{Verbs: []string{"approve"}, APIGroups: []string{"stakeholders.dev"}, Resources: []string{"stakeholdermaps/budget"}, ResourceNames: []string{m.Name}}
	named := func(namespace, name string) metav1.ObjectMeta {
		return metav1.ObjectMeta{Namespace: namespace, Name: name}
	}
	outputRole := rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: "stakeholders:" + m.Name + ":customer"}
	for what, object := range map[string]client.Object{
		"binding the customers' ClusterRole": &rbacv1.RoleBinding{ObjectMeta: named(target, "mine"), RoleRef: clusterRole("stakeholders-customer"), Subjects: people("iris", "friend")},
		"binding it as an output": &rbacv1.RoleBinding{
			ObjectMeta: metav1.ObjectMeta{Namespace: target, Name: targetBinding(m) + "s", Labels: forgedLabels(m, "customer"), Annotations: forgedUID(string(m.UID))},
			RoleRef:    clusterRole("stakeholders-customer"), Subjects: people("iris", "friend"),
		},
		"binding the map's Role":  &rbacv1.RoleBinding{ObjectMeta: named(m.Namespace, "mine"), RoleRef: outputRole, Subjects: people("iris", "friend")},
		"making a Role of theirs": &rbacv1.Role{ObjectMeta: named(m.Namespace, "mine"), Rules: []rbacv1.PolicyRule{approveBudget}},
	} {
		check(t, what, c.Create(t.Context(), object))
	}
	friend := client.RawPatch("application/merge-patch+json", []byte(`{"subjects":[{"kind":"User","name":"friend","apiGroup":"rbac.authorization.k8s.io"}]}`))
	check(t, "giving the RoleBinding in the target to a friend", c.Patch(t.Context(), customersIn(target, targetBinding(m)), friend))
	check(t, "giving the map's RoleBinding to a friend", c.Patch(t.Context(), customersIn(m.Namespace, outputRole.Name), friend))
	disowned := client.RawPatch("application/merge-patch+json", []byte(`{"metadata":{"annotations":null}}`))
	check(t, "taking the RoleBinding from the map", c.Patch(t.Context(), customersIn(target, targetBinding(m)), disowned))
}

// Guard: the admission policies grant-bindings and grant-roles. A customer who may write Roles and RoleBindings holds
// the rights that they would pass on, so RBAC allows it, and what they wrote would outlive their window. With the
// policies, they can pass on nothing while it is open, and no right is left when it has closed.
func TestCustomerCannotHandOn(t *testing.T) {
	t.Parallel()
	home := env.NewNamespace(t)
	target := env.NewTarget(t, home, "product", home)
	m := suite.Selecting(home, "checkout", home)
	iris := v1alpha1.Customer{Party: v1alpha1.Party{Name: "iris", Subjects: suite.Users("iris")}}
	m.Spec.Customers = append(m.Spec.Customers, iris)
	env.Create(t, m)
	m = env.WaitReady(t, m)
	for _, namespace := range []string{home, target} {
		env.Create(t, &rbacv1.RoleBinding{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "admins"}, RoleRef: clusterRole(adminRole), Subjects: people("iris")})
	}
	waitAllowed(t, "iris", approve(m), true)
	waitAllowed(t, "iris", tool(target), true)
	waitAllowed(t, "iris", secrets(target), true)
	waitAllowed(t, "iris", secrets(home), true)
	c := as(t, "iris")
	handOn(t, c, m, target, wantUnmanaged)

	// The window closes.
	env.Edit(t, m, func(s *v1alpha1.StakeholderMapSpec) {
		s.Customers[1].ValidUntil = new(metav1.NewTime(time.Now().Add(time.Second).Truncate(time.Second)))
	})
	waitAllowed(t, "iris", approve(m), false)
	waitAllowed(t, "iris", tool(target), false)
	handOn(t, c, m, target, wantForbidden)
	for _, user := range []string{"iris", "friend"} {
		if allowed(t, user, approve(m)) || allowed(t, user, tool(target)) {
			t.Errorf("%s has what the map no longer gives", user)
		}
	}
	env.WaitHolders(t, m, target, suite.Everybody()...)
}

// Guard: the operator finds remaining grants by watches (package unmanaged): those from before the admission policies,
// and those of users who may write them. The map in question reports them and stays ready. It stops reporting them when
// they are gone, also after a restart.
func TestUnmanagedGrantIsReported(t *testing.T) {
	home := env.NewNamespace(t)
	target := env.NewTarget(t, home, "product", home)
	m, other := suite.Selecting(home, "checkout", home), suite.NewMap(env.NewNamespace(t), "other")
	env.Create(t, m)
	env.Create(t, other)
	env.WaitReady(t, m)
	env.WaitReady(t, other)
	found := func(m *v1alpha1.StakeholderMap) []string {
		var names []string
		for _, f := range suite.Get(t, env, m.Namespace, m.Name, &v1alpha1.StakeholderMap{}).Status.Findings {
			if f.Code == v1alpha1.UnmanagedGrant {
				names = append(names, strings.Split(f.Message, `"`)[1])
			}
		}
		return names
	}
	waitFound := func(want ...string) {
		t.Helper()
		controlplane.Eventually(t, suite.Patience, fmt.Sprintf("the map names %q", want), func() error {
			if got := found(m); !slices.Equal(got, want) {
				return fmt.Errorf("it names %q", got)
			}
			return nil
		})
		if got := env.WaitReady(t, m); strings.Contains(meta.FindStatusCondition(got.Status.Conditions, v1alpha1.ConditionAuthorized).Message, "UnmanagedGrant") != (len(want) > 0) {
			t.Errorf("with %q, the conditions are %+v", want, got.Status.Conditions)
		}
		if got := found(other); len(got) > 0 {
			t.Errorf("another map names %q", got)
		}
	}
	bound := &rbacv1.RoleBinding{ObjectMeta: metav1.ObjectMeta{Namespace: target, Name: "friends"}, RoleRef: clusterRole("stakeholders-customer"), Subjects: people("friend")}
	role := &rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Namespace: home, Name: "mine"}, Rules: []rbacv1.PolicyRule{{
		Verbs: []string{"approve"}, APIGroups: []string{"stakeholders.dev"}, Resources: []string{"stakeholdermaps/budget"}, ResourceNames: []string{m.Name},
	}}}
	everywhere := &rbacv1.ClusterRoleBinding{ObjectMeta: metav1.ObjectMeta{GenerateName: "friends-"}, RoleRef: clusterRole("stakeholders-customer"), Subjects: people("friend")}
	for _, object := range []client.Object{bound, role, everywhere} {
		env.Create(t, object)
	}
	// Ordered by namespaces, whose names are random.
	want := []string{"friends", "mine"}
	if home < target {
		want = []string{"mine", "friends"}
	}
	waitFound(want...)
	controlplane.Eventually(t, suite.Patience, "metrics count them", func() error {
		got, err := operator.Metrics(t.Context())
		// Other tests of this package leave some.
		if err == nil && got["stakeholders_unmanaged_grants"] < 3 {
			err = fmt.Errorf("they count %v", got["stakeholders_unmanaged_grants"])
		}
		return err
	})
	must(t, operator.Stop())
	env.Delete(t, bound)
	must(t, startOperator(t.Context()))
	waitFound("mine")
	// A Role that no longer gives a right of ours is not reported.
	merge(t, env.Admin, role, `{"rules":[{"apiGroups":[""],"resources":["pods"],"verbs":["get"]}]}`)
	waitFound()
	env.Delete(t, everywhere)
}
