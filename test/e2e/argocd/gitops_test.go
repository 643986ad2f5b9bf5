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

package argocd

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

const (
	trackingAnnotation = "argocd.argoproj.io/tracking-id"
	trackingLabel      = "app.kubernetes.io/instance"
)

// TestGitOps follows a map in a repository, for every way in which Argo CD tracks and applies.
func TestGitOps(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		of          installation
		syncOptions []string
	}{
		"TrackedByAnnotation": {of: byAnnotation},
		"TrackedByLabel":      {of: byLabel},
		"AppliedServerSide":   {of: byAnnotation, syncOptions: []string{"ServerSideApply=true"}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			namespace := env.NewNamespace(t)
			life{
				application: newApplication(t, tc.of, namespace, newRepository(t), tc.syncOptions...),
				target:      env.NewTarget(t, namespace),
				checkout:    suite.NewMap(namespace, "checkout"),
				billing:     suite.NewMap(namespace, "billing"),
			}.run(t)
		})
	}
}

// life is an application of two maps. One of them has a target namespace.
type life struct {
	application
	target            string
	checkout, billing *v1alpha1.StakeholderMap
}

func (l life) run(t *testing.T) {
	t.Helper()
	l.checkout.Spec.TargetNamespaces.Names = []string{l.target}
	commit := l.repository.put(t, l.checkout, l.billing)
	l.refresh(t)
	l.waitCurrent(t, commit, healthy, "billing", "checkout")
	l.checkInForce(t, l.checkout)
	l.checkInForce(t, l.billing)
	env.WaitHolders(t, l.checkout, l.target, suite.Everybody()...)
	l.checkTracking(t)

	l.during(t, isCurrent, func() {
		l.refresh(t)
		l.waitRefreshed(t)
		l.repairOutput(t)
		l.refresh(t)
		l.waitRefreshed(t)
	})
	l.waitCurrent(t, commit, healthy, "billing", "checkout")

	l.healItself(t, commit)

	l.checkout.Spec.Customers[0].Subjects = suite.Users("carol")
	commit = l.repository.put(t, l.checkout)
	l.refresh(t)
	l.waitCurrent(t, commit, healthy, "billing", "checkout")
	l.checkInForce(t, l.checkout)
	l.waitMay(t, "carol", l.checkout, true)
	l.waitMay(t, "carla", l.checkout, false)

	commit = l.repository.remove(t, l.checkout)
	l.refresh(t)
	l.waitCurrent(t, commit, healthy, "billing")
	env.WaitGone(t, l.checkout.DeepCopy())
	l.waitMay(t, "carol", l.checkout, false)
	env.WaitHolders(t, l.checkout, l.target)
	// The other map has lost nothing.
	l.waitMay(t, "carla", l.billing, true)
}

// isCurrent fails for every resource that is not in sync, not healthy, or managed without being a map.
func isCurrent(c condition) error {
	if c.Sync.Status != synced || c.Health.Status != healthy {
		return errors.New("it is not Synced and Healthy")
	}
	return c.hasOnly("billing", "checkout")
}

// checkInForce fails unless the map of the repository is ready: Argo CD has just called it Healthy.
func (l life) checkInForce(t *testing.T, want *v1alpha1.StakeholderMap) {
	t.Helper()
	m := suite.Get(t, env.Suite, want.Namespace, want.Name, &v1alpha1.StakeholderMap{})
	ready := meta.FindStatusCondition(m.Status.Conditions, v1alpha1.ConditionReady)
	if ready == nil || ready.Status != metav1.ConditionTrue || ready.ObservedGeneration != m.Generation {
		t.Errorf("%s is Healthy, and generation %d has the condition %+v", m.Name, m.Generation, ready)
	}
	if got, wanted := m.Spec.Customers[0].Subjects, want.Spec.Customers[0].Subjects; !slices.Equal(got, wanted) {
		t.Errorf("%s is Healthy and has the customers %v, want %v", m.Name, got, wanted)
	}
	l.waitMay(t, want.Spec.Customers[0].Subjects[0].Name, want, true)
}

// waitMay waits until the API server says whether a user may approve a map's budget. The API server learns of a grant a
// moment after it is written.
func (l life) waitMay(t *testing.T, user string, m *v1alpha1.StakeholderMap, want bool) {
	t.Helper()
	controlplane.Eventually(t, patience, fmt.Sprintf("%s may approve the budget of %s: %t", user, m.Name, want), func() error {
		if env.May(t, user, "approve", m, "budget") != want {
			return errors.New("the API server says otherwise")
		}
		return nil
	})
}

// checkTracking fails unless Argo CD's mark is on the map, and on none of its outputs.
func (l life) checkTracking(t *testing.T) {
	t.Helper()
	m := suite.Get(t, env.Suite, l.checkout.Namespace, l.checkout.Name, &v1alpha1.StakeholderMap{})
	marks := map[string]bool{"annotation": m.Annotations[trackingAnnotation] != "", "label": m.Labels[trackingLabel] == l.name}
	for method, marked := range marks {
		if marked != (method == l.of.tracking) {
			t.Errorf("that the map is marked by %s is %t", method, marked)
		}
	}
	outputs := 0
	for _, list := range []client.ObjectList{&corev1.ConfigMapList{}, &rbacv1.RoleList{}, &rbacv1.RoleBindingList{}} {
		err := env.Admin.List(t.Context(), list, client.MatchingLabels{"stakeholders.dev/map": m.Name, "stakeholders.dev/map-namespace": m.Namespace})
		if err != nil {
			t.Fatal(err)
		}
		err = meta.EachListItem(list, func(o runtime.Object) error {
			object, err := meta.Accessor(o)
			if err != nil {
				return err
			}
			outputs++
			if object.GetLabels()[trackingLabel] != "" || object.GetAnnotations()[trackingAnnotation] != "" {
				t.Errorf("%T %s/%s carries Argo CD's mark", o, object.GetNamespace(), object.GetName())
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	// Here are a table, three Roles and their RoleBindings, and in the target a table and three RoleBindings.
	if outputs != 11 {
		t.Errorf("the map has %d outputs, want 11", outputs)
	}
}

// repairOutput deletes an output by hand. It belongs to the operator, so Argo CD does not report it.
func (l life) repairOutput(t *testing.T) {
	t.Helper()
	before := suite.Get(t, env.Suite, l.namespace, "checkout-routing", &corev1.ConfigMap{})
	env.Delete(t, before.DeepCopy())
	controlplane.Eventually(t, patience, "the table is there again", func() error {
		after := &corev1.ConfigMap{}
		if err := env.Admin.Get(t.Context(), client.ObjectKeyFromObject(before), after); err != nil {
			return err
		}
		if after.UID == before.UID {
			return errors.New("it is the same one")
		}
		return nil
	})
}

// healItself lets a user make herself a customer by hand, which lasts until Argo CD notices it.
func (l life) healItself(t *testing.T, commit string) {
	t.Helper()
	edited := env.Edit(t, l.checkout, func(s *v1alpha1.StakeholderMapSpec) { s.Customers[0].Subjects = suite.Users("mallory") })
	controlplane.Eventually(t, patience, "the map is as in the repository", func() error {
		m := &v1alpha1.StakeholderMap{}
		if err := env.Admin.Get(t.Context(), client.ObjectKeyFromObject(l.checkout), m); err != nil {
			return err
		}
		if m.Generation == edited.Generation || !slices.Equal(m.Spec.Customers[0].Subjects, l.checkout.Spec.Customers[0].Subjects) {
			return fmt.Errorf("generation %d has the customers %v", m.Generation, m.Spec.Customers[0].Subjects)
		}
		return nil
	})
	l.waitCurrent(t, commit, healthy, "billing", "checkout")
	env.WaitReady(t, l.checkout)
	l.waitMay(t, "mallory", l.checkout, false)
	l.waitMay(t, "carla", l.checkout, true)
	env.WaitHolders(t, l.checkout, l.target, suite.Everybody()...)
}
