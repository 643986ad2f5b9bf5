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

package crash

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// scenario is a change in a world.
type scenario struct {
	// prepare is the state that a healthy operator has put in force before. Nil: a map with two targets.
	prepare func(*testing.T, *world)
	// offline says that the change happens while no operator runs.
	offline bool
	// kargo says that the targets are Kargo projects, and so have ServiceAccounts, too.
	kargo bool
	// act makes the change.
	act func(*testing.T, *world)
	// done says whether the operator has finished it, if nothing goes wrong.
	done func(context.Context, *world) error
	// abandoned says that the change includes deleting the map without its operator.
	abandoned bool
	// noCollector says that the garbage collector does not run. It removes the outputs of a deleted map in its own
	// namespace, as the operator does, and it would be chance which of the two is first.
	noCollector bool
}

// scenarios are by what happens.
func scenarios() map[string]scenario {
	all := requestScenarios()
	maps.Copy(all, mapScenarios())
	return all
}

// mapScenarios are by what happens to a map.
func mapScenarios() map[string]scenario {
	return map[string]scenario{
		"Create": {prepare: func(*testing.T, *world) {}, act: func(t *testing.T, w *world) { t.Helper(); w.addMap(t) }, done: isReady},
		"Edit":   {act: editing(replace), done: isReady},
		"Narrow": {act: editing(narrow), done: isReady},
		"Widen":  {act: editing(func(s *v1alpha1.StakeholderMapSpec) { s.Customers[1].Topics = nil }), done: isReady},
		// The guard is status.pendingRoutingRevision: without it a later operator cannot tell the narrower table from a
		// forged one.
		"InvalidEdit": {act: editing(func(s *v1alpha1.StakeholderMapSpec) {
			s.EndUsers[0].Subjects = suite.Users("eve")
			mixUp(s)
		}), done: isNot(v1alpha1.ConditionPublished, metav1.ConditionTrue, v1alpha1.ReasonLastValidKept)},
		"WindowCloses": {act: editing(func(s *v1alpha1.StakeholderMapSpec) {
			s.Customers[1].ValidUntil = new(metav1.NewTime(time.Now().Add(2 * time.Second).Truncate(time.Second)))
		}), done: windowClosed},
		"Delete": {
			prepare: approved, act: func(t *testing.T, w *world) { t.Helper(); w.suite.Delete(t, w.theMap()) }, done: mapGone, noCollector: true,
		},
		"NamespaceAdded": {act: func(t *testing.T, w *world) { t.Helper(); w.addTarget(t, late) }, done: hasNamespaces(3, 3, 0)},
		"ConsentWithdrawn": {
			prepare: approved,
			act:     func(t *testing.T, w *world) { t.Helper(); w.suite.Consent(t, w.namespace(second), nil) },
			done:    hasNamespaces(1, 1, 0),
		},
		"NoTargetsAnyMore": {
			act:  editing(func(s *v1alpha1.StakeholderMapSpec) { s.TargetNamespaces = v1alpha1.TargetNamespaces{} }),
			done: isReady,
		},
		"NamespaceDeleted": {prepare: func(t *testing.T, w *world) {
			t.Helper()
			inForce(t, w)
			w.holdUp(t, second)
		}, act: func(t *testing.T, w *world) {
			t.Helper()
			w.suite.Delete(t, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: w.namespace(second)}})
		}, done: hasNamespaces(1, 1, 0)},
		// The guard is the removal of orphans: if a map's finalizer was removed without its operator, only that removes
		// what the map has left behind.
		"Orphaned": {offline: true, act: letGo, done: isGone, abandoned: true},

		"KargoCreate": {
			kargo: true, prepare: func(*testing.T, *world) {}, act: func(t *testing.T, w *world) { t.Helper(); w.addMap(t) }, done: isReady,
		},
		"KargoNarrow":   {kargo: true, act: editing(narrow), done: isReady},
		"KargoDelete":   {kargo: true, act: func(t *testing.T, w *world) { t.Helper(); w.suite.Delete(t, w.theMap()) }, done: isGone, noCollector: true},
		"KargoOrphaned": {kargo: true, offline: true, act: letGo, done: isGone, abandoned: true},
		"KargoNoProject": {kargo: true, act: func(t *testing.T, w *world) {
			t.Helper()
			w.suite.PatchNamespace(t, w.namespace(second), `{"metadata":{"labels":{"kargo.akuity.io/project":null}}}`)
		}, done: isReady},
	}
}

// recreated is the hardest case: a map replaces one that has left all its outputs behind, under the very names of the
// new map's outputs.
func recreated() scenario {
	return scenario{offline: true, act: func(t *testing.T, w *world) {
		t.Helper()
		letGo(t, w)
		w.addMap(t)
	}, done: isReady, abandoned: true}
}

// inForce creates a map, which the caller waits for.
func inForce(t *testing.T, w *world) {
	t.Helper()
	w.addMap(t)
}

func editing(change func(*v1alpha1.StakeholderMapSpec)) func(*testing.T, *world) {
	return func(t *testing.T, w *world) {
		t.Helper()
		w.edit(t, change)
	}
}

// replace replaces a customer by another, and adds a topic.
func replace(s *v1alpha1.StakeholderMapSpec) {
	s.Customers[0].Subjects = suite.Users("chris", "cfo@example.com")
	s.Topics = append(s.Topics, v1alpha1.Topic{
		Name: "security-exception", Class: v1alpha1.ClassApproval, To: []v1alpha1.Role{v1alpha1.RoleCustomer},
	})
}

// narrow removes a customer, and limits the topics of another one.
func narrow(s *v1alpha1.StakeholderMapSpec) {
	s.Customers = slices.Delete(s.Customers, 1, 2)
	s.Customers[0].Topics = []string{"budget"}
}

// holdUp keeps a namespace in deletion, so that a test can examine it in that state.
func (w *world) holdUp(t *testing.T, which string) {
	t.Helper()
	w.suite.Create(t, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{
		Namespace: w.namespace(which), Name: "holds-up", Finalizers: []string{"test.stakeholders.dev/hold"},
	}})
}

// letGo deletes the map without the operator, and returns when the garbage collector has finished.
func letGo(t *testing.T, w *world) {
	t.Helper()
	m := suite.Get(t, w.suite, w.namespace(home), mapName, &v1alpha1.StakeholderMap{})
	m.Finalizers = nil
	if err := w.suite.Admin.Update(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	w.suite.Delete(t, w.theMap())
	w.suite.WaitGone(t, w.theMap())
	for _, object := range w.mustOutputs(t) {
		if object.GetNamespace() == w.namespace(home) {
			w.suite.WaitGone(t, object)
		}
	}
}

// isReady says whether the current map is in force.
func isReady(ctx context.Context, w *world) error {
	return isNot(v1alpha1.ConditionReady, metav1.ConditionTrue, v1alpha1.ReasonReady)(ctx, w)
}

// isNot says whether a condition of the current map differs from this.
func isNot(condition string, status metav1.ConditionStatus, reason string) func(context.Context, *world) error {
	return func(ctx context.Context, w *world) error {
		m, err := w.read(ctx)
		if err != nil {
			return err
		}
		if m == nil {
			return errors.New("there is no map")
		}
		c := meta.FindStatusCondition(m.Status.Conditions, condition)
		if c == nil || c.ObservedGeneration != m.Generation || c.Status != status || c.Reason != reason {
			return fmt.Errorf("generation %d has conditions %+v", m.Generation, m.Status.Conditions)
		}
		return nil
	}
}

func hasNamespaces(matched, ready, refused int32) func(context.Context, *world) error {
	return func(ctx context.Context, w *world) error {
		m, err := w.read(ctx)
		if err != nil {
			return err
		}
		if m == nil {
			return errors.New("there is no map")
		}
		if n := m.Status.Namespaces; n.Matched == nil || *n.Matched != matched || *n.Ready != ready || *n.Refused != refused {
			return fmt.Errorf("%s of %s namespaces are ready, and %s refused", text(n.Ready), text(n.Matched), text(n.Refused))
		}
		return nil
	}
}

func windowClosed(ctx context.Context, w *world) error {
	m, err := w.read(ctx)
	switch {
	case err != nil:
		return err
	case m == nil:
		return errors.New("there is no map")
	case m.Status.Customers == nil || *m.Status.Customers != 2:
		return fmt.Errorf("status is %+v", m.Status)
	}
	return isReady(ctx, w)
}

// isGone says whether the map is gone, and all its outputs with it.
func isGone(ctx context.Context, w *world) error {
	m, err := w.read(ctx)
	if err != nil {
		return err
	}
	objects, err := w.outputs(ctx)
	if m != nil || len(objects) > 0 {
		return errors.Join(err, fmt.Errorf("the map is there: %t, and %d outputs", m != nil, len(objects)))
	}
	return err
}

// text is a number that may be missing.
func text(n *int32) string {
	if n == nil {
		return "an unknown number"
	}
	return strconv.Itoa(int(*n))
}
