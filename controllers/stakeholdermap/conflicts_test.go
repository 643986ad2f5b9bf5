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
	"slices"
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// try reconciles, and returns the error.
func (w *world) try() error {
	w.Helper()
	_, err := w.r.Reconcile(w.Context(), ctrl.Request{NamespacedName: w.key})
	return err
}

// in has writes of a kind fail.
func in(kind string, err error) func(string) error {
	return func(written string) error {
		if strings.Contains(written, kind) {
			return err
		}
		return nil
	}
}

// TestLastingConflictIsTold answers writes with Conflict for good, as the admission of hierarchical namespaces does: it is
// told like any failure, for the generation that it concerns, and everything else is in force.
func TestLastingConflictIsTold(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string]struct {
		condition string
		holds     bool
	}{
		"ConfigMap": {v1alpha1.ConditionPublished, true}, "RoleBinding": {v1alpha1.ConditionAuthorized, false},
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, fixtures.Minimal(), fixtures.Now)
			w.refuse = in(kind, conflict)
			if err := w.try(); err == nil {
				t.Error("it is not tried again")
			}
			for _, c := range []string{want.condition, v1alpha1.ConditionReady} {
				if got := w.reason(c); got != "False ApplyFailed" {
					t.Errorf("%s is %s", c, got)
				}
			}
			if told := w.told(); !contains(told, "Warning ApplyFailed", conflict.Error()) {
				t.Errorf("events are %q", told)
			}
			if holds := len(w.names()) == 3; holds != want.holds {
				t.Errorf("rights are %v", w.names())
			}
			if _, pending := w.config.Board.PendingSince(w.key); !pending {
				t.Error("metrics say that everything is in force")
			}
			w.refuse = nil
			w.settle()
			if got := w.reason(v1alpha1.ConditionReady); got != "True Ready" {
				t.Errorf("Ready is %s", got)
			}
			w.refuse = in(kind, conflict)
			w.edit(func(s *v1alpha1.StakeholderMapSpec) { s.Customers[0].Subjects[0].Name = "chris" })
			_ = w.try()
			ready := meta.FindStatusCondition(w.get().Status.Conditions, v1alpha1.ConditionReady)
			if ready.Status != "False" || ready.ObservedGeneration != 2 {
				t.Errorf("after an edit Ready is %s for generation %d", ready.Status, ready.ObservedGeneration)
			}
			if slices.Contains(w.names(), "customer cfo@acme.example") {
				t.Error("the customer who has left still has a right")
			}
		})
	}
}

// TestRaceIsNotTold lets another writer be faster each time. That is no fault, unless it never ends.
func TestRaceIsNotTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fixtures.Minimal(), fixtures.Now)
	w.settle()
	w.told()
	w.edit(func(s *v1alpha1.StakeholderMapSpec) { s.Customers[0].Subjects[0].Name = "chris" })
	w.refuse = func(kind string) error {
		if !strings.Contains(kind, "RoleBinding") {
			return nil
		}
		binding := &rbacv1.RoleBinding{}
		if err := w.client.Get(t.Context(), client.ObjectKey{Namespace: w.key.Namespace, Name: "stakeholders:checkout:customer"}, binding); err != nil {
			t.Fatal(err)
		}
		binding.Annotations["another"] += "x"
		if err := w.client.Update(t.Context(), binding); err != nil {
			t.Fatal(err)
		}
		return conflict
	}
	for range 3 {
		if err := w.try(); err == nil {
			t.Error("it is not tried again")
		}
	}
	if told := w.told(); len(told) > 0 || w.get().Status.ObservedGeneration != 1 {
		t.Errorf("of a race it is told %q", told)
	}
	w.clock.SetTime(fixtures.Now.Add(conflictTolerance))
	if err := w.try(); err == nil {
		t.Error("it is not tried again")
	}
	if got := w.reason(v1alpha1.ConditionReady); got != "False ApplyFailed" || w.get().Status.ObservedGeneration != 2 {
		t.Errorf("Ready is %s", got)
	}
	w.refuse = nil
	w.settle()
	if got := w.reason(v1alpha1.ConditionReady); got != "True Ready" || len(w.r.enforcer.conflicts.since) > 0 {
		t.Errorf("Ready is %s, and %d races are remembered", got, len(w.r.enforcer.conflicts.since))
	}
}

// TestDeletionInConflict has a map deleted whose grants may not be removed, while another's finalizer keeps it: it says so,
// even if it never had a status.
func TestDeletionInConflict(t *testing.T) {
	t.Parallel()
	for name, hadStatus := range map[string]bool{"a map in force": true, "a new map": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, fixtures.Minimal(), fixtures.Now)
			w.settle()
			m := w.get()
			m.Finalizers = append(m.Finalizers, "example.com/another")
			if err := w.client.Update(t.Context(), m); err != nil {
				t.Fatal(err)
			}
			if !hadStatus {
				m.Status = v1alpha1.StakeholderMapStatus{}
				if err := w.client.Status().Update(t.Context(), m); err != nil {
					t.Fatal(err)
				}
			}
			if err := w.client.Delete(t.Context(), m); err != nil {
				t.Fatal(err)
			}
			w.refuse, w.refuseDelete = in("Role", conflict), func(client.Object) error { return conflict }
			if err := w.try(); err == nil {
				t.Error("it is not tried again")
			}
			ready := meta.FindStatusCondition(w.get().Status.Conditions, v1alpha1.ConditionReady)
			if ready == nil || ready.Reason != v1alpha1.ReasonDeleting || !strings.Contains(ready.Message, conflict.Error()) {
				t.Errorf("Ready is %+v", ready)
			}
			w.refuse, w.refuseDelete = nil, nil
			if err := w.try(); err != nil {
				t.Fatal(err)
			}
			if names := w.names(); len(names) > 0 {
				t.Errorf("rights are %v", names)
			}
		})
	}
}
