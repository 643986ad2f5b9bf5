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

package bench

import (
	"fmt"
	"testing"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// mapsPerNamespace is how many maps share a namespace if there are many.
const mapsPerNamespace = 10

// namespacesFor makes the namespaces, called prefix-0 and so on, over which n maps are spread.
func namespacesFor(tb testing.TB, prefix string, n int) []string {
	tb.Helper()
	namespaces := make([]string, (n+mapsPerNamespace-1)/mapsPerNamespace)
	for i := range namespaces {
		namespaces[i] = fmt.Sprintf("%s-%d", prefix, i)
	}
	inParallel(tb, len(namespaces), func(i int) error {
		err := env.Admin.Create(tb.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespaces[i]}})
		if apierrors.IsAlreadyExists(err) {
			return nil
		}
		return err
	})
	return namespaces
}

// remove deletes every map, and every output, in some namespaces, while no operator runs.
func remove(tb testing.TB, namespaces []string) {
	tb.Helper()
	removeOutputs(tb, namespaces, &rbacv1.RoleBinding{}, &rbacv1.Role{}, &corev1.ConfigMap{})
	inParallel(tb, len(namespaces), func(i int) error {
		var maps v1alpha1.StakeholderMapList
		if err := env.Admin.List(tb.Context(), &maps, client.InNamespace(namespaces[i])); err != nil {
			return err
		}
		for i := range maps.Items {
			if len(maps.Items[i].Finalizers) == 0 {
				continue
			}
			patch := client.RawPatch(types.MergePatchType, []byte(`{"metadata":{"finalizers":null}}`))
			if err := env.Admin.Patch(tb.Context(), &maps.Items[i], patch); err != nil {
				return err
			}
		}
		return env.Admin.DeleteAllOf(tb.Context(), &v1alpha1.StakeholderMap{}, client.InNamespace(namespaces[i]))
	})
}

// removeOutputs deletes the outputs of some kinds in some namespaces.
func removeOutputs(tb testing.TB, namespaces []string, kinds ...client.Object) {
	tb.Helper()
	inParallel(tb, len(namespaces), func(i int) error {
		for _, kind := range kinds {
			if err := env.Admin.DeleteAllOf(tb.Context(), kind, client.InNamespace(namespaces[i]), client.HasLabels{names.LabelMap}); err != nil {
				return err
			}
		}
		return nil
	})
}

// exemplar is a map that the operator has put in force. It is deleted when exemplar returns. No operator may run.
func exemplar(tb testing.TB, newMap shape) *v1alpha1.StakeholderMap {
	tb.Helper()
	operator := env.StartOperator(tb, env.Kubeconfig)
	m := newMap(env.NewNamespace(tb), "exemplar")
	env.Create(tb, m)
	ready := env.WaitReady(tb, m)
	stop(tb, operator)
	remove(tb, []string{m.Namespace})
	return ready
}

func stop(tb testing.TB, operator *controlplane.Operator) {
	tb.Helper()
	if err := operator.Stop(); err != nil {
		tb.Fatal(err)
	}
}
