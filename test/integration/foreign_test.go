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
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// An object that a map does not own is left alone, with any name and labels, and reported.
func TestForeignObjectIsLeftAlone(t *testing.T) {
	t.Parallel()
	const grant = "stakeholders:checkout:customer"
	ours := map[string]string{"app.kubernetes.io/managed-by": "stakeholder-operator", "stakeholders.dev/map": "checkout"}
	somebody := []rbacv1.Subject{{Kind: "User", APIGroup: rbacv1.GroupName, Name: "somebody"}}
	tests := map[string]struct {
		reason    string
		object    client.Object
		condition string
		// without is what the map lacks as long as the foreign object exists.
		without string
	}{
		"ConfigMap": {
			"a ConfigMap of the same name", &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "checkout-routing"}, Data: map[string]string{"a": "b"}},
			v1alpha1.ConditionPublished, "",
		},
		"ForgedConfigMap": {
			"a ConfigMap that carries our labels", &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "checkout-routing", Labels: ours}, Data: map[string]string{"a": "b"}},
			v1alpha1.ConditionPublished, "",
		},
		"Role": {
			"a Role that gives something else", &rbacv1.Role{
				ObjectMeta: metav1.ObjectMeta{Name: grant},
				Rules:      []rbacv1.PolicyRule{{Verbs: []string{"get"}, APIGroups: []string{""}, Resources: []string{"secrets"}}},
			},
			v1alpha1.ConditionAuthorized, "carla",
		},
		"ForgedRoleBinding": {
			"a RoleBinding that would give our Role to another user",
			&rbacv1.RoleBinding{
				ObjectMeta: metav1.ObjectMeta{Name: grant, Labels: ours},
				RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: grant}, Subjects: somebody,
			},
			v1alpha1.ConditionAuthorized, "carla",
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			namespace := newNamespace(t)
			foreign, ok := tc.object.DeepCopyObject().(client.Object)
			if !ok {
				t.Fatalf("%T is no object", tc.object)
			}
			foreign.SetNamespace(namespace)
			create(t, foreign)
			before := foreign.GetResourceVersion()

			m := newMap(namespace, "checkout")
			create(t, m)
			m = waitFor(t, m, tc.condition, metav1.ConditionFalse, v1alpha1.ReasonForeignObject)
			c := meta.FindStatusCondition(m.Status.Conditions, tc.condition)
			if !strings.Contains(c.Message, namespace+"/"+foreign.GetName()) {
				t.Errorf("%s: the condition does not name it: %q", tc.reason, c.Message)
			}
			ready := meta.FindStatusCondition(m.Status.Conditions, v1alpha1.ConditionReady)
			if ready.Status != metav1.ConditionFalse || ready.Reason != v1alpha1.ReasonForeignObject {
				t.Errorf("%s: Ready is %+v", tc.reason, ready)
			}
			// Everything else is in force, and the object has given no rights.
			wantMay(t, true, "eve", "request", m, "usability")
			wantMay(t, false, "somebody", "approve", m, "budget")
			if tc.without != "" {
				wantMay(t, false, tc.without, "approve", m, "budget")
			}
			now, ok := tc.object.DeepCopyObject().(client.Object)
			if !ok {
				t.Fatalf("%T is no object", tc.object)
			}
			get(t, namespace, foreign.GetName(), now)
			if now.GetResourceVersion() != before {
				t.Errorf("%s: it was changed: %s", tc.reason, cmp.Diff(foreign, now))
			}
			// When it is deleted, the map is put in force without an edit.
			if err := env.Admin.Delete(t.Context(), foreign); err != nil {
				t.Fatal(err)
			}
			waitReady(t, m)
			wantMay(t, true, "carla", "approve", m, "budget")
		})
	}
}

// A RoleBinding of ours must not give the rights of a foreign Role with its name.
func TestForeignRoleUnderOurBinding(t *testing.T) {
	t.Parallel()
	m := createReady(t, newMap(newNamespace(t), "checkout"))
	const grant = "stakeholders:checkout:customer"
	foreign := &rbacv1.Role{
		ObjectMeta: metav1.ObjectMeta{Namespace: m.Namespace, Name: grant},
		Rules:      []rbacv1.PolicyRule{{Verbs: []string{"get"}, APIGroups: []string{""}, Resources: []string{"secrets"}}},
	}
	swap(t, foreign)
	waitFor(t, m, v1alpha1.ConditionAuthorized, metav1.ConditionFalse, v1alpha1.ReasonForeignObject)
	err := env.Admin.Get(t.Context(), client.ObjectKeyFromObject(foreign), &rbacv1.RoleBinding{})
	if client.IgnoreNotFound(err) != nil || err == nil {
		t.Errorf("the RoleBinding to a foreign Role is still there: %v", err)
	}
}
