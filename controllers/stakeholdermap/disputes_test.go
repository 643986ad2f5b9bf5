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
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// auditor is a user that no map names.
var auditor = rbacv1.Subject{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: "auditor"}

// addSubject is admission that adds the auditor to every RoleBinding.
func addSubject(object client.Object) bool {
	binding, ok := object.(*rbacv1.RoleBinding)
	if !ok || slices.Contains(binding.Subjects, auditor) {
		return false
	}
	binding.Subjects = append(binding.Subjects, auditor)
	return true
}

// addKey is admission that puts something new into every ConfigMap each time it is written.
func addKey() func(client.Object) bool {
	n := 0
	return func(object client.Object) bool {
		cm, ok := object.(*corev1.ConfigMap)
		if ok {
			n++
			cm.Data["written"] = strconv.Itoa(n)
		}
		return ok
	}
}

// TestAdmissionThatAdds reports what admission adds, and does not fight it: the number of writes does not grow with the
// number of looks. When admission no longer does it, the output is put right.
func TestAdmissionThatAdds(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		mutate    func(client.Object) bool
		condition string
		added     string
	}{
		"a subject":         {addSubject, v1alpha1.ConditionAuthorized, "it adds the subject User auditor"},
		"a key of the data": {addKey(), v1alpha1.ConditionPublished, "it adds the key written"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, fixtures.Minimal(), fixtures.Now)
			w.mutate = tc.mutate
			wait := w.reconcile()
			if wait <= 0 || wait > time.Minute {
				t.Errorf("it looks again after %s", wait)
			}
			for _, conditionType := range []string{tc.condition, v1alpha1.ConditionReady} {
				c := meta.FindStatusCondition(w.get().Status.Conditions, conditionType)
				if c.Status != "False" || c.Reason != v1alpha1.ReasonChangedByAdmission || !strings.Contains(c.Message, tc.added) {
					t.Errorf("%s is %s %s: %s", conditionType, c.Status, c.Reason, c.Message)
				}
			}
			told := w.told()
			if !contains(told, "Warning ChangedByAdmission", tc.added) || contains(told, eventDriftRepaired) {
				t.Errorf("events are %q", told)
			}
			if w.get().Status.RoutingRevision == "" {
				t.Error("the table that is in force has no revision")
			}
			before := w.writes.Load()
			for range 20 {
				w.reconcile()
			}
			if w.writes.Load() != before {
				t.Errorf("20 looks have made %d writes", w.writes.Load()-before)
			}
			if told := w.told(); len(told) > 0 {
				t.Errorf("it is told again: %q", told)
			}
			for range 10 {
				w.clock.SetTime(w.clock.Now().Add(time.Minute))
				w.reconcile()
			}
			if n := w.writes.Load() - before; n == 0 || n > 40 {
				t.Errorf("ten minutes have made %d writes", n)
			}
			w.mutate = nil
			w.clock.SetTime(w.clock.Now().Add(10 * time.Minute))
			w.settle()
			if got := w.reason(v1alpha1.ConditionReady); got != "True Ready" {
				t.Errorf("admission is gone, and Ready is %s", got)
			}
			if strings.Contains(fmt.Sprint(w.names(), w.data()), "auditor") || w.data()["written"] != "" {
				t.Error("what it had added is still there")
			}
		})
	}
}

// TestRevocationDespiteAdmission: what admission adds holds up no revocation, no repair of anything else, and no event
// says that all is as it should be.
func TestRevocationDespiteAdmission(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withLeavers(), fixtures.Now)
	w.mutate = addSubject
	w.settle()
	w.edit(func(s *v1alpha1.StakeholderMapSpec) { s.Customers = s.Customers[:1] })
	w.reconcile()
	if slices.Contains(w.names(), "customer customer-leaver") {
		t.Error("the customer who has left still has a right")
	}
	binding := &rbacv1.RoleBinding{}
	key := client.ObjectKey{Namespace: w.key.Namespace, Name: "stakeholders:checkout:customer"}
	if err := w.client.Get(t.Context(), key, binding); err != nil {
		t.Fatal(err)
	}
	binding.Subjects = append(binding.Subjects, rbacv1.Subject{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: "mallory"})
	if err := w.client.Update(t.Context(), binding); err != nil {
		t.Fatal(err)
	}
	w.told()
	w.reconcile()
	if slices.Contains(w.names(), "customer mallory") {
		t.Error("a subject that another writer had added is still there")
	}
	if told := w.told(); contains(told, eventDriftRepaired) {
		t.Errorf("events are %q", told)
	}
}

// TestAdmissionThatKeepsSubjects: if admission carries over what was there, and so keeps a subject that has to leave, the
// RoleBinding is made anew.
func TestAdmissionThatKeepsSubjects(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withLeavers(), fixtures.Now)
	w.settle()
	carried := &rbacv1.RoleBinding{}
	key := client.ObjectKey{Namespace: w.key.Namespace, Name: "stakeholders:checkout:customer"}
	if err := w.client.Get(t.Context(), key, carried); err != nil {
		t.Fatal(err)
	}
	w.mutate = func(object client.Object) bool {
		binding, ok := object.(*rbacv1.RoleBinding)
		if !ok || binding.UID != carried.UID {
			return false
		}
		binding.Subjects = carried.Subjects
		return true
	}
	w.edit(func(s *v1alpha1.StakeholderMapSpec) { s.Customers = s.Customers[:1] })
	w.settle()
	if slices.Contains(w.names(), "customer customer-leaver") {
		t.Error("the customer who has left still has a right")
	}
	if got := w.reason(v1alpha1.ConditionReady); got != "True Ready" {
		t.Errorf("Ready is %s", got)
	}
}

// TestAnotherWriter has another writer change an output as often as the operator puts it right. The first times that is
// done at once; then it waits, and says that another writer is at work, until there is peace.
func TestAnotherWriter(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fixtures.Minimal(), fixtures.Now)
	w.settle()
	key := client.ObjectKey{Namespace: w.key.Namespace, Name: "checkout-routing"}
	fight := func() {
		cm := &corev1.ConfigMap{}
		if err := w.client.Get(t.Context(), key, cm); err != nil {
			t.Fatal(err)
		}
		cm.Data["budget.to.users"] = "mallory"
		if err := w.client.Update(t.Context(), cm); err != nil {
			t.Fatal(err)
		}
		w.reconcile()
	}
	fight()
	if w.data()["budget.to.users"] == "mallory" {
		t.Error("the first change is not put right at once")
	}
	for range 20 {
		fight()
	}
	before := w.writes.Load()
	for range 20 {
		fight()
	}
	if w.writes.Load() != before {
		t.Errorf("20 changes have made %d writes", w.writes.Load()-before)
	}
	c := meta.FindStatusCondition(w.get().Status.Conditions, v1alpha1.ConditionReady)
	if c.Reason != v1alpha1.ReasonContested || !strings.Contains(c.Message, "checkout-routing") {
		t.Errorf("Ready is %s: %s", c.Reason, c.Message)
	}
	if told := w.told(); !contains(told, "Warning Contested") {
		t.Errorf("events are %q", told)
	}
	// An edit does not wait.
	w.edit(func(s *v1alpha1.StakeholderMapSpec) { s.Customers[0].Subjects[0].Name = "chris" })
	w.reconcile()
	if got := w.data()["budget.to.users"]; got != "chris" {
		t.Errorf("after an edit budget is asked of %s", got)
	}
	for range 10 {
		w.clock.SetTime(w.clock.Now().Add(time.Minute))
		w.settle()
	}
	if got := w.reason(v1alpha1.ConditionReady); got != "True Ready" {
		t.Errorf("the other writer is gone, and Ready is %s", got)
	}
}
