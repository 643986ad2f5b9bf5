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
	"context"
	"errors"
	"fmt"
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

const (
	// editorRole writes maps.
	editorRole = "stakeholder-operator-stakeholdermap-editor-role"
	// adminRole is Kubernetes' own role for namespace admins. It includes Roles and RoleBindings, but RBAC does not let
	// them give rights that they do not have.
	adminRole = "admin"
	// unguarded is the label of namespaces in which the API server asks no admission policy that refuses.
	unguarded = suite.Unguarded
)

// giveRights gives the ClusterRole of customers, as a platform team does for its tools, a right that no role of
// Kubernetes has: patch on the status of rollouts.
func giveRights(ctx context.Context) error {
	return env.Admin.Create(ctx, &rbacv1.ClusterRole{
		ObjectMeta: metav1.ObjectMeta{Name: "tool-customer", Labels: map[string]string{"stakeholders.dev/aggregate-to-customer": "true"}},
		Rules:      []rbacv1.PolicyRule{{Verbs: []string{"patch"}, APIGroups: []string{"argoproj.io"}, Resources: []string{"rollouts/status"}}},
	})
}

// as is a client of a user, with exactly their rights.
func as(t *testing.T, user string) client.Client {
	t.Helper()
	config := rest.CopyConfig(env.Plane.Config)
	config.Impersonate = rest.ImpersonationConfig{UserName: user}
	c, err := client.New(config, client.Options{Scheme: env.Admin.Scheme()})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// tenant is a client of a new user who has some ClusterRoles in a namespace.
func tenant(t *testing.T, namespace string, clusterRoles ...string) client.Client {
	t.Helper()
	user := "tenant-of-" + namespace
	for _, role := range clusterRoles {
		env.Create(t, &rbacv1.RoleBinding{
			ObjectMeta: metav1.ObjectMeta{Namespace: namespace, GenerateName: "tenant-"},
			RoleRef:    clusterRole(role), Subjects: people(user),
		})
		question := authorizationv1.ResourceAttributes{Namespace: namespace, Verb: "create", Group: "stakeholders.dev", Resource: "stakeholdermaps"}
		if role == adminRole {
			question.Group, question.Resource = rbacv1.GroupName, "rolebindings"
		}
		waitAllowed(t, user, question, true)
	}
	return as(t, user)
}

func clusterRole(name string) rbacv1.RoleRef {
	return rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: name}
}

// people are users as subjects of RoleBindings.
func people(names ...string) []rbacv1.Subject {
	out := make([]rbacv1.Subject, len(names))
	for i, name := range names {
		out[i] = rbacv1.Subject{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: name}
	}
	return out
}

func allowed(t *testing.T, user string, question authorizationv1.ResourceAttributes) bool {
	t.Helper()
	review := &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
		User: user, Groups: []string{"system:authenticated"}, ResourceAttributes: &question,
	}}
	env.Create(t, review)
	return review.Status.Allowed
}

// waitAllowed waits until the API server gives this answer: its authorizer learns of a change a moment later.
func waitAllowed(t *testing.T, user string, question authorizationv1.ResourceAttributes, want bool) {
	t.Helper()
	controlplane.Eventually(t, suite.Patience, fmt.Sprintf("%s may %s %s/%s in %s: %t",
		user, question.Verb, question.Resource, question.Subresource, question.Namespace, want), func() error {
		if got := allowed(t, user, question); got != want {
			return fmt.Errorf("the API server says %t", got)
		}
		return nil
	})
}

// tool is a right that only customers have in a target namespace.
func tool(namespace string) authorizationv1.ResourceAttributes {
	return authorizationv1.ResourceAttributes{Namespace: namespace, Verb: "patch", Group: "argoproj.io", Resource: "rollouts", Subresource: "status"}
}

// approve is a right that the customers of a map have.
func approve(m client.Object) authorizationv1.ResourceAttributes {
	return authorizationv1.ResourceAttributes{
		Namespace: m.GetNamespace(), Name: m.GetName(), Verb: "approve", Group: "stakeholders.dev", Resource: "stakeholdermaps", Subresource: "budget",
	}
}

// secrets are a right that ClusterRole admin gives.
func secrets(namespace string) authorizationv1.ResourceAttributes {
	return authorizationv1.ResourceAttributes{Namespace: namespace, Verb: "get", Resource: "secrets"}
}

func wantForbidden(t *testing.T, what string, err error) {
	t.Helper()
	if !apierrors.IsForbidden(err) {
		t.Errorf("%s is not forbidden, but gives %v", what, err)
	}
}

// must ends the test if an attack cannot be tried.
func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func merge(t *testing.T, c client.Client, object client.Object, patch string) {
	t.Helper()
	must(t, c.Patch(t.Context(), object, client.RawPatch("application/merge-patch+json", []byte(patch))))
}

// seen returns when the operator has seen all earlier changes to RoleBindings and ConfigMaps, and has reconciled a map
// since. It deletes the map's table and the product owner's grant, and waits until they exist again. Watches keep the
// order within a kind.
func seen(t *testing.T, m client.Object) {
	t.Helper()
	for _, o := range []client.Object{
		&rbacv1.RoleBinding{ObjectMeta: metav1.ObjectMeta{Namespace: m.GetNamespace(), Name: "stakeholders:" + m.GetName() + ":product-owner"}},
		&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: m.GetNamespace(), Name: m.GetName() + "-routing"}},
	} {
		must(t, env.Admin.Get(t.Context(), client.ObjectKeyFromObject(o), o))
		before := o.GetUID()
		env.Delete(t, o)
		controlplane.Eventually(t, suite.Patience, o.GetName()+" is there again", func() error {
			err := env.Admin.Get(t.Context(), client.ObjectKeyFromObject(o), o)
			if err == nil && o.GetUID() == before {
				err = errors.New("it is the same one")
			}
			return err
		})
	}
}
