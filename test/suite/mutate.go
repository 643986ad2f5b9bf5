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
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// MutateOutputs installs an admission policy that changes objects with the label of outputs as they are written, in namespaces
// that have a label: patch is a list of JSONPatch in CEL. It returns once the API server asks the policy. The returned
// function removes it, and so does the end of the test.
func (s *Suite) MutateOutputs(t testing.TB, label, patch string, resources ...string) (remove func()) {
	t.Helper()
	const name = "mutate-outputs"
	mutated, err := json.Marshal(resources)
	if err != nil {
		t.Fatal(err)
	}
	policy := fmt.Sprintf(`{
		"apiVersion":"admissionregistration.k8s.io/v1","kind":"MutatingAdmissionPolicy","metadata":{"name":%[1]q},
		"spec":{"failurePolicy":"Fail","reinvocationPolicy":"Never",
			"matchConstraints":{
				"namespaceSelector":{"matchExpressions":[{"key":%[2]q,"operator":"Exists"}]},
				"resourceRules":[{"apiGroups":["","rbac.authorization.k8s.io"],"apiVersions":["v1"],"operations":["CREATE","UPDATE"],"resources":%[4]s}]},
			"matchConditions":[{"name":"output","expression":"has(object.metadata.labels) && 'stakeholders.dev/map' in object.metadata.labels"}],
			"mutations":[{"patchType":"JSONPatch","jsonPatch":{"expression":%[3]q}}]}}`, name, label, patch, mutated)
	binding := fmt.Sprintf(`{"apiVersion":"admissionregistration.k8s.io/v1","kind":"MutatingAdmissionPolicyBinding","metadata":{"name":%[1]q},"spec":{"policyName":%[1]q}}`, name)
	var installed []client.Object
	uninstall := func() {
		t.Helper()
		for _, object := range installed {
			if err := client.IgnoreNotFound(s.Admin.Delete(context.WithoutCancel(t.Context()), object)); err != nil {
				t.Error(err)
			}
		}
	}
	t.Cleanup(uninstall)
	for _, document := range []string{policy, binding} {
		object := &unstructured.Unstructured{}
		if err := object.UnmarshalJSON([]byte(document)); err != nil {
			t.Fatal(err)
		}
		s.Create(t, object)
		installed = append(installed, object)
	}
	s.waitMutated(t, label, resources[len(resources)-1], true)
	return func() {
		t.Helper()
		uninstall()
		s.waitMutated(t, label, resources[len(resources)-1], false)
	}
}

// waitMutated waits until the API server asks a new policy, or no longer asks a removed one. That takes it a moment.
func (s *Suite) waitMutated(t testing.TB, label, resource string, want bool) {
	t.Helper()
	meta := metav1.ObjectMeta{Namespace: s.NewNamespace(t, label, ""), Name: "probe", Labels: map[string]string{"stakeholders.dev/map": "probe"}}
	var probe client.Object = &corev1.ConfigMap{ObjectMeta: meta, Data: map[string]string{"probe": "probe"}}
	if resource == "rolebindings" {
		probe = &rbacv1.RoleBinding{
			ObjectMeta: meta,
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: "probe"},
			Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: "probe"}},
		}
	}
	// Only the policy changes these: other writers write the same before and after.
	mutable := func(object client.Object) []any {
		parts := []any{object.GetLabels()}
		switch object := object.(type) {
		case *corev1.ConfigMap:
			parts = append(parts, object.Data)
		case *rbacv1.RoleBinding:
			parts = append(parts, object.Subjects)
		}
		return parts
	}
	controlplane.Eventually(t, Patience, fmt.Sprintf("that the policy is asked is %t", want), func() error {
		answer, ok := probe.DeepCopyObject().(client.Object)
		if !ok {
			return fmt.Errorf("%T is no object", probe)
		}
		if err := s.Admin.Create(t.Context(), answer, client.DryRunAll); err != nil {
			return err
		}
		if mutated := !equality.Semantic.DeepEqual(mutable(probe), mutable(answer)); mutated != want {
			return errors.New("it is not so yet")
		}
		return nil
	})
}
