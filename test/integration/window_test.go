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
	"fmt"
	"testing"
	"time"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// inSeconds is a time some whole seconds from now.
func inSeconds(n int) *metav1.Time {
	return new(metav1.NewTime(time.Now().Add(time.Duration(n) * time.Second).Truncate(time.Second)))
}

// Windows open and close by themselves, not early and, according to the log, not late.
func TestWindows(t *testing.T) {
	t.Parallel()
	m := newMap(newNamespace(t), "checkout")
	guest, temp := customer("guest", nil, "guest"), customer("temp", nil, "temp")
	guest.ValidFrom, guest.ValidUntil = inSeconds(4), inSeconds(8)
	temp.ValidUntil = inSeconds(6)
	m.Spec.Customers = append(m.Spec.Customers, guest, temp)
	m = createReady(t, m)
	if next := m.Status.NextTransitionTime; next == nil || !next.Equal(guest.ValidFrom) || *m.Status.Customers != 2 {
		t.Errorf("the next transition is at %v, want %v, and there are %d customers", next, guest.ValidFrom, *m.Status.Customers)
	}
	wantMay(t, true, "temp", "approve", m, "budget")
	follow(t, m, "guest", true, guest.ValidFrom.Time)
	follow(t, m, "temp", false, temp.ValidUntil.Time)
	follow(t, m, "guest", false, guest.ValidUntil.Time)
	wantMay(t, true, "carla", "approve", m, "budget")
	controlplane.Eventually(t, patience, "status follows", func() error {
		status := get(t, m.Namespace, m.Name, &v1alpha1.StakeholderMap{}).Status
		if status.NextTransitionTime != nil || *status.Customers != 1 || !meta.IsStatusConditionTrue(status.Conditions, v1alpha1.ConditionReady) {
			return fmt.Errorf("status is %+v", status)
		}
		return nil
	})
}

// follow waits until a user is or is no longer among the customers, and fails if that is too early.
func follow(t *testing.T, m *v1alpha1.StakeholderMap, name string, want bool, due time.Time) {
	t.Helper()
	key := client.ObjectKey{Namespace: m.Namespace, Name: "stakeholders:" + m.Name + ":customer"}
	controlplane.Eventually(t, patience, fmt.Sprintf("%s is a customer: %t", name, want), func() error {
		var binding rbacv1.RoleBinding
		if err := env.Admin.Get(t.Context(), key, &binding); err != nil {
			return err
		}
		is := false
		for _, s := range binding.Subjects {
			is = is || s.Name == name
		}
		if is != want {
			return fmt.Errorf("the RoleBinding has %v", binding.Subjects)
		}
		return nil
	})
	if seen := time.Now(); seen.Before(due) {
		t.Errorf("%s before the time, %s is a customer: %t", due.Sub(seen), name, want)
	} else {
		t.Logf("%s is a customer: %t, seen %s after the moment", name, want, seen.Sub(due).Round(time.Millisecond))
	}
}

// If a window closes while no operator runs, the next one closes it.
func TestWindowClosesWithoutOperator(t *testing.T) {
	m := newMap(newNamespace(t), "checkout")
	m.Spec.Customers[0].ValidUntil = inSeconds(3)
	m = createReady(t, m)
	wantMay(t, true, "carla", "approve", m, "budget")
	if err := env.operator.Stop(); err != nil {
		t.Fatal(err)
	}
	controlplane.Eventually(t, patience, "the window is closed", func() error {
		if left := time.Until(m.Spec.Customers[0].ValidUntil.Time); left > 0 {
			return fmt.Errorf("%s to go", left)
		}
		return nil
	})
	wantMay(t, true, "carla", "approve", m, "budget")
	var err error
	if env.operator, err = startOperator(t.Context()); err != nil {
		t.Fatal(err)
	}
	m = waitFor(t, m, v1alpha1.ConditionValid, metav1.ConditionFalse, string(v1alpha1.UnroutableTopic))
	wantMay(t, false, "carla", "approve", m, "budget")
	wantMay(t, true, "eve", "request", m, "usability")
	if to := tableOf(t, m).Resolve("budget").To; len(to) > 0 {
		t.Errorf("budget goes to %+v", to)
	}
}
