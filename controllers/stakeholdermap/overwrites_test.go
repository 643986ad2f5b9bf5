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
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/statuswriter"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// otherOperator undoes every write of a map's status and of its routing ConfigMap, as an operator of another version does
// that judges the map differently.
type otherOperator struct {
	*world
	status v1alpha1.StakeholderMapStatus
	table  map[string]string
}

func newOtherOperator(w *world) *otherOperator {
	w.Helper()
	return &otherOperator{world: w, status: *w.get().Status.DeepCopy(), table: w.data()}
}

func (o *otherOperator) undo() {
	o.Helper()
	m := o.get()
	m.Status = *o.status.DeepCopy()
	if err := o.client.Status().Update(o.Context(), m); err != nil {
		o.Fatal(err)
	}
	cm := &corev1.ConfigMap{}
	key := client.ObjectKey{Namespace: o.key.Namespace, Name: names.ConfigMapName(o.key.Name)}
	if err := o.client.Get(o.Context(), key, cm); err != nil {
		o.Fatal(err)
	}
	cm.Data = o.table
	if err := o.client.Update(o.Context(), cm); err != nil {
		o.Fatal(err)
	}
}

// disputedByWriter is how many disputes with another writer the metric counts.
func (w *world) disputedByWriter(want int) {
	w.Helper()
	text := fmt.Sprintf(`
# HELP stakeholders_disputed_outputs Outputs, statuses and finalizers that do not stay as the operator writes them: admission changes them as they are written, or another writer does again and again.
# TYPE stakeholders_disputed_outputs gauge
stakeholders_disputed_outputs{by="admission"} 0
stakeholders_disputed_outputs{by="writer"} %d
`, want)
	if err := testutil.CollectAndCompare(w.config.Board, strings.NewReader(text), "stakeholders_disputed_outputs"); err != nil {
		w.Error(err)
	}
}

// TestOverwrittenStatus has another operator undo each write of a map's status, twice a second for a minute. The
// number of writes is bounded, whatever the operator notes in status: what it has come to, what it is about to put in force
// while the map is invalid, or that the table could not be written.
func TestOverwrittenStatus(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change func(w *world)
	}{
		"a valid map": {func(w *world) {
			w.edit(func(s *v1alpha1.StakeholderMapSpec) { s.Product.DisplayName = "Till" })
		}},
		"an invalid map": {func(w *world) {
			w.edit(func(s *v1alpha1.StakeholderMapSpec) {
				s.Customers = s.Customers[:1]
				s.Topics = append(s.Topics, v1alpha1.Topic{Name: "broken", Class: v1alpha1.ClassApproval})
			})
		}},
		"a table that is refused": {func(w *world) {
			w.refuse = func(kind string) error {
				if strings.Contains(kind, "ConfigMap") {
					return errors.New("no")
				}
				return nil
			}
			w.edit(func(s *v1alpha1.StakeholderMapSpec) { s.Product.DisplayName = "Till" })
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, withLeavers(), fixtures.Now)
			w.settle()
			other := newOtherOperator(w)
			tc.change(w)
			w.statusWrites = 0
			w.writes.Store(0)
			for range 120 {
				w.look()
				other.undo()
				w.clock.SetTime(w.clock.Now().Add(500 * time.Millisecond))
			}
			t.Logf("%d writes of status, %d of outputs", w.statusWrites, w.writes.Load())
			if n := w.statusWrites; n < 8 || n > 30 {
				t.Errorf("a minute has made %d writes of status", n)
			}
			// What is refused is tried again with every look.
			if n := w.writes.Load(); n > 60 && w.refuse == nil {
				t.Errorf("a minute has made %d writes of outputs", n)
			}
			if told := w.told(); !contains(told, "Warning Contested", "the status of StakeholderMap payments/checkout") {
				t.Errorf("events are %q", told)
			}
		})
	}
}

// look is reconcile, which may fail.
func (w *world) look() {
	w.Helper()
	_, _ = w.r.Reconcile(w.Context(), requestFor(w))
}

// TestContestedStatusIsTold holds back a status that another writer undoes, and tells of that once; an edit is put in force
// and told at once. It ends when the other writer leaves the status alone.
func TestContestedStatusIsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withLeavers(), fixtures.Now)
	w.settle()
	other := newOtherOperator(w)
	other.status.Conditions[0].Reason = "Another"
	for range 20 {
		other.undo()
		w.reconcile()
	}
	w.disputedByWriter(1)
	told := w.told()
	contested := slices.DeleteFunc(told, func(e string) bool { return !strings.Contains(e, "Warning Contested") })
	if len(contested) != 1 || !contains(contested, "another writer keeps changing the status of StakeholderMap payments/checkout") {
		t.Errorf("events about the dispute are %q", contested)
	}
	before := w.statusWrites
	if wait := w.reconcile(); w.statusWrites != before || wait <= 0 || wait > time.Minute {
		t.Errorf("a status in dispute is written %d times, and looked at after %s", w.statusWrites-before, wait)
	}
	w.edit(func(s *v1alpha1.StakeholderMapSpec) { s.Customers = s.Customers[:1] })
	w.reconcile()
	if slices.Contains(w.names(), "customer customer-leaver") {
		t.Error("a customer who has left still has a right")
	}
	if got := w.get().Status; got.ObservedGeneration != 2 || *got.Customers != 1 {
		t.Errorf("after an edit status is of generation %d and counts %d customers", got.ObservedGeneration, *got.Customers)
	}
	for range 5 {
		w.clock.SetTime(w.clock.Now().Add(time.Minute))
		w.settle()
	}
	w.disputedByWriter(0)
	if got := w.reason(v1alpha1.ConditionReady); got != "True Ready" {
		t.Errorf("the other writer is gone, and Ready is %s", got)
	}
}

// TestOwnChangesAreNoDispute lets what a map's status says go back and forth for a reason of the cluster's own.
func TestOwnChangesAreNoDispute(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fixtures.Minimal(), fixtures.Now)
	for range 20 {
		w.putPolicy(&v1alpha1.StakeholderPolicySpec{
			HandleSystems: []v1alpha1.HandleSystem{{Name: "pager", RequiredFor: fixtures.Roles(v1alpha1.RoleCustomer)}},
		})
		w.settle()
		if got := w.reason(v1alpha1.ConditionReady); got != "False "+string(v1alpha1.HandleMissing) {
			t.Fatalf("without a required handle Ready is %s", got)
		}
		w.putPolicy(nil)
		w.settle()
		if got := w.reason(v1alpha1.ConditionReady); got != "True Ready" {
			t.Fatalf("Ready is %s", got)
		}
	}
	if told := w.told(); contains(told, "Contested") {
		t.Errorf("events are %q", told)
	}
	w.disputedByWriter(0)
}

// TestContestedFinalizer has another writer take the finalizer off a map again and again. Without it nothing new is given
// in other namespaces, and what is there is still revoked.
func TestContestedFinalizer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, targeting(), fixtures.Now)
	w.target("shop")
	w.settle()
	before := w.writes.Load()
	for range 150 {
		m := w.get()
		m.Finalizers = nil
		if err := w.client.Update(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		w.look()
		w.clock.SetTime(w.clock.Now().Add(400 * time.Millisecond))
	}
	if n := w.writes.Load() - before; n == 0 || n > 30 {
		t.Errorf("a minute has made %d writes", n)
	}
	if got := w.reason(v1alpha1.ConditionReady); got != "False Contested" {
		t.Errorf("Ready is %s", got)
	}
	for range 5 {
		w.clock.SetTime(w.clock.Now().Add(time.Minute))
		w.settle()
	}
	if got := w.get(); !slices.Contains(got.Finalizers, v1alpha1.TargetsFinalizer) || w.reason(v1alpha1.ConditionReady) != "True Ready" {
		t.Errorf("the other writer is gone, the finalizers are %q, and Ready is %s", got.Finalizers, w.reason(v1alpha1.ConditionReady))
	}
}

// TestHeldBackNoteMeansNoTable: if the status that names a table is not written because another writer undoes it, the table is
// not published, and status must not name it.
func TestHeldBackNoteMeansNoTable(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string]bool{statuswriter.StatusOf(names.KindMap): true, "ConfigMap": false} {
		if got := isTableMissing(apply.ResultOf(&apply.DisputeError{Part: apply.Part{Kind: kind}})); got != want {
			t.Errorf("a dispute about %s means that the table is missing: %t, want %t", kind, got, want)
		}
	}
}
