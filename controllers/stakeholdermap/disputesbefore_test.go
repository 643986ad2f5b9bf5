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
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// The owner of a target namespace may change their mind often. That is no other writer.
func TestConsentOnAndOffIsNoDispute(t *testing.T) {
	t.Parallel()
	m := targeting()
	m.Spec.TargetNamespaces.Names = []string{"shop"}
	w := newWorld(t, m, fixtures.Now)
	w.target("shop")
	w.settle()
	for range 8 {
		w.consent("shop", "")
		w.settle()
		w.wantBound("it was withdrawn", "shop", "customer")
		w.wantTable("it was withdrawn", "shop", false)
		w.consent("shop", "payments")
		w.settle()
		w.wantBound("it is there again", "shop", "customer", "carla", "chris", "tom")
		w.wantTable("it is there again", "shop", true)
		if got := w.reason(v1alpha1.ConditionReady); got != "True Ready" {
			t.Fatalf("Ready is %s", got)
		}
	}
}

// Admission adds a subject to every RoleBinding, which is known, and keeps those that were there. A customer who leaves loses
// the right all the same: the dispute is about what was wanted before.
func TestLeaversGoDespiteAnEarlierDispute(t *testing.T) {
	t.Parallel()
	w := newWorld(t, targeting(), fixtures.Now)
	w.target("shop")
	w.mutate = addSubject
	w.settle()
	var bindings rbacv1.RoleBindingList
	if err := w.client.List(t.Context(), &bindings); err != nil {
		t.Fatal(err)
	}
	carried := make(map[types.UID][]rbacv1.Subject)
	for i := range bindings.Items {
		carried[bindings.Items[i].UID] = bindings.Items[i].Subjects
	}
	w.mutate = func(object client.Object) bool {
		if kept, ok := carried[object.GetUID()]; ok {
			if binding, is := object.(*rbacv1.RoleBinding); is {
				binding.Subjects = slices.Clone(kept)
				return true
			}
		}
		return addSubject(object)
	}
	w.edit(func(s *v1alpha1.StakeholderMapSpec) { s.Customers[0].Subjects = s.Customers[0].Subjects[:1] })
	w.settle()
	if slices.Contains(w.names(), "customer chris") {
		t.Error("the customer who has left still has a right on the map")
	}
	w.wantBound("chris has left", "shop", "customer", "auditor", "carla", "tom")
}
