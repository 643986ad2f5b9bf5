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

package install

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// product is a map in force, with a target namespace.
type product struct {
	*v1alpha1.StakeholderMap
	target string
}

// newProduct makes the first map of an installation, and reports how long that takes since the installation began.
func newProduct(t *testing.T, home, target string, since time.Time) product {
	t.Helper()
	m := suite.NewMap(home, "checkout")
	m.Spec.TargetNamespaces.Names = []string{target}
	// As soon as the API server serves the kind.
	controlplane.Eventually(t, suite.Patience, "the map is created", func() error {
		return client.IgnoreAlreadyExists(env.Admin.Create(t.Context(), m))
	})
	env.WaitReady(t, m)
	t.Logf("the first map was Ready %s after the installation began", time.Since(since).Round(10*time.Millisecond))
	p := product{m, target}
	env.WaitHolders(t, m, target, suite.Everybody()...)
	return p
}

// newSurroundings makes a request about the map, and a policy whose outputs have to be removed when it is deleted.
func (p product) newSurroundings(t *testing.T) {
	t.Helper()
	if _, err := env.PutPolicy(t.Context(), &v1alpha1.StakeholderPolicySpec{Outputs: v1alpha1.PolicyOutputs{Kargo: v1alpha1.Enabled}}); err != nil {
		t.Fatal(err)
	}
	controlplane.Eventually(t, suite.Patience, "the policy in force waits for the operator when it is deleted", func() error {
		inForce, err := env.PolicyInForce(t.Context())
		if err != nil {
			return err
		}
		if !slices.Contains(inForce.Finalizers, v1alpha1.OutputsFinalizer) {
			return fmt.Errorf("its finalizers are %q", inForce.Finalizers)
		}
		return nil
	})
	env.Ask(t, suite.NewRequest(p.StakeholderMap, "release", "release"))
}

// edit changes the map, which takes an operator to be in force.
func (p product) edit(t *testing.T, customer string) {
	t.Helper()
	env.WaitReady(t, env.Edit(t, p.StakeholderMap, func(s *v1alpha1.StakeholderMapSpec) { s.Customers[0].Subjects = suite.Users(customer) }))
}

// requireActAs waits until a user may, or may not, act as a customer in the target namespace, as tools ask.
func (p product) requireActAs(t *testing.T, user string, want bool) {
	t.Helper()
	controlplane.Eventually(t, suite.Patience, fmt.Sprintf("%s may act as a customer in %s: %t", user, p.target, want), func() error {
		review := &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
			User: user, ResourceAttributes: &authorizationv1.ResourceAttributes{
				Namespace: p.target, Verb: "act-as", Group: v1alpha1.GroupVersion.Group, Resource: "customers",
			},
		}}
		if err := env.Admin.Create(t.Context(), review); err != nil {
			return err
		}
		if review.Status.Allowed != want {
			return fmt.Errorf("the API server says %t: %s", review.Status.Allowed, review.Status.Reason)
		}
		return nil
	})
}

// outputs are all objects that the operator has made from the map, with their UIDs.
func (p product) outputs(t *testing.T) map[string]types.UID {
	t.Helper()
	found := map[string]types.UID{}
	for _, list := range []client.ObjectList{&corev1.ConfigMapList{}, &rbacv1.RoleList{}, &rbacv1.RoleBindingList{}} {
		if err := env.Admin.List(t.Context(), list, client.MatchingLabels{"stakeholders.dev/map": p.Name}); err != nil {
			t.Fatal(err)
		}
		err := meta.EachListItem(list, func(o runtime.Object) error {
			object, err := meta.Accessor(o)
			if err != nil {
				return err
			}
			found[fmt.Sprintf("%T %s/%s", o, object.GetNamespace(), object.GetName())] = object.GetUID()
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	// A table, three Roles and their RoleBindings, and in the target a table and three RoleBindings.
	if len(found) != 11 {
		t.Fatalf("the map has the outputs %q, want 11", slices.Sorted(maps.Keys(found)))
	}
	return found
}

// requireOutputs requires that the outputs are the same objects as before: that no right has ended meanwhile.
func (p product) requireOutputs(t *testing.T, want map[string]types.UID, after string) {
	t.Helper()
	if diff := cmp.Diff(want, p.outputs(t)); diff != "" {
		t.Errorf("the outputs after %s (- before, + after):\n%s", after, diff)
	}
}
