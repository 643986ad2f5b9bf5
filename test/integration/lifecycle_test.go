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
	"errors"
	"fmt"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// When a map is deleted, all its outputs are deleted, by real garbage collection or by the operator, whichever is
// first, without a finalizer.
func TestDeletion(t *testing.T) {
	t.Parallel()
	for name, policy := range map[string]metav1.DeletionPropagation{
		"Background": metav1.DeletePropagationBackground,
		// The map stays until everything that it owns is gone.
		"Foreground": metav1.DeletePropagationForeground,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := createReady(t, newMap(newNamespace(t), "checkout"))
			neighbour := createReady(t, newMap(m.Namespace, "checkout2"))
			if len(m.Finalizers) > 0 {
				t.Errorf("finalizers: %v", m.Finalizers)
			}
			kept := outputsOf(t, neighbour)
			if got := len(outputsOf(t, m)); got != 7 {
				t.Fatalf("%d outputs, want a ConfigMap and three pairs", got)
			}
			since := auditMark(t)
			if err := env.Admin.Delete(t.Context(), m, client.PropagationPolicy(policy)); err != nil {
				t.Fatal(err)
			}
			controlplane.Eventually(t, patience, "everything is gone", func() error {
				if left := outputsOf(t, m); len(left) > 0 {
					return fmt.Errorf("still there: %v", left)
				}
				return client.IgnoreNotFound(gone(env.Admin.Get(t.Context(), keyOf(m), &v1alpha1.StakeholderMap{})))
			})
			wantMay(t, false, "carla", "approve", m, "budget")
			if got := outputsOf(t, neighbour); fmt.Sprint(got) != fmt.Sprint(kept) {
				t.Errorf("outputs of the map beside it went from %v to %v", kept, got)
			}
			// The operator must not restore what is being collected. It only reads, records events, and deletes.
			for _, request := range requests(t, since, in(m.Namespace)) {
				if strings.HasPrefix(request, "create events ") || strings.HasPrefix(request, "delete ") || strings.HasPrefix(request, "get ") {
					continue
				}
				t.Errorf("the operator made the request %q", request)
			}
		})
	}
}

var errStillThere = errors.New("still there")

// gone returns an error if the object was found, and nil if not.
func gone(err error) error {
	if err == nil {
		return errStillThere
	}
	return err
}

// A map that is deleted and created again under its name is another map: the outputs of the first are removed, and
// never adopted.
func TestRecreatedMap(t *testing.T) {
	t.Parallel()
	first := createReady(t, newMap(newNamespace(t), "checkout"))
	if err := env.Admin.Delete(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	second := newMap(first.Namespace, "checkout")
	second.Spec.Customers = []v1alpha1.Customer{customer("others", nil, "olga")}
	second = createReady(t, second)
	if first.UID == second.UID {
		t.Fatal("the second map has the UID of the first")
	}
	wantMay(t, true, "olga", "approve", second, "budget")
	wantMay(t, false, "carla", "approve", second, "budget")
}

// It is no error if a map no longer exists when its outputs change or at the time of a write. A status that another
// writer has changed is repaired.
func TestStatusDrift(t *testing.T) {
	t.Parallel()
	m := createReady(t, newMap(newNamespace(t), "checkout"))
	patch := []byte(`{"status":{"customers":17,"conditions":[{"type":"Ready","status":"False","reason":"Forged","message":"","lastTransitionTime":"2026-01-01T00:00:00Z"}]}}`)
	if err := env.Admin.Status().Patch(t.Context(), m.DeepCopy(), client.RawPatch(types.MergePatchType, patch)); err != nil {
		t.Fatal(err)
	}
	m = waitReady(t, m)
	if *m.Status.Customers != 1 || len(m.Status.Conditions) != 4 {
		t.Errorf("status is %+v", m.Status)
	}
}
