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

package stakeholdermap

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// TestTableWithoutDataIsMended: a strategic merge patch leaves out what should replace data that is not there.
func TestTableWithoutDataIsMended(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*corev1.ConfigMap){
		"no data": func(cm *corev1.ConfigMap) { cm.Data = nil },
		"only other data": func(cm *corev1.ConfigMap) {
			cm.Data, cm.BinaryData = nil, map[string][]byte{"forged": {1}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, fixtures.Minimal(), fixtures.Now)
			w.settle()
			key, cm := client.ObjectKey{Namespace: w.key.Namespace, Name: "checkout-routing"}, &corev1.ConfigMap{}
			if err := w.client.Get(t.Context(), key, cm); err != nil {
				t.Fatal(err)
			}
			keys := len(cm.Data)
			change(cm)
			if err := w.client.Update(t.Context(), cm); err != nil {
				t.Fatal(err)
			}
			w.reconcile()
			now := &corev1.ConfigMap{}
			if err := w.client.Get(t.Context(), key, now); err != nil {
				t.Fatal(err)
			}
			if len(now.Data) != keys || len(now.BinaryData) > 0 || w.reason(v1alpha1.ConditionReady) != "True Ready" {
				t.Errorf("it has %d keys of %d and %d others, and Ready is %s", len(now.Data), keys, len(now.BinaryData), w.reason(v1alpha1.ConditionReady))
			}
		})
	}
}

// TestBindingHeldInDeletionKeepsNoMap: what another writer has deleted and holds by a finalizer is emptied, and the map goes in the
// same pass. No event of another writer sets off another one.
func TestBindingHeldInDeletionKeepsNoMap(t *testing.T) {
	t.Parallel()
	w := newWorld(t, targeting(), fixtures.Now)
	w.target("shop")
	w.settle()
	key := client.ObjectKey{Namespace: "shop", Name: "stakeholders:target:" + w.key.Namespace + ":checkout:customer"}
	binding := &rbacv1.RoleBinding{}
	if err := w.client.Get(t.Context(), key, binding); err != nil {
		t.Fatal(err)
	}
	binding.Finalizers = []string{"theirs.example/hold"}
	if err := w.client.Update(t.Context(), binding); err != nil {
		t.Fatal(err)
	}
	if err := w.client.Delete(t.Context(), binding); err != nil {
		t.Fatal(err)
	}
	if err := w.client.Delete(t.Context(), w.get()); err != nil {
		t.Fatal(err)
	}
	w.reconcile()
	held := &rbacv1.RoleBinding{}
	if err := w.client.Get(t.Context(), key, held); err != nil || len(held.Subjects) > 0 {
		t.Errorf("it has the subjects %v: %v", held.Subjects, err)
	}
	if err := w.client.Get(t.Context(), w.key, &v1alpha1.StakeholderMap{}); !apierrors.IsNotFound(err) {
		t.Errorf("the map is still there: %v", err)
	}
}

// TestRoleBesideAForeignBinding: of a new map no RoleBinding is looked for before the Role is written. If another writer's turns
// out to be there, the Role goes, or it would be theirs to hand out; an answer that is lost deletes nothing.
func TestRoleBesideAForeignBinding(t *testing.T) {
	t.Parallel()
	const name = "stakeholders:checkout:customer"
	for reason, tc := range map[string]struct {
		foreign bool
		refuse  error
		deleted []string
	}{
		"it is found":                     {foreign: true, deleted: []string{name}},
		"it is found after a refusal":     {foreign: true, refuse: errors.New("no"), deleted: []string{name}},
		"nothing is there, and no answer": {refuse: errors.New("no answer")},
	} {
		t.Run(reason, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, fixtures.Minimal(), fixtures.Now)
			key := client.ObjectKey{Namespace: w.key.Namespace, Name: name}
			if tc.foreign {
				forged := &rbacv1.RoleBinding{
					ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: key.Name},
					RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: name},
					Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: "User", Name: "mallory"}},
				}
				if err := w.client.Create(t.Context(), forged); err != nil {
					t.Fatal(err)
				}
			}
			w.refuse = func(kind string) error {
				if kind == "*v1.RoleBinding" {
					return tc.refuse
				}
				return nil
			}
			var deleted []string
			w.refuseDelete = func(object client.Object) error {
				deleted = append(deleted, object.GetName())
				return nil
			}
			_, _ = w.r.Reconcile(t.Context(), requestFor(w))
			if diff := cmp.Diff(tc.deleted, deleted); diff != "" {
				t.Errorf("deleted (-want +got):\n%s", diff)
			}
			err := w.client.Get(t.Context(), key, &rbacv1.Role{})
			if gone := apierrors.IsNotFound(err); gone != tc.foreign {
				t.Errorf("that the Role is gone is %t: %v", gone, err)
			}
		})
	}
}
