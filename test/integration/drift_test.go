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

package integration

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// content is the part that a repair must restore.
type content struct {
	Labels map[string]string
	Data   map[string]string
	Binary map[string][]byte
	Rules  []rbacv1.PolicyRule
	Ref    rbacv1.RoleRef
	Who    []rbacv1.Subject
	Owner  types.UID
}

func contentOf(object client.Object) content {
	c := content{Labels: object.GetLabels()}
	if refs := object.GetOwnerReferences(); len(refs) == 1 {
		c.Owner = refs[0].UID
	}
	switch o := object.(type) {
	case *corev1.ConfigMap:
		c.Data, c.Binary = o.Data, o.BinaryData
	case *rbacv1.Role:
		c.Rules = o.Rules
	case *rbacv1.RoleBinding:
		c.Ref, c.Who = o.RoleRef, o.Subjects
	}
	return c
}

// An output that is changed or deleted by hand is repaired at once.
func TestDriftIsRepaired(t *testing.T) {
	t.Parallel()
	const grant = "stakeholders:checkout:customer"
	merge := func(patch string) func(*testing.T, client.Object) {
		return func(t *testing.T, object client.Object) {
			t.Helper()
			if err := env.Admin.Patch(t.Context(), object, client.RawPatch(types.MergePatchType, []byte(patch))); err != nil {
				t.Fatal(err)
			}
		}
	}
	remove := func(t *testing.T, object client.Object) {
		t.Helper()
		if err := env.Admin.Delete(t.Context(), object); err != nil {
			t.Fatal(err)
		}
	}
	const strip = `{"metadata":{"labels":null}}`
	tests := map[string]struct {
		reason string
		object client.Object
		name   string
		drift  func(*testing.T, client.Object)
	}{
		"ConfigMapDeleted":           {"tools would find nothing", &corev1.ConfigMap{}, "checkout-routing", remove},
		"ConfigMapEdited":            {"tools would ask the wrong people", &corev1.ConfigMap{}, "checkout-routing", merge(`{"data":{"budget.to.users":"mallory","routing.json":"{}"}}`)},
		"ConfigMapKeyRemoved":        {"tools would ask no party", &corev1.ConfigMap{}, "checkout-routing", merge(`{"data":{"budget.to.users":null}}`)},
		"ConfigMapKeyAdded":          {"tools would read a forged key as ours", &corev1.ConfigMap{}, "checkout-routing", merge(`{"data":{"payroll.to.users":"mallory"},"binaryData":{"x":"eA=="}}`)},
		"ConfigMapFrozen":            {"an immutable ConfigMap can only be replaced", &corev1.ConfigMap{}, "checkout-routing", merge(`{"immutable":true,"data":{"budget.to.users":"mallory"}}`)},
		"ConfigMapStripped":          {"without our labels it is not in the cache", &corev1.ConfigMap{}, "checkout-routing", merge(strip)},
		"ConfigMapStrippedAndEdited": {"both at once", &corev1.ConfigMap{}, "checkout-routing", merge(`{"metadata":{"labels":null},"data":{"budget.to.users":"mallory"}}`)},
		"RoleDeleted":                {"no customer could do anything", &rbacv1.Role{}, grant, remove},
		"RoleEdited":                 {"customers would gain rights", &rbacv1.Role{}, grant, merge(`{"rules":[{"apiGroups":[""],"resources":["secrets"],"verbs":["get"]}]}`)},
		"RoleStripped":               {"without our labels it is not in the cache", &rbacv1.Role{}, grant, merge(strip)},
		"RoleRelabelled":             {"the label names another map, the owner is the same", &rbacv1.Role{}, grant, merge(`{"metadata":{"labels":{"stakeholders.dev/map":"other"}}}`)},
		"RoleForged": {"customers would lose rights, and the cache has this text in the place of the map's name", &rbacv1.Role{}, grant, func(t *testing.T, object client.Object) {
			t.Helper()
			forged, ok := object.DeepCopyObject().(*rbacv1.Role)
			if !ok {
				t.Fatalf("%T is no Role", object)
			}
			for i := range forged.Rules {
				if len(forged.Rules[i].ResourceNames) > 0 {
					forged.Rules[i].ResourceNames = []string{"(by its name)"}
				}
			}
			if err := env.Admin.Update(t.Context(), forged); err != nil {
				t.Fatal(err)
			}
		}},
		"RoleBindingDeleted":  {"no customer could do anything", &rbacv1.RoleBinding{}, grant, remove},
		"RoleBindingEdited":   {"an attacker would gain rights", &rbacv1.RoleBinding{}, grant, merge(`{"subjects":[{"kind":"User","name":"mallory","apiGroup":"rbac.authorization.k8s.io"}]}`)},
		"RoleBindingEmptied":  {"customers would lose rights", &rbacv1.RoleBinding{}, grant, merge(`{"subjects":null}`)},
		"RoleBindingStripped": {"without our labels it is not in the cache", &rbacv1.RoleBinding{}, grant, merge(strip)},
		"RoleBindingSwapped": {"a roleRef cannot be changed, so another user has created it again", &rbacv1.RoleBinding{}, grant, func(t *testing.T, object client.Object) {
			t.Helper()
			swapped, ok := object.DeepCopyObject().(*rbacv1.RoleBinding)
			if !ok {
				t.Fatalf("%T is no RoleBinding", object)
			}
			swapped.ResourceVersion, swapped.UID = "", ""
			swapped.RoleRef = rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "admin"}
			swap(t, swapped)
		}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := createReady(t, newMap(newNamespace(t), "checkout"))
			object, ok := tc.object.DeepCopyObject().(client.Object)
			if !ok {
				t.Fatalf("%T is no object", tc.object)
			}
			get(t, m.Namespace, tc.name, object)
			want := contentOf(object)
			tc.drift(t, object)
			controlplane.Eventually(t, patience, "repair, because "+tc.reason, func() error {
				now, ok := tc.object.DeepCopyObject().(client.Object)
				if !ok {
					return fmt.Errorf("%T is no object", tc.object)
				}
				if err := env.Admin.Get(t.Context(), client.ObjectKey{Namespace: m.Namespace, Name: tc.name}, now); err != nil {
					return err
				}
				if got := contentOf(now); !cmp.Equal(got, want, cmpopts.EquateEmpty()) {
					return fmt.Errorf("not as it was (-want +got):\n%s", cmp.Diff(want, got, cmpopts.EquateEmpty()))
				}
				return nil
			})
			waitReady(t, m)
		})
	}
}
