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
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// grantPolicies are the admission policies that refuse grants that no map gives.
var grantPolicies = []string{"stakeholder-operator-grant-bindings", "stakeholder-operator-grant-roles"}

const (
	// outputRole is the operator's name for the Role of the customers of map checkout.
	outputRole = "stakeholders:checkout:customer"
	approve    = right("approve stakeholders.dev/stakeholdermaps/budget")
)

// refusedGrant reports whether one of the policies has refused a request, and not RBAC.
func refusedGrant(err error) bool {
	return apierrors.IsForbidden(err) && strings.Contains(err.Error(), "UnmanagedGrant: ")
}

func users(names ...string) []rbacv1.Subject {
	out := make([]rbacv1.Subject, len(names))
	for i, name := range names {
		out[i] = rbacv1.Subject{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: name}
	}
	return out
}

func bindingTo(namespace, name, kind, role string, names ...string) *rbacv1.RoleBinding {
	return &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: kind, Name: role}, Subjects: users(names...),
	}
}

func roleWith(namespace, name string, rules ...rbacv1.PolicyRule) *rbacv1.Role {
	return &rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}, Rules: rules}
}

func clusterRoleWith(name string, labels map[string]string, rules ...rbacv1.PolicyRule) *rbacv1.ClusterRole {
	return &rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels}, Rules: rules}
}

// rule is one of a Role, in words that are separated by commas.
func rule(groups, resources, verbs string, names ...string) rbacv1.PolicyRule {
	return rbacv1.PolicyRule{
		APIGroups: strings.Split(groups, ","), Resources: strings.Split(resources, ","), Verbs: strings.Split(verbs, ","), ResourceNames: names,
	}
}

var (
	approveBudget = rule("stakeholders.dev", "stakeholdermaps/budget", "approve", "checkout")
	useApproved   = rule("stakeholders.dev", "stakeholderrequests/release", "use", "registry.example/shop/checkout@sha256:0123")
	beCustomer    = rule("stakeholders.dev", "customers", "act-as")
	getPods       = rule("", "pods", "get")
	anything      = rule("*", "*", "*")
)

// stakeholder makes a namespace in which a user has the rights of a customer of map checkout while the window is open,
// and also Kubernetes' "admin".
func stakeholder(t *testing.T, user string) (namespace string, c client.Client) {
	t.Helper()
	namespace = newNamespace(t)
	output := roleWith(namespace, outputRole, approveBudget, rule("stakeholders.dev", "stakeholdermaps", "get", "checkout"))
	output.Annotations = map[string]string{"stakeholders.dev/map-uid": "00000000-0000-4000-8000-000000000000"}
	output.Labels = map[string]string{"stakeholders.dev/map": "checkout", "stakeholders.dev/map-namespace": namespace}
	create(t, output)
	for name, binding := range map[string]*rbacv1.RoleBinding{
		"map":    bindingTo(namespace, outputRole, "Role", outputRole, user, "chris"),
		"target": bindingTo(namespace, "stakeholders:target:"+namespace+":checkout:customer", "ClusterRole", customerRole, user, "chris"),
		"admin":  bindingTo(namespace, "admins", "ClusterRole", "admin", user),
	} {
		if name != "admin" {
			binding.Annotations, binding.Labels = output.Annotations, output.Labels
		}
		create(t, binding)
	}
	controlplane.Eventually(t, patience, user+" may approve", func() error {
		out, err := plane.Kubectl(t.Context(), "auth", "can-i", "approve", "stakeholdermaps.stakeholders.dev/checkout", "--subresource=budget", "-n", namespace, "--as", user)
		if err != nil {
			return fmt.Errorf("%s: %w", out, err)
		}
		return nil
	})
	waitHeld(t, user, namespace, []right{memberships[customerRole], "create rbac.authorization.k8s.io/rolebindings"}, true)
	c = as(t, user)
	waitForGrantPolicies(t, namespace, c)
	return namespace, c
}

// waitForGrantPolicies waits until the API server has learned of both policies. It recognizes a policy by its refusal:
// RBAC allows these requests, because the user holds the rights.
func waitForGrantPolicies(t *testing.T, namespace string, c client.Client) {
	t.Helper()
	for what, object := range map[string]client.Object{
		"RoleBindings": bindingTo(namespace, "probe", "ClusterRole", customerRole, "friend"),
		"Roles":        roleWith(namespace, "probe", beCustomer),
	} {
		controlplane.Eventually(t, patience, "the policy for "+what+" is in force", func() error {
			if err := c.Create(t.Context(), object, client.DryRunAll); !refusedGrant(err) {
				return fmt.Errorf("it is not refused by it: %w", err)
			}
			return nil
		})
	}
}

// A customer who may write RoleBindings cannot pass on their rights, neither to themselves nor to a friend: those
// objects would outlive their window. RBAC alone allows all of it.
func TestHandingOnIsRefused(t *testing.T) {
	namespace, carla := stakeholder(t, "carla")
	ours := "stakeholders:target:" + namespace + ":checkout:customer"
	// What an approval opens, for all users until it ends.
	approved := "stakeholders:target:" + namespace + ":checkout:approved"
	create(t, roleWith(namespace, approved, useApproved))
	opened := bindingTo(namespace, approved, "Role", approved)
	opened.Subjects = []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.GroupKind, Name: "system:authenticated"}}
	create(t, opened)
	waitHeldByName(t, "carla", namespace, "use stakeholders.dev/stakeholderrequests/release", useApproved.ResourceNames[0])
	attempts := map[string]client.Object{
		"binding the ClusterRole to themselves":              bindingTo(namespace, "mine", "ClusterRole", customerRole, "carla"),
		"binding the ClusterRole to a friend":                bindingTo(namespace, "mine", "ClusterRole", customerRole, "friend"),
		"binding it without subjects, to add them later":     bindingTo(namespace, "mine", "ClusterRole", customerRole),
		"binding the ClusterRole that is aggregated into it": bindingTo(namespace, "mine", "ClusterRole", customerRole+"-membership", "friend"),
		"binding the map's Role":                             bindingTo(namespace, "mine", "Role", outputRole, "friend"),
		"binding it by the name of an output":                bindingTo(namespace, "stakeholders:checkout:customer:friend", "Role", outputRole, "friend"),
		"a Role with approve":                                roleWith(namespace, "mine", approveBudget),
		"a Role with approve by the name of an output":       roleWith(namespace, "stakeholders:checkout:customer:friend", approveBudget),
		"a Role with approve among other rules":              roleWith(namespace, "mine", getPods, approveBudget),
		"a Role with approve among other verbs and groups":   roleWith(namespace, "mine", rule("stakeholders.dev", "stakeholdermaps/budget", "approve,approve", "checkout")),
		"a Role with act-as":                                 roleWith(namespace, "mine", beCustomer),
		"a Role that keeps an approval in force":             roleWith(namespace, "mine", useApproved),
		"the same by the name of what an approval opens":     roleWith(namespace, "stakeholders:target:"+namespace+":ledger:approved", useApproved),
		"binding the Role of what an approval opens":         bindingTo(namespace, "mine", "Role", approved, "friend"),
		"binding it without subjects":                        bindingTo(namespace, "mine", "Role", approved),
		"a Role for all topics that have this name":          roleWith(namespace, "mine", rule("stakeholders.dev", "stakeholdermaps/budget,stakeholdermaps/budget", "approve", "checkout")),
		"a Role with an aggregation label":                   &rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "mine", Labels: map[string]string{"stakeholders.dev/aggregate-to-customer": "true"}}, Rules: []rbacv1.PolicyRule{beCustomer}},
	}
	for what, object := range attempts {
		if err := carla.Create(t.Context(), object, client.DryRunAll); !refusedGrant(err) {
			t.Errorf("%s gives %v, want the policy's refusal", what, err)
		}
	}
	// RBAC still refuses rights that no map gives.
	for what, object := range map[string]client.Object{
		"a Role with all verbs":            roleWith(namespace, "mine", rule("stakeholders.dev", "stakeholdermaps/budget", "*", "checkout")),
		"a Role for all topics":            roleWith(namespace, "mine", rule("stakeholders.dev", "*", "approve")),
		"a Role for all groups":            roleWith(namespace, "mine", rule("*", "stakeholdermaps/budget", "approve")),
		"a Role that grants":               roleWith(namespace, "mine", rule("stakeholders.dev", "stakeholdermaps", "grant")),
		"a Role that approves an image":    roleWith(namespace, "mine", rule("stakeholders.dev", "stakeholderrequests/release", "use", "registry.example/evil@sha256:0123")),
		"a Role that approves all images":  roleWith(namespace, "mine", rule("stakeholders.dev", "stakeholderrequests/release", "use")),
		"a ClusterRole that is aggregated": clusterRoleWith("mine", map[string]string{"stakeholders.dev/aggregate-to-customer": "true"}, beCustomer),
		"a binding in the whole cluster": &rbacv1.ClusterRoleBinding{
			ObjectMeta: metav1.ObjectMeta{Name: "mine"}, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: customerRole}, Subjects: users("carla"),
		},
	} {
		if err := carla.Create(t.Context(), object, client.DryRunAll); !apierrors.IsForbidden(err) {
			t.Errorf("%s gives %v, want it to be forbidden", what, err)
		}
	}
	create(t, roleWith(namespace, "harmless", getPods))
	for what, change := range map[string]struct {
		object client.Object
		patch  string
	}{
		"joining our RoleBinding":                {bindingTo(namespace, ours, "", ""), `{"subjects":[{"kind":"User","name":"friend","apiGroup":"rbac.authorization.k8s.io"},{"kind":"User","name":"carla","apiGroup":"rbac.authorization.k8s.io"}]}`},
		"taking the map's UID off it":            {bindingTo(namespace, ours, "", ""), `{"metadata":{"annotations":null}}`},
		"taking our labels off it":               {bindingTo(namespace, ours, "", ""), `{"metadata":{"labels":{"stakeholders.dev/map":null}}}`},
		"giving it to another map":               {bindingTo(namespace, ours, "", ""), `{"metadata":{"annotations":{"stakeholders.dev/map-uid":"another"}}}`},
		"taking the map's UID off the Role":      {roleWith(namespace, outputRole), `{"metadata":{"annotations":null}}`},
		"putting approve into their own Role":    {roleWith(namespace, "harmless"), `{"rules":[{"apiGroups":["stakeholders.dev"],"resources":["stakeholdermaps/budget"],"resourceNames":["checkout"],"verbs":["approve"]}]}`},
		"exchanging a friend for a user in it":   {bindingTo(namespace, ours, "", ""), `{"subjects":[{"kind":"User","name":"friend","apiGroup":"rbac.authorization.k8s.io"}]}`},
		"joining that of an approval":            {bindingTo(namespace, approved, "", ""), `{"subjects":[{"kind":"Group","name":"system:authenticated","apiGroup":"rbac.authorization.k8s.io"},{"kind":"Group","name":"system:unauthenticated","apiGroup":"rbac.authorization.k8s.io"}]}`},
		"keeping what an approval opens":         {roleWith(namespace, approved), `{"metadata":{"annotations":{"stakeholders.dev/map-uid":"another"}}}`},
		"joining the RoleBinding of the map":     {bindingTo(namespace, outputRole, "", ""), `{"subjects":[{"kind":"Group","name":"system:authenticated","apiGroup":"rbac.authorization.k8s.io"}]}`},
		"joining it as a ServiceAccount of hers": {bindingTo(namespace, outputRole, "", ""), `{"subjects":[{"kind":"ServiceAccount","name":"default","namespace":"` + namespace + `"}]}`},
	} {
		if err := carla.Patch(t.Context(), change.object, client.RawPatch(types.MergePatchType, []byte(change.patch)), client.DryRunAll); !refusedGrant(err) {
			t.Errorf("%s gives %v, want the policy's refusal", what, err)
		}
	}
	// kubectl apply --server-side, which creates by PATCH.
	if out, err := plane.Kubectl(t.Context(), "create", "rolebinding", "mine", "--clusterrole="+customerRole, "--user=friend", "-n", namespace, "--as=carla"); err == nil || !strings.Contains(err.Error()+out, "UnmanagedGrant: ") {
		t.Errorf("kubectl create rolebinding gives %q, %v", out, err)
	}
	applied := bindingTo(namespace, "mine", "ClusterRole", customerRole, "friend")
	applied.SetGroupVersionKind(rbacv1.SchemeGroupVersion.WithKind("RoleBinding"))
	if err := applyGrant(t.Context(), carla, applied); !refusedGrant(err) {
		t.Errorf("server-side apply gives %v, want the policy's refusal", err)
	}
}

// A namespace admin can revoke the rights of others there: the policies block no revocation, no garbage collection, and
// no change that gives no right.
func TestRevokingIsFree(t *testing.T) {
	namespace, carla := stakeholder(t, "rita")
	ours := "stakeholders:target:" + namespace + ":checkout:customer"
	for what, change := range map[string]struct {
		object client.Object
		patch  string
	}{
		"taking a subject out":          {bindingTo(namespace, ours, "", ""), `{"subjects":[{"kind":"User","name":"chris","apiGroup":"rbac.authorization.k8s.io"}]}`},
		"taking all of them out":        {bindingTo(namespace, ours, "", ""), `{"subjects":null}`},
		"labelling":                     {bindingTo(namespace, ours, "", ""), `{"metadata":{"labels":{"mine":"true"},"annotations":{"mine":"true"}}}`},
		"a finalizer":                   {bindingTo(namespace, ours, "", ""), `{"metadata":{"finalizers":["example.com/hold"]}}`},
		"another owner":                 {bindingTo(namespace, ours, "", ""), `{"metadata":{"ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"a","uid":"b"}]}}`},
		"labelling the Role":            {roleWith(namespace, outputRole), `{"metadata":{"labels":{"mine":"true"}}}`},
		"taking the right out of it":    {roleWith(namespace, outputRole), `{"rules":[{"apiGroups":[""],"resources":["pods"],"verbs":["get"]}]}`},
		"taking all rights out of it":   {roleWith(namespace, outputRole), `{"rules":null}`},
		"another owner of it":           {roleWith(namespace, outputRole), `{"metadata":{"ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"a","uid":"b"}]}}`},
		"patching it without an effect": {roleWith(namespace, outputRole), `{}`},
	} {
		if err := carla.Patch(t.Context(), change.object, client.RawPatch(types.MergePatchType, []byte(change.patch)), client.DryRunAll); err != nil {
			t.Errorf("%s gives %v, want no error", what, err)
		}
	}
	for _, object := range []client.Object{bindingTo(namespace, ours, "", ""), bindingTo(namespace, outputRole, "", ""), roleWith(namespace, outputRole)} {
		if err := carla.Delete(t.Context(), object); err != nil {
			t.Errorf("deleting %s gives %v, want no error", object.GetName(), err)
		}
	}
}

func applyGrant(ctx context.Context, c client.Client, object client.Object) error {
	content, err := json.Marshal(object)
	if err != nil {
		return err
	}
	return c.Patch(ctx, object, client.RawPatch(types.ApplyPatchType, content), client.DryRunAll, client.ForceOwnership, client.FieldOwner("rights"))
}
