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

package suite

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// Create makes an object, and fills it in as stored.
func (s *Suite) Create(t testing.TB, object client.Object) {
	t.Helper()
	if err := s.Admin.Create(t.Context(), object); err != nil {
		t.Fatal(err)
	}
}

// Get reads an object that has to be there.
func Get[T client.Object](t testing.TB, s *Suite, namespace, name string, into T) T {
	t.Helper()
	if err := s.Admin.Get(t.Context(), client.ObjectKey{Namespace: namespace, Name: name}, into); err != nil {
		t.Fatal(err)
	}
	return into
}

// Delete deletes an object, and does not wait until it is gone.
func (s *Suite) Delete(t testing.TB, object client.Object) {
	t.Helper()
	if err := s.Admin.Delete(t.Context(), object); err != nil {
		t.Fatal(err)
	}
}

// DeleteMaps deletes every map of the cluster, and waits until they are gone: for tests that depend on all of them.
func (s *Suite) DeleteMaps(t testing.TB) {
	t.Helper()
	// It may be called when the test is over.
	ctx := context.WithoutCancel(t.Context())
	list := func() ([]metav1.PartialObjectMetadata, error) {
		// Maps can be large, and there can be thousands.
		maps := &metav1.PartialObjectMetadataList{}
		maps.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind("StakeholderMapList"))
		err := s.Admin.List(ctx, maps)
		return maps.Items, err
	}
	before, err := list()
	if err != nil {
		t.Fatal(err)
	}
	namespaces, uids := make(map[string]bool), make(map[types.UID]bool)
	for i := range before {
		namespaces[before[i].Namespace], uids[before[i].UID] = true, true
	}
	for namespace := range namespaces {
		if err := s.Admin.DeleteAllOf(ctx, &v1alpha1.StakeholderMap{}, client.InNamespace(namespace)); err != nil {
			t.Fatal(err)
		}
	}
	err = controlplane.WaitFor(ctx, Patience*time.Duration(1+len(before)), "all maps are gone", func() error {
		now, err := list()
		if err != nil {
			return err
		}
		for i := range now {
			if uids[now[i].UID] {
				return fmt.Errorf("%s/%s is there, with finalizers %v", now[i].Namespace, now[i].Name, now[i].Finalizers)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// NewNamespace makes a namespace with a new name and the labels, which are given as pairs.
func (s *Suite) NewNamespace(t testing.TB, labels ...string) string {
	t.Helper()
	return s.newNamespace(t, nil, labels)
}

// NewTarget is NewNamespace for a namespace that accepts the maps of another one.
func (s *Suite) NewTarget(t testing.TB, mapNamespace string, labels ...string) string {
	t.Helper()
	return s.newNamespace(t, map[string]string{v1alpha1.AcceptMapsFrom: mapNamespace}, labels)
}

func (s *Suite) newNamespace(t testing.TB, annotations map[string]string, labels []string) string {
	t.Helper()
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "test-", Annotations: annotations, Labels: make(map[string]string)}}
	for i := 0; i+1 < len(labels); i += 2 {
		ns.Labels[labels[i]] = labels[i+1]
	}
	s.Create(t, ns)
	return ns.Name
}

// PatchNamespace merges a patch in JSON into a namespace.
func (s *Suite) PatchNamespace(t testing.TB, name, patch string) {
	t.Helper()
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}
	if err := s.Admin.Patch(t.Context(), ns, client.RawPatch("application/merge-patch+json", []byte(patch))); err != nil {
		t.Fatal(err)
	}
}

// Consent sets the annotation by which a namespace accepts maps; null removes it.
func (s *Suite) Consent(t testing.TB, namespace string, mapNamespace *string) {
	t.Helper()
	value := "null"
	if mapNamespace != nil {
		value = `"` + *mapNamespace + `"`
	}
	s.PatchNamespace(t, namespace, `{"metadata":{"annotations":{"`+v1alpha1.AcceptMapsFrom+`":`+value+`}}}`)
}

// Users are subjects of kind User.
func Users(names ...string) []v1alpha1.Subject {
	subjects := make([]v1alpha1.Subject, len(names))
	for i, name := range names {
		subjects[i] = v1alpha1.Subject{Kind: v1alpha1.SubjectUser, Name: name}
	}
	return subjects
}

// NewMap is a valid map, not created yet: carla pays, eve uses, and paul is the product owner.
func NewMap(namespace, name string) *v1alpha1.StakeholderMap {
	return &v1alpha1.StakeholderMap{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec: v1alpha1.StakeholderMapSpec{
			Product:      v1alpha1.Product{DisplayName: "Product " + name, Market: v1alpha1.MarketB2B},
			Customers:    []v1alpha1.Customer{{Party: v1alpha1.Party{Name: "board", Subjects: Users("carla")}}},
			EndUsers:     []v1alpha1.EndUser{{Party: v1alpha1.Party{Name: "staff", Subjects: Users("eve")}}},
			ProductOwner: v1alpha1.ProductOwner{Name: "paul", Subjects: Users("paul")},
		},
	}
}

// Selecting is NewMap with a target selector: the namespaces whose label product has this value.
func Selecting(namespace, name, product string) *v1alpha1.StakeholderMap {
	m := NewMap(namespace, name)
	m.Spec.TargetNamespaces.RoutingTable = v1alpha1.RoutingTableAll
	m.Spec.TargetNamespaces.Selector = &v1alpha1.NamespaceSelector{
		MatchLabels: map[string]v1alpha1.LabelValue{"product": v1alpha1.LabelValue(product)},
	}
	return m
}

// Edit changes the spec of a map as a pull request would, and returns the map as stored.
func (s *Suite) Edit(t testing.TB, m *v1alpha1.StakeholderMap, change func(*v1alpha1.StakeholderMapSpec)) *v1alpha1.StakeholderMap {
	t.Helper()
	current := Get(t, s, m.Namespace, m.Name, &v1alpha1.StakeholderMap{})
	before := current.DeepCopy()
	change(&current.Spec)
	if err := s.Admin.Patch(t.Context(), current, client.MergeFrom(before)); err != nil {
		t.Fatal(err)
	}
	return current
}

// WaitFor returns the map when a condition of its current generation has a status and a reason.
func (s *Suite) WaitFor(t testing.TB, m *v1alpha1.StakeholderMap, condition string, status metav1.ConditionStatus, reason string) *v1alpha1.StakeholderMap {
	t.Helper()
	var current *v1alpha1.StakeholderMap
	controlplane.Eventually(t, Patience, fmt.Sprintf("%s of %s/%s is %s with reason %q", condition, m.Namespace, m.Name, status, reason), func() error {
		current = &v1alpha1.StakeholderMap{}
		if err := s.Admin.Get(t.Context(), client.ObjectKeyFromObject(m), current); err != nil {
			return err
		}
		c := meta.FindStatusCondition(current.Status.Conditions, condition)
		if c == nil || c.ObservedGeneration != current.Generation || c.Status != status || c.Reason != reason {
			return fmt.Errorf("generation %d has conditions %+v", current.Generation, current.Status.Conditions)
		}
		return nil
	})
	return current
}

// WaitReady returns the map when its current generation is in force.
func (s *Suite) WaitReady(t testing.TB, m *v1alpha1.StakeholderMap) *v1alpha1.StakeholderMap {
	t.Helper()
	return s.WaitFor(t, m, v1alpha1.ConditionReady, metav1.ConditionTrue, v1alpha1.ReasonReady)
}

// WaitGone waits until an object no longer exists.
func (s *Suite) WaitGone(t testing.TB, object client.Object) {
	t.Helper()
	controlplane.Eventually(t, Patience, object.GetNamespace()+"/"+object.GetName()+" is gone", func() error {
		err := s.Admin.Get(t.Context(), client.ObjectKeyFromObject(object), object)
		if err == nil {
			return fmt.Errorf("it is there, with finalizers %v", object.GetFinalizers())
		}
		return client.IgnoreNotFound(err)
	})
}

// May asks the API server whether a user has a right on a topic of a map, or with topic "" on the map itself.
func (s *Suite) May(t testing.TB, user, verb string, m *v1alpha1.StakeholderMap, topic string) bool {
	t.Helper()
	review := &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
		User: user,
		ResourceAttributes: &authorizationv1.ResourceAttributes{
			Namespace: m.Namespace, Verb: verb, Group: "stakeholders.dev", Resource: "stakeholdermaps", Subresource: topic, Name: m.Name,
		},
	}}
	s.Create(t, review)
	return review.Status.Allowed
}

// HoldersIn are the subjects that RoleBindings of a map in a namespace bind to the ClusterRoles of their roles, sorted,
// as "customer carla". The namespace can be the map's own.
func (s *Suite) HoldersIn(t testing.TB, m *v1alpha1.StakeholderMap, namespace string) []string {
	t.Helper()
	var bindings rbacv1.RoleBindingList
	err := s.Admin.List(t.Context(), &bindings, client.InNamespace(namespace), client.MatchingLabels{
		"stakeholders.dev/map": m.Name, "stakeholders.dev/map-namespace": m.Namespace,
	})
	if err != nil {
		t.Fatal(err)
	}
	found := make(map[string]bool)
	for i := range bindings.Items {
		b := &bindings.Items[i]
		if role := b.Labels["stakeholders.dev/role"]; b.RoleRef.Kind == "ClusterRole" && b.RoleRef.Name == "stakeholders-"+role {
			for _, subject := range b.Subjects {
				found[role+" "+subject.Name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// Everybody are the holders of a map from NewMap.
func Everybody() []string { return []string{"customer carla", "end-user eve", "product-owner paul"} }

// TableIn is the data of the copy of a map's routing table in another namespace, or nil.
func (s *Suite) TableIn(t testing.TB, m *v1alpha1.StakeholderMap, namespace string) map[string]string {
	t.Helper()
	cm := &corev1.ConfigMap{}
	err := s.Admin.Get(t.Context(), client.ObjectKey{Namespace: namespace, Name: m.Namespace + "." + m.Name + ".routing"}, cm)
	if client.IgnoreNotFound(err) != nil {
		t.Fatal(err)
	}
	return cm.Data
}

// WaitHolders waits until exactly these subjects have rights in a target namespace, and until the table is there
// exactly if there are any.
func (s *Suite) WaitHolders(t testing.TB, m *v1alpha1.StakeholderMap, namespace string, want ...string) {
	t.Helper()
	controlplane.Eventually(t, Patience, fmt.Sprintf("rights by %s/%s in %s: %v", m.Namespace, m.Name, namespace, want), func() error {
		if got := s.HoldersIn(t, m, namespace); !slices.Equal(got, want) {
			return fmt.Errorf("%v have them", got)
		}
		if (s.TableIn(t, m, namespace) != nil) != (len(want) > 0) && namespace != m.Namespace {
			return fmt.Errorf("the table should be there: %t", len(want) > 0)
		}
		return nil
	})
}
