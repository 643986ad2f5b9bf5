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

package rights

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// bindEverywhere gives users a ClusterRole in the whole cluster, until the test ends.
func bindEverywhere(t *testing.T, clusterRole string, names ...string) {
	t.Helper()
	binding := &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{GenerateName: "rights-"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: clusterRole}, Subjects: users(names...),
	}
	create(t, binding)
	t.Cleanup(func() {
		if err := admin.Delete(context.WithoutCancel(t.Context()), binding); err != nil {
			t.Error(err)
		}
	})
}

// Users with an explicit rule for it write grants as before: the operator, cluster admins and the tools that they allow
// to deploy, holders of bind, escalate or grant, and users with every right in a namespace.
func TestExplicitRulesWriteGrants(t *testing.T) {
	namespace, _ := stakeholder(t, "wilma")
	writer := newClusterRole(t, clusterRoleWith("", nil, rule(rbacv1.GroupName, "roles,rolebindings,clusterroles,clusterrolebindings", "create,update,patch,get")))
	holder := rule("stakeholders.dev", "*", "approve,act-as")
	roles := map[string]string{
		"binder":  newClusterRole(t, clusterRoleWith("", nil, rule(rbacv1.GroupName, "clusterroles", "bind", allThree...))),
		"granter": newClusterRole(t, clusterRoleWith("", nil, holder, rule("stakeholders.dev", "stakeholdermaps", "grant"))),
		"climber": newClusterRole(t, clusterRoleWith("", nil, rule(rbacv1.GroupName, "roles,clusterroles", "escalate"))),
		"holder":  newClusterRole(t, clusterRoleWith("", nil, holder)),
		"owner":   newClusterRole(t, clusterRoleWith("", nil, anything)),
	}
	for user, role := range roles {
		bind(t, namespace, role, user)
		if user != "owner" {
			bind(t, namespace, writer, user)
		}
		waitHeld(t, user, namespace, []right{"create rbac.authorization.k8s.io/rolebindings"}, true)
	}
	bindEverywhere(t, "cluster-admin", "root")
	waitHeld(t, "root", "", []right{"* */*"}, true)
	waitForBinder(t, "binder", namespace, allThree...)
	waitHeld(t, "granter", namespace, []right{"grant stakeholders.dev/stakeholdermaps", memberships[customerRole]}, true)
	waitHeld(t, "holder", namespace, []right{memberships[customerRole]}, true)
	waitHeld(t, "climber", namespace, []right{"escalate rbac.authorization.k8s.io/roles"}, true)
	masters, err := connect(rest.ImpersonationConfig{UserName: "break-glass", Groups: []string{"system:masters"}})
	if err != nil {
		t.Fatal(err)
	}

	// RBAC comes first: the policies do not matter for a request that lacks the right itself.
	const pass, refuse, byRBAC = "pass", "refuse", "RBAC"
	for user, want := range map[string]struct {
		client                            client.Client
		clusterRole, role, outputsBinding string
	}{
		"operator": {as(t, operatorUser), pass, pass, pass},
		"root":     {as(t, "root"), pass, pass, pass},
		"masters":  {masters, pass, pass, pass},
		"owner":    {as(t, "owner"), pass, pass, pass},
		"granter":  {as(t, "granter"), pass, pass, byRBAC},
		"binder":   {as(t, "binder"), pass, byRBAC, byRBAC},
		"climber":  {as(t, "climber"), byRBAC, pass, byRBAC},
		"holder":   {as(t, "holder"), refuse, refuse, byRBAC},
		"wilma":    {as(t, "wilma"), refuse, refuse, refuse},
	} {
		for what, try := range map[string]struct {
			object client.Object
			want   string
		}{
			"a RoleBinding to the ClusterRole":  {bindingTo(namespace, "grant", "ClusterRole", customerRole, "friend"), want.clusterRole},
			"a Role with a verb of ours":        {roleWith(namespace, "grant", approveBudget), want.role},
			"a RoleBinding to the map's Role":   {bindingTo(namespace, "grant", "Role", outputRole, "friend"), want.outputsBinding},
			"the same by the name of an output": {bindingTo(namespace, "stakeholders:checkout:customer:x", "Role", outputRole, "friend"), want.outputsBinding},
		} {
			err := want.client.Create(t.Context(), try.object, client.DryRunAll)
			switch {
			case try.want == pass && err != nil, try.want == refuse && !refusedGrant(err),
				try.want == byRBAC && (refusedGrant(err) || !apierrors.IsForbidden(err)):
				t.Errorf("as %s, %s gives %v, want: %s", user, what, err, try.want)
			}
		}
	}
}

// Only cluster admins may write the ClusterRoles of the stakeholders, and those that are aggregated into them. A user
// who may write ClusterRoles, such as an installer, and holds the rights in one, can neither label nor change one. The
// controller manager still fills them.
func TestAggregationIsGuarded(t *testing.T) {
	const label = "stakeholders.dev/aggregate-to-end-user"
	writer := newClusterRole(t, clusterRoleWith("", nil, rule(rbacv1.GroupName, "clusterroles", "create,update,patch,get"), getPods, beCustomer))
	bindEverywhere(t, writer, "ivan")
	bindEverywhere(t, "cluster-admin", "root")
	waitHeld(t, "ivan", "", []right{"create rbac.authorization.k8s.io/clusterroles", memberships[customerRole]}, true)
	waitHeld(t, "root", "", []right{"* */*"}, true)
	ivan, root := as(t, "ivan"), as(t, "root")
	unlabelled := newClusterRole(t, clusterRoleWith("", nil, getPods))
	patch := func(content string) client.Patch {
		return client.RawPatch("application/merge-patch+json", []byte(content))
	}
	labelled := func() *rbacv1.ClusterRole { return clusterRoleWith("grant", map[string]string{label: "true"}, getPods) }
	controlplane.Eventually(t, patience, "the policy is in force", func() error {
		if err := ivan.Create(t.Context(), labelled(), client.DryRunAll); !refusedGrant(err) {
			return fmt.Errorf("it is not refused by it: %w", err)
		}
		return nil
	})
	rules := patch(`{"rules":[{"apiGroups":[""],"resources":["pods"],"verbs":["get"]}]}`)
	for what, err := range map[string]error{
		"labelling a ClusterRole":           ivan.Patch(t.Context(), clusterRoleWith(unlabelled, nil), patch(`{"metadata":{"labels":{"`+label+`":"true"}}}`), client.DryRunAll),
		"changing one that is aggregated":   ivan.Patch(t.Context(), clusterRoleWith(endUserRole+"-membership", nil), rules, client.DryRunAll),
		"a ClusterRole with a verb of ours": ivan.Create(t.Context(), clusterRoleWith("grant", nil, beCustomer), client.DryRunAll),
	} {
		if !refusedGrant(err) {
			t.Errorf("%s gives %v, want the policy's refusal", what, err)
		}
	}
	if err := ivan.Create(t.Context(), clusterRoleWith("grant", map[string]string{label: "false"}, getPods), client.DryRunAll); err != nil {
		t.Errorf("a label by which nothing is aggregated gives %v, want no error", err)
	}
	if err := root.Create(t.Context(), labelled(), client.DryRunAll); err != nil {
		t.Errorf("a cluster administrator gets %v, want no error", err)
	}
	// The controller manager is not root: it escalates.
	added := newClusterRole(t, clusterRoleWith("", map[string]string{label: "true"}, rule("example.com", "widgets", "get")))
	controlplane.Eventually(t, patience, added+" is aggregated", func() error {
		role := &rbacv1.ClusterRole{}
		if err := admin.Get(t.Context(), client.ObjectKey{Name: endUserRole}, role); err != nil {
			return err
		}
		for _, rule := range role.Rules {
			if rule.Resources[0] == "widgets" {
				return nil
			}
		}
		return errors.New("the rule is not there")
	})
}

// unrelated are RBAC objects of all shapes that give none of our rights. A namespace admin writes those of a namespace,
// and a cluster admin all of them.
func unrelated(namespace string) []client.Object {
	many := make([]rbacv1.PolicyRule, 5000)
	for i := range many {
		many[i] = getPods
	}
	return []client.Object{
		bindingTo(namespace, "plain", "ClusterRole", "view", "friend"),
		bindingTo(namespace, "nobody", "ClusterRole", "view"),
		bindingTo(namespace, "stakeholders", "ClusterRole", "edit", "friend"),
		bindingTo(namespace, "prefix", "Role", customerRole, "friend"),
		bindingTo(namespace, "colon", "Role", "stakeholders:checkout", "friend"),
		bindingTo(namespace, "crowd", "ClusterRole", "view", strings.Split(strings.Repeat("friend,", 4999)+"friend", ",")...),
		roleWith(namespace, "plain", getPods),
		roleWith(namespace, "empty"),
		roleWith(namespace, "maps", rule("stakeholders.dev", "stakeholdermaps", "get,list,watch"), rule("stakeholders.dev", "stakeholdermaps/status", "get")),
		roleWith(namespace, "apps", rule("apps", "deployments", "get,patch"), rule("apps", "deployments/scale", "update")),
		roleWith(namespace, "many", many...),
		&rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "labelled", Labels: map[string]string{"stakeholders.dev/aggregate-to-customer": "true"}}, Rules: []rbacv1.PolicyRule{getPods}},
	}
}

// The policies are not evaluated for other writes to RBAC. The test makes the validations of both policies fail
// whenever they are evaluated, and namespace admins write as before.
func TestUnrelatedWritesAreNotEvaluated(t *testing.T) {
	namespace, carla := stakeholder(t, "ute")
	bindEverywhere(t, "cluster-admin", "root")
	waitHeld(t, "root", "", []right{"* */*"}, true)
	root := as(t, "root")
	probes := map[string]client.Object{
		"RoleBindings": bindingTo(namespace, "probe", "ClusterRole", customerRole, "friend"),
		"Roles":        roleWith(namespace, "probe", beCustomer),
	}
	// The next test needs the policies as they ship.
	t.Cleanup(func() {
		ctx := context.WithoutCancel(t.Context())
		for what, object := range probes {
			if err := controlplane.WaitFor(ctx, patience, "the policy for "+what+" is restored", func() error {
				return root.Create(ctx, object, client.DryRunAll)
			}); err != nil {
				t.Error(err)
			}
		}
	})
	for _, policy := range grantPolicies {
		const broken = `[{"op":"replace","path":"/spec/validations/0/expression","value":"[1][int(size(object.metadata.name)) + 1] == 1"}]`
		whole, err := plane.Kubectl(t.Context(), "get", "validatingadmissionpolicy", policy, "-o", "jsonpath={.spec.validations[0].expression}")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := plane.Kubectl(t.Context(), "patch", "validatingadmissionpolicy", policy, "--type=json", "-p", broken); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			mended := `[{"op":"replace","path":"/spec/validations/0/expression","value":"` + whole + `"}]`
			if _, err := plane.Kubectl(context.WithoutCancel(t.Context()), "patch", "validatingadmissionpolicy", policy, "--type=json", "-p", mended); err != nil {
				t.Error(err)
			}
		})
	}
	for what, object := range probes {
		controlplane.Eventually(t, patience, "the policy for "+what+" fails", func() error {
			if err := root.Create(t.Context(), object, client.DryRunAll); err == nil || !strings.Contains(err.Error(), "index out of bounds") {
				return fmt.Errorf("a cluster administrator gets %w", err)
			}
			return nil
		})
	}
	for _, name := range []string{customerRole, "stakeholders:checkout"} {
		if err := carla.Create(t.Context(), roleWith(namespace, name, getPods)); err != nil {
			t.Fatalf("creating the Role %s gives %v, want no error", name, err)
		}
	}
	for _, object := range unrelated(namespace) {
		what := fmt.Sprintf("%T %s", object, object.GetName())
		before := time.Now()
		if err := carla.Create(t.Context(), object); err != nil {
			t.Errorf("creating %s gives %v, want no error", what, err)
			continue
		}
		t.Logf("creating %s took %s", what, time.Since(before).Round(time.Millisecond))
		object.SetLabels(map[string]string{"stakeholders.dev/map": "none"})
		if err := carla.Update(t.Context(), object); err != nil {
			t.Errorf("updating %s gives %v, want no error", what, err)
		}
		if err := carla.Delete(t.Context(), object); err != nil {
			t.Errorf("deleting %s gives %v, want no error", what, err)
		}
	}
	for _, object := range []client.Object{
		clusterRoleWith("rights-plain", nil, getPods), clusterRoleWith("rights-empty", nil), clusterRoleWith("rights-urls", nil, rbacv1.PolicyRule{NonResourceURLs: []string{"*"}, Verbs: []string{"*"}}),
		clusterRoleWith("rights-scale", nil, rule("*", "deployments", "*")), clusterRoleWith("rights-reader", nil, rule("*", "*", "get,list,watch")),
		&rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: "rights-aggregated"}, AggregationRule: &rbacv1.AggregationRule{ClusterRoleSelectors: []metav1.LabelSelector{{MatchLabels: map[string]string{"a": "b"}}}}},
		&rbacv1.ClusterRoleBinding{ObjectMeta: metav1.ObjectMeta{Name: "rights-nobody"}, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "view"}},
	} {
		if err := root.Create(t.Context(), object, client.DryRunAll); err != nil {
			t.Errorf("creating %T %s gives %v, want no error", object, object.GetName(), err)
		}
	}
	// Deleting a grant is not evaluated either.
	if err := carla.Delete(t.Context(), bindingTo(namespace, outputRole, "", "")); err != nil {
		t.Errorf("deleting a grant gives %v, want no error", err)
	}
}

// The API server fills in nothing in the admission policies, and its type checker has no warnings about them.
func TestGrantPolicies(t *testing.T) {
	objects := build(t, defaultOnly)
	for _, policy := range grantPolicies {
		testTypeCheck(t, policy)
		testStored(t, objects, "ValidatingAdmissionPolicy", policy)
	}
}
