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

	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// right is a verb on a resource, such as "patch argoproj.io/rollouts/status". Resources of the core group begin
// with a slash.
type right string

// attributes are the right, on any object of a namespace.
func (r right) attributes(namespace string) (*authorizationv1.ResourceAttributes, error) {
	verb, resource, found := strings.Cut(string(r), " ")
	parts := strings.Split(resource, "/")
	if !found || len(parts) < 2 || len(parts) > 3 {
		return nil, fmt.Errorf("%q is no right: write verb group/resource or verb group/resource/subresource", r)
	}
	attributes := &authorizationv1.ResourceAttributes{Namespace: namespace, Verb: verb, Group: parts[0], Resource: parts[1]}
	if len(parts) == 3 {
		attributes.Subresource = parts[2]
	}
	return attributes, nil
}

// may asks the API server whether a user has a right in a namespace. The resource need not exist.
func may(ctx context.Context, user, namespace string, r right) (bool, error) {
	attributes, err := r.attributes(namespace)
	if err != nil {
		return false, err
	}
	review := &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
		User: user, Groups: []string{"system:authenticated"}, ResourceAttributes: attributes,
	}}
	if err := admin.Create(ctx, review); err != nil {
		return false, err
	}
	return review.Status.Allowed, nil
}

// held are the rights of a list that a user has, in their order.
func held(t *testing.T, user, namespace string, of []right) []right {
	t.Helper()
	var out []right
	for _, r := range of {
		allowed, err := may(t.Context(), user, namespace, r)
		if err != nil {
			t.Fatal(err)
		}
		if allowed {
			out = append(out, r)
		}
	}
	return out
}

// waitHeld waits until a user has all of some rights, or none of them: the controller manager aggregates, and the API
// server's authorizer learns of it, each a moment later.
func waitHeld(t *testing.T, user, namespace string, rights []right, want bool) {
	t.Helper()
	controlplane.Eventually(t, patience, fmt.Sprintf("%s has %q in %s: %t", user, rights, namespace, want), func() error {
		var errs []error
		for _, r := range rights {
			if allowed, err := may(t.Context(), user, namespace, r); err != nil {
				errs = append(errs, err)
			} else if allowed != want {
				errs = append(errs, fmt.Errorf("%q: %t", r, allowed))
			}
		}
		return errors.Join(errs...)
	})
}

// waitHeldByName waits until a user has a right on one object.
func waitHeldByName(t *testing.T, user, namespace string, r right, name string) {
	t.Helper()
	attributes, err := r.attributes(namespace)
	if err != nil {
		t.Fatal(err)
	}
	attributes.Name = name
	controlplane.Eventually(t, patience, fmt.Sprintf("%s has %q on %s in %s", user, r, name, namespace), func() error {
		review := &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
			User: user, Groups: []string{"system:authenticated"}, ResourceAttributes: attributes,
		}}
		if err := admin.Create(t.Context(), review); err != nil {
			return err
		}
		if !review.Status.Allowed {
			return errors.New("not yet")
		}
		return nil
	})
}

func create(t *testing.T, object client.Object) {
	t.Helper()
	if err := admin.Create(t.Context(), object); err != nil {
		t.Fatal(err)
	}
}

func newNamespace(t *testing.T) string {
	t.Helper()
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "rights-"}}
	create(t, ns)
	return ns.Name
}

// bind gives users a ClusterRole in a namespace.
func bind(t *testing.T, namespace, clusterRole string, users ...string) {
	t.Helper()
	binding := &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, GenerateName: "rights-"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: clusterRole},
	}
	for _, user := range users {
		binding.Subjects = append(binding.Subjects, rbacv1.Subject{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: user})
	}
	create(t, binding)
}

// newClusterRole makes a ClusterRole for the length of a test.
func newClusterRole(t *testing.T, role *rbacv1.ClusterRole) string {
	t.Helper()
	role.GenerateName = "rights-"
	create(t, role)
	t.Cleanup(func() {
		if err := admin.Delete(context.WithoutCancel(t.Context()), role); err != nil {
			t.Error(err)
		}
	})
	return role.Name
}

// as is a client of a user.
func as(t *testing.T, user string) client.Client {
	t.Helper()
	c, err := connect(rest.ImpersonationConfig{UserName: user})
	if err != nil {
		t.Fatal(err)
	}
	return c
}
