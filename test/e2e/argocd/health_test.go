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
	"strings"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// TestProgressing proves that a map that the operator has not reconciled is Progressing, both a new one and one that
// was Healthy before. It stops the operator, so it does not run in parallel with other tests.
func TestProgressing(t *testing.T) {
	namespace := env.NewNamespace(t)
	repository := newRepository(t)
	m := suite.NewMap(namespace, "checkout")
	first := repository.put(t, m)
	waiting := func(c condition) error {
		if !strings.HasPrefix(c.message("checkout"), "Waiting for stakeholder-operator") {
			return fmt.Errorf("it shows %q", c.message("checkout"))
		}
		return nil
	}
	neverHealthy := func(c condition) error {
		// An application without resources is Healthy.
		if c.Health.Status == healthy && len(c.Resources) > 0 {
			return errors.New("it is Healthy without the operator")
		}
		return nil
	}

	var a application
	withoutOperator(t, func() {
		a = newApplication(t, byAnnotation, namespace, repository)
		a.during(t, neverHealthy, func() {
			if err := waiting(a.waitCurrent(t, first, progressing, "checkout")); err != nil {
				t.Error(err)
			}
			a.refresh(t)
			a.waitRefreshed(t)
		})
	})
	a.waitCurrent(t, first, healthy, "checkout")

	m.Spec.Product.DisplayName = "Another name"
	second := repository.put(t, m)
	withoutOperator(t, func() {
		a.refresh(t)
		if err := waiting(a.waitCurrent(t, second, progressing, "checkout")); err != nil {
			t.Error(err)
		}
	})
	a.waitCurrent(t, second, healthy, "checkout")
}

// TestWave proves that a later wave waits until a map is in force. Like TestProgressing it runs alone.
func TestWave(t *testing.T) {
	namespace := env.NewNamespace(t)
	repository := newRepository(t)
	later := suite.NewMap(namespace, "later")
	later.Annotations = map[string]string{"argocd.argoproj.io/sync-wave": "1"}
	commit := repository.put(t, suite.NewMap(namespace, "checkout"), later)
	var a application
	withoutOperator(t, func() {
		a = newApplication(t, byAnnotation, namespace, repository)
		a.wait(t, "the first wave waits", func(c condition) error {
			if c.OperationState.Phase != "Running" || !strings.Contains(c.OperationState.Message, "waiting for healthy state of stakeholders.dev/StakeholderMap/checkout") {
				return errors.New("it does not")
			}
			return nil
		})
		err := env.Admin.Get(t.Context(), client.ObjectKeyFromObject(later), &v1alpha1.StakeholderMap{})
		if !apierrors.IsNotFound(err) {
			t.Errorf("reading the map of the second wave gives %v", err)
		}
	})
	a.waitCurrent(t, commit, healthy, "checkout", "later")
}

// withoutOperator calls f while no operator runs.
func withoutOperator(t *testing.T, do func()) {
	t.Helper()
	if err := env.operator.Stop(); err != nil {
		t.Error(err)
	}
	// Also if f ends the test: the other tests need the operator.
	defer func() {
		if err := startOperator(t.Context()); err != nil {
			t.Error(err)
		}
	}()
	do()
}

// TestDegraded proves that Argo CD shows what the operator finds later, and when it is over, without a change in the
// repository.
func TestDegraded(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		// spoil makes a map that is not in force, or soon will not be. mend ends that, and says whether it changed the
		// map.
		spoil  func(t *testing.T, target string, m *v1alpha1.StakeholderMap)
		mend   func(t *testing.T, target string, m *v1alpha1.StakeholderMap) (changed bool)
		reason string
		says   string
	}{
		"NamespaceRefused": {
			spoil: func(t *testing.T, target string, m *v1alpha1.StakeholderMap) {
				t.Helper()
				m.Spec.TargetNamespaces.Names = []string{target}
			},
			mend: func(t *testing.T, target string, m *v1alpha1.StakeholderMap) bool {
				t.Helper()
				env.Consent(t, target, &m.Namespace)
				return false
			},
			reason: v1alpha1.ReasonNamespaceRefused,
			says:   "does not accept maps from",
		},
		"WindowCloses": {
			spoil: func(t *testing.T, _ string, m *v1alpha1.StakeholderMap) {
				t.Helper()
				m.Spec.Customers[0].ValidUntil = new(metav1.NewTime(time.Now().Add(5 * time.Second).Truncate(time.Second)))
			},
			mend: func(t *testing.T, _ string, m *v1alpha1.StakeholderMap) bool {
				t.Helper()
				m.Spec.Customers[0].ValidUntil = nil
				return true
			},
			reason: string(v1alpha1.UnroutableTopic),
			says:   "no party receives the topic",
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			namespace, target := env.NewNamespace(t), env.NewNamespace(t)
			repository := newRepository(t)
			m := suite.NewMap(namespace, "checkout")
			tc.spoil(t, target, m)
			commit := repository.put(t, m)
			a := newApplication(t, byAnnotation, namespace, repository)

			got := a.waitCurrent(t, commit, degraded, "checkout").message("checkout")
			current := env.WaitFor(t, m, v1alpha1.ConditionReady, metav1.ConditionFalse, tc.reason)
			if want := meta.FindStatusCondition(current.Status.Conditions, v1alpha1.ConditionReady).Message; got != want {
				t.Errorf("Argo CD shows %q, want what the condition says: %q", got, want)
			}
			if !strings.Contains(got, tc.says) {
				t.Errorf("Argo CD shows %q, want something with %q", got, tc.says)
			}
			// Errors come first, and the condition has the first in full.
			if first := current.Status.Findings[0]; first.Level == v1alpha1.LevelError && !strings.Contains(got, first.Message) {
				t.Errorf("Argo CD shows %q, without the finding %q", got, first.Message)
			}

			if tc.mend(t, target, m) {
				commit = repository.put(t, m)
				a.refresh(t)
			}
			a.waitCurrent(t, commit, healthy, "checkout")
		})
	}
}

// TestRefused proves that conflicting roles never get into the cluster: the sync fails, Argo CD shows why, and the
// previous state stays in force.
func TestRefused(t *testing.T) {
	t.Parallel()
	namespace := env.NewNamespace(t)
	repository := newRepository(t)
	m := suite.NewMap(namespace, "checkout")
	commit := repository.put(t, m)
	a := newApplication(t, byAnnotation, namespace, repository)
	// Otherwise the sync goes on for some minutes.
	a.patch(t, `{"spec":{"syncPolicy":{"retry":{"limit":0}}}}`)
	a.waitCurrent(t, commit, healthy, "checkout")
	before := suite.Get(t, env.Suite, namespace, "checkout", &v1alpha1.StakeholderMap{})

	mixedUp := m.DeepCopy()
	mixedUp.Spec.ProductOwner.Subjects = suite.Users("carla")
	commit = repository.put(t, mixedUp)
	a.refresh(t)
	c := a.wait(t, "the sync fails", func(c condition) error {
		if c.OperationState.Phase != "Failed" || c.OperationState.SyncResult.Revision != commit || c.Sync.Status != outOfSync {
			return errors.New("it has not")
		}
		return nil
	})
	if want := string(v1alpha1.ProductOwnerIsCustomer); !strings.Contains(c.OperationState.Message, want) {
		t.Errorf("the sync failed with %q, want something with %q", c.OperationState.Message, want)
	}
	if c.Health.Status != healthy {
		t.Errorf("the application is %s, and what is in the cluster is sound", c.Health.Status)
	}
	if after := suite.Get(t, env.Suite, namespace, "checkout", &v1alpha1.StakeholderMap{}); after.Generation != before.Generation {
		t.Errorf("the map has generation %d, want %d as before", after.Generation, before.Generation)
	}
	if !env.May(t, "carla", "approve", m, "budget") {
		t.Error("carla may not approve the budget any more")
	}

	m.Spec.Product.DisplayName = "Put right"
	commit = repository.put(t, m)
	a.refresh(t)
	a.waitCurrent(t, commit, healthy, "checkout")
}
