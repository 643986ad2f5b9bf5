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
	"fmt"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// inSlices reconciles until the map is not requeued at once, and returns after how many reconciles that was, and the most
// writes that one of them has made.
func (w *world) inSlices() (reconciles int, most int64) {
	w.Helper()
	for {
		before := w.writes.Load()
		result, err := w.r.Reconcile(w.Context(), requestFor(w))
		reconciles++
		if reconciles > 100 {
			w.Fatal("it does not end")
		}
		most = max(most, w.writes.Load()-before)
		if err != nil || result.RequeueAfter == 0 || result.RequeueAfter > fixtures.Soon.Sub(fixtures.Now) {
			return reconciles, most
		}
	}
}

// manyTargets is a map that takes part in so many namespaces.
func manyTargets(t *testing.T, namespaces int) *world {
	t.Helper()
	m := fixtures.Minimal()
	m.Spec.TargetNamespaces.Selector = &v1alpha1.NamespaceSelector{MatchLabels: map[string]v1alpha1.LabelValue{"product": "checkout"}}
	w := newWorld(t, m, fixtures.Now)
	for i := range namespaces {
		w.target(fmt.Sprintf("shop-%03d", i))
	}
	return w
}

// TestFanOutYields has a map with many namespaces make way for others after a bounded number of writes, and say what came of
// it once, at the end: when it is new, when a customer leaves, and when it is deleted.
func TestFanOutYields(t *testing.T) {
	t.Parallel()
	const shops = 100
	w := manyTargets(t, shops)
	mostWrites := int64((32+16)*len(names.Roles) + 8) // a slice, what runs beside its last namespace, and the outputs of the map itself
	for _, step := range []struct {
		reason, event string
		do            func()
		want          int
	}{
		{"a new map", "Granted", func() {}, 1},
		{"a customer leaves", "Revoked", func() {
			w.edit(func(spec *v1alpha1.StakeholderMapSpec) {
				spec.Customers[0].Subjects = []v1alpha1.Subject{fixtures.User("new-customer")}
			})
		}, 1},
		{"the map is deleted", "Revoked", func() {
			m := w.get()
			m.Finalizers = append(m.Finalizers, "example.com/backup")
			if err := w.client.Update(t.Context(), m); err != nil {
				t.Fatal(err)
			}
			if err := w.client.Delete(t.Context(), m); err != nil {
				t.Fatal(err)
			}
		}, 0},
	} {
		step.do()
		reconciles, most := w.inSlices()
		if reconciles < 3 || most > mostWrites {
			t.Errorf("%s: %d reconciles with up to %d writes, want several with up to %d", step.reason, reconciles, most, mostWrites)
		}
		bound := 0
		for i := range shops {
			if len(w.bound(fmt.Sprintf("shop-%03d", i), names.RoleCustomer)) > 0 {
				bound++
			}
		}
		if bound != step.want*shops {
			t.Errorf("%s: in %d namespaces there are customers, want %d", step.reason, bound, step.want*shops)
		}
		events := 0
		for _, told := range w.told() {
			if strings.Contains(told, " "+step.event+" ") {
				events++
			}
		}
		if events != 1 {
			t.Errorf("%s: there are %d events, want one", step.reason, events)
		}
	}
}

// TestFanOutPastFailures lets the writes in more namespaces than one reconcile tries fail. The others get their grants, status
// counts all that failed, and a namespace that no longer fails is counted no more.
func TestFanOutPastFailures(t *testing.T) {
	t.Parallel()
	const shops, failing = 100, 60
	w := manyTargets(t, shops)
	fails := failing
	w.refuseObject = func(object client.Object) error {
		for i := range fails {
			if object.GetNamespace() == fmt.Sprintf("shop-%03d", i) {
				return errors.New("exceeded quota")
			}
		}
		return nil
	}
	w.inSlices()
	ready := func() (metav1.ConditionStatus, int32) {
		status := w.get().Status
		for _, c := range status.Conditions {
			if c.Type == v1alpha1.ConditionReady {
				return c.Status, *status.Namespaces.Ready
			}
		}
		return "", 0
	}
	if status, n := ready(); status != metav1.ConditionFalse || n != shops-failing {
		t.Errorf("Ready is %s, in %d namespaces, want it in %d", status, n, shops-failing)
	}
	fails = 0
	for range 3 {
		w.inSlices()
	}
	if status, n := ready(); status != metav1.ConditionTrue || n != shops {
		t.Errorf("once nothing fails Ready is %s, in %d namespaces", status, n)
	}
}
