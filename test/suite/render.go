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
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/command"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// CheckRender waits until "kubectl stakeholders render" of a map prints exactly what the operator has written for it:
// whole objects, except for what the API server sets. The command gets the map, the namespaces and the policy in force as
// the API server has them, and does not see the cluster. Requests about the map must not be approved.
func (s *Suite) CheckRender(t testing.TB, m *v1alpha1.StakeholderMap) {
	t.Helper()
	controlplane.Eventually(t, Patience, fmt.Sprintf("render prints what is written for %s/%s", m.Namespace, m.Name), func() error {
		written, err := s.writtenFor(t, m)
		if err != nil {
			return err
		}
		rendered, err := s.rendered(t, m)
		if err != nil {
			return err
		}
		if diff := cmp.Diff(written, rendered); diff != "" {
			return fmt.Errorf("written (-), and rendered (+):\n%s", diff)
		}
		return nil
	})
}

// rendered returns what the command prints for a map, by kind, namespace and name.
func (s *Suite) rendered(t testing.TB, m *v1alpha1.StakeholderMap) (map[string]any, error) {
	t.Helper()
	current := &v1alpha1.StakeholderMap{}
	if err := s.Admin.Get(t.Context(), client.ObjectKeyFromObject(m), current); err != nil {
		return nil, err
	}
	namespaces := &corev1.NamespaceList{}
	if err := s.Admin.List(t.Context(), namespaces); err != nil {
		return nil, err
	}
	state, err := s.PolicyInForce(t.Context())
	if err != nil {
		return nil, err
	}
	policy := &v1alpha1.StakeholderPolicy{ObjectMeta: metav1.ObjectMeta{Name: v1alpha1.PolicyName}, Spec: state.Status.InForce.Spec}
	objects := []client.Object{current, policy}
	for i := range namespaces.Items {
		objects = append(objects, &namespaces.Items[i])
	}
	printed, errText, code := s.Plugin(t, objects, "render", "-f", "-", "-o", "json")
	if code != 0 {
		return nil, fmt.Errorf("the command ends with %d: %s", code, errText)
	}
	list := &unstructured.UnstructuredList{}
	if err := json.Unmarshal(printed, list); err != nil {
		return nil, err
	}
	out := make(map[string]any, len(list.Items))
	for i := range list.Items {
		out[keyOf(&list.Items[i])] = list.Items[i].Object
	}
	return out, nil
}

// Plugin runs the kubectl plugin with some objects on standard input. It returns what that prints, and its exit code.
func (s *Suite) Plugin(t testing.TB, objects []client.Object, args ...string) (out, errOut []byte, code int) {
	t.Helper()
	var in, printed, complained bytes.Buffer
	encoder := json.NewEncoder(&in)
	for _, object := range objects {
		kinds, _, err := s.Admin.Scheme().ObjectKinds(object)
		if err != nil {
			t.Fatal(err)
		}
		object.GetObjectKind().SetGroupVersionKind(kinds[0])
		if err := encoder.Encode(object); err != nil {
			t.Fatal(err)
		}
	}
	streams := genericiooptions.IOStreams{In: &in, Out: &printed, ErrOut: &complained}
	code = command.Run(t.Context(), "test", args, streams)
	return printed.Bytes(), complained.Bytes(), code
}

// writtenFor returns everything in the cluster that carries the labels of a map, without what the API server has set.
func (s *Suite) writtenFor(t testing.TB, m *v1alpha1.StakeholderMap) (map[string]any, error) {
	t.Helper()
	out := make(map[string]any)
	for _, list := range []client.ObjectList{&corev1.ConfigMapList{}, &rbacv1.RoleList{}, &rbacv1.RoleBindingList{}, &corev1.ServiceAccountList{}} {
		err := s.Admin.List(t.Context(), list, client.MatchingLabels{"stakeholders.dev/map": m.Name, "stakeholders.dev/map-namespace": m.Namespace})
		if err != nil {
			return nil, err
		}
		err = meta.EachListItem(list, func(item runtime.Object) error {
			kinds, _, err := s.Admin.Scheme().ObjectKinds(item)
			if err != nil {
				return err
			}
			content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(item)
			if err != nil {
				return err
			}
			object := &unstructured.Unstructured{Object: content}
			object.SetGroupVersionKind(kinds[0])
			for _, field := range []string{"creationTimestamp", "generation", "managedFields", "resourceVersion", "uid"} {
				unstructured.RemoveNestedField(content, "metadata", field)
			}
			out[keyOf(object)] = content
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	if len(out) == 0 {
		return nil, errors.New("nothing is written")
	}
	return out, nil
}

func keyOf(object *unstructured.Unstructured) string {
	return object.GetKind() + " " + object.GetNamespace() + "/" + object.GetName()
}
