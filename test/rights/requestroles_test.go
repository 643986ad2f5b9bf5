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
	"slices"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

const requestEditorRole = "stakeholder-operator-stakeholderrequest-editor-role"

// TestRequestRoles lets the controller manager add the ClusterRoles for requests to Kubernetes' own, and compares the rights of their
// users, one by one. Nothing in them lets a user answer, write a status, or forge what an approval opens.
func TestRequestRoles(t *testing.T) {
	namespace, elsewhere := newNamespace(t), newNamespace(t)
	bind(t, namespace, "view", "vera")
	bind(t, namespace, "edit", "ann")
	bind(t, namespace, "admin", "adam")
	const requests = "stakeholders.dev/stakeholderrequests"
	all := on([]string{
		requests, requests + "/status", requests + "/finalizers", requests + "/release", "stakeholders.dev/stakeholdermaps/release",
	}, append(slices.Clone(verbs), "ask", "use", "grant")...)
	read := append(reading(requests), "get "+requests+"/status")
	edit := append(slices.Clone(read), "create "+requests, "patch "+requests, "ask "+requests)
	administer := append(slices.Clone(edit), "delete "+requests, "deletecollection "+requests)
	for user, want := range map[string][]right{"vera": read, "ann": edit, "adam": administer, "norma": nil} {
		waitHeld(t, user, namespace, want, true)
		checkHeld(t, user, namespace, all, want)
		checkHeld(t, user, elsewhere, all, nil)
		checkHeld(t, user, "", all, nil)
	}
}

// TestRequestRolesAreHandedOn lets those who install the operator, and admins of a namespace, give the right to ask.
func TestRequestRolesAreHandedOn(t *testing.T) {
	p := newProduct(t)
	editor := &rbacv1.ClusterRole{}
	if err := admin.Get(t.Context(), client.ObjectKey{Name: requestEditorRole}, editor); err != nil {
		t.Fatal(err)
	}
	copied := clusterRoleWith("copied", editor.Labels, editor.Rules...)
	if err := p.clients["root"].Create(t.Context(), copied, client.DryRunAll); err != nil {
		t.Errorf("a cluster admin who installs it gets %v", err)
	}
	// An installer that holds no more than what it installs needs escalate, as for every ClusterRole with a verb of ours.
	writer := newClusterRole(t, clusterRoleWith("", nil, append(editor.Rules, rule(rbacv1.GroupName, "clusterroles", "create"))...))
	bindEverywhere(t, writer, "iris")
	waitHeld(t, "iris", "", []right{"create rbac.authorization.k8s.io/clusterroles", "ask stakeholders.dev/stakeholderrequests"}, true)
	copied.ResourceVersion = ""
	if err := as(t, "iris").Create(t.Context(), copied, client.DryRunAll); !refusedGrant(err) {
		t.Errorf("an installer without escalate gets %v, want the policy's refusal", err)
	}
	adam := p.clients["adam"]
	if err := adam.Create(t.Context(), bindingTo(p.namespace, "ask", "ClusterRole", requestEditorRole, pipeline), client.DryRunAll); err != nil {
		t.Errorf("an admin of the namespace who lets a pipeline ask gets %v", err)
	}
	if err := adam.Create(t.Context(), roleWith(p.namespace, "read", rule("stakeholders.dev", "stakeholderrequests", "get,list,watch,patch")), client.DryRunAll); err != nil {
		t.Errorf("an admin of the namespace who lets users comment gets %v", err)
	}
	if err := adam.Create(t.Context(), roleWith(p.namespace, "ask", rule("stakeholders.dev", "stakeholderrequests", "ask")), client.DryRunAll); !refusedGrant(err) {
		t.Errorf("an admin of the namespace who makes a Role with ask gets %v, want the policy's refusal", err)
	}
	use := roleWith(p.namespace, "use", rule("stakeholders.dev", "stakeholderrequests/release", "use", "registry.example/evil@sha256:0123"))
	if err := adam.Create(t.Context(), use, client.DryRunAll); !apierrors.IsForbidden(err) {
		t.Errorf("an admin of the namespace who forges an approval gets %v, want it to be forbidden", err)
	}
}

// TestRequestsOfAnotherNamespace makes sure that the rights of one product show nothing of another.
func TestRequestsOfAnotherNamespace(t *testing.T) {
	ours, theirs := newRequests(t), newRequests(t)
	// The people have the same rights in both, so they are taken away in one.
	for _, name := range []string{"stakeholders:checkout:customer", "stakeholders:checkout:end-user", "stakeholders:checkout:product-owner"} {
		if err := admin.Delete(t.Context(), roleWith(theirs.namespace, name)); err != nil {
			t.Fatal(err)
		}
	}
	for _, user := range []string{"chris", "una", "paul"} {
		waitHeld(t, user, theirs.namespace, []right{"get stakeholders.dev/stakeholderrequests", "list stakeholders.dev/stakeholderrequests"}, false)
		c := ours.clients[user]
		if err := c.Get(t.Context(), client.ObjectKey{Namespace: ours.namespace, Name: "release"}, request(ours.namespace, "release", nil)); err != nil {
			t.Errorf("%s reads the request of their product: %v", user, err)
		}
		if err := c.Get(t.Context(), client.ObjectKey{Namespace: theirs.namespace, Name: "release"}, request(theirs.namespace, "release", nil)); !apierrors.IsForbidden(err) {
			t.Errorf("%s reads the request of another product: %v", user, err)
		}
	}
}
