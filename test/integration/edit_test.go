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
	"slices"
	"testing"
	"time"

	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

func TestEditReroutes(t *testing.T) {
	t.Parallel()
	m := createReady(t, newMap(newNamespace(t), "checkout"))
	before := m.Status.RoutingRevision
	wantMay(t, true, "carla", "approve", m, "budget")

	edit(t, m, func(s *v1alpha1.StakeholderMapSpec) { s.Customers[0].Subjects = users("chris") })
	m = waitReady(t, m)
	if m.Status.RoutingRevision == before {
		t.Error("routingRevision did not change with the routing")
	}
	if got := tableOf(t, m).Resolve("budget").To[0].Subjects[0].Name; got != "chris" {
		t.Errorf("budget goes to %s", got)
	}
	wantMay(t, true, "chris", "approve", m, "budget")
	wantMay(t, false, "carla", "approve", m, "budget")
	wantMay(t, false, "carla", "get", m, "")
}

// What a map no longer has is removed: Role and RoleBinding of a role, and of a party with its own topics.
func TestPrune(t *testing.T) {
	t.Parallel()
	m := newMap(newNamespace(t), "checkout")
	m.Spec.Customers = append(m.Spec.Customers, customer("auditors", []string{"budget"}, "nina"))
	m = createReady(t, m)
	gone := []string{"stakeholders:checkout:customer:auditors", "stakeholders:checkout:product-owner"}
	for _, name := range gone {
		get(t, m.Namespace, name, &rbacv1.RoleBinding{})
	}
	env.CheckRender(t, m)

	edit(t, m, func(s *v1alpha1.StakeholderMapSpec) {
		s.Customers = s.Customers[:1]
		s.Engagement, s.ProductOwner = v1alpha1.EngagementDirect, v1alpha1.ProductOwner{}
	})
	m = waitReady(t, m)
	for _, name := range gone {
		for _, object := range []client.Object{&rbacv1.RoleBinding{}, &rbacv1.Role{}} {
			if err := env.Admin.Get(t.Context(), client.ObjectKey{Namespace: m.Namespace, Name: name}, object); !apierrors.IsNotFound(err) {
				t.Errorf("%T %s is still there: %v", object, name, err)
			}
		}
	}
	wantMay(t, false, "nina", "approve", m, "budget")
	// Without a product owner, the customers decide the product owner's topics.
	wantMay(t, true, "carla", "triage", m, "usability")
	env.CheckRender(t, m)
}

// During an edit, a grant that stays valid is never missing, not even one that moves from one RoleBinding to another.
func TestEditKeepsValidGrants(t *testing.T) {
	t.Parallel()
	m := newMap(newNamespace(t), "checkout")
	m.Spec.Customers = []v1alpha1.Customer{customer("board", nil, "carla"), customer("finance", nil, "fiona")}
	m = createReady(t, m)
	wantMay(t, true, "fiona", "approve", m, "budget")

	watcher, err := env.Admin.Watch(t.Context(), &rbacv1.RoleBindingList{}, client.InNamespace(m.Namespace))
	if err != nil {
		t.Fatal(err)
	}
	defer watcher.Stop()
	since := auditMark(t)

	edits := []func(*v1alpha1.StakeholderMapSpec){
		func(s *v1alpha1.StakeholderMapSpec) { s.Customers[1].Topics = []string{"budget"} },
		func(s *v1alpha1.StakeholderMapSpec) { s.Customers[1].Topics = []string{"budget", "release"} },
		func(s *v1alpha1.StakeholderMapSpec) { s.Customers[1].Topics = nil },
		func(s *v1alpha1.StakeholderMapSpec) { s.Customers[0].Topics = []string{"release"} },
		func(s *v1alpha1.StakeholderMapSpec) { s.Customers[0].Topics = nil },
		func(s *v1alpha1.StakeholderMapSpec) { s.Product.DisplayName = "New name" },
		func(s *v1alpha1.StakeholderMapSpec) { s.EndUsers[0].Subjects = users("eve", "emil") },
	}
	for _, change := range edits {
		edit(t, m, change)
		m = waitReady(t, m)
	}
	end := edit(t, m, func(s *v1alpha1.StakeholderMapSpec) { s.Customers = s.Customers[1:] })
	waitReady(t, end)

	// Replay what a watcher saw, and check after each event who may approve the budget.
	bindings := map[string]rbacv1.RoleBinding{}
	var list rbacv1.RoleBindingList
	if err := env.Admin.List(t.Context(), &list, client.InNamespace(m.Namespace)); err != nil {
		t.Fatal(err)
	}
	last := 0
	timeout := time.After(patience)
	for seen := (watch.Event{}); !reached(bindings, list.Items); {
		select {
		case seen = <-watcher.ResultChan():
		case <-timeout:
			t.Fatal("the watch does not get to where the list is")
		}
		binding, ok := seen.Object.(*rbacv1.RoleBinding)
		if !ok {
			t.Fatalf("watch sent %T", seen.Object)
		}
		last++
		if seen.Type == watch.Deleted {
			delete(bindings, binding.Name)
		} else {
			bindings[binding.Name] = *binding
		}
		// The watch starts with the existing objects, in any order.
		if last >= 3 && !held(bindings, "fiona") {
			t.Errorf("after event %d (%s %s) nothing gives fiona the budget", last, seen.Type, binding.Name)
		}
	}
	if last < 6 {
		t.Errorf("only %d events: the edits did not move grants", last)
	}
	for _, request := range requests(t, since, in(m.Namespace)) {
		if slices.Contains([]string{
			"delete rolebindings stakeholders:checkout:customer", "delete roles stakeholders:checkout:customer",
			"delete rolebindings stakeholders:checkout:end-user", "delete rolebindings stakeholders:checkout:product-owner",
		}, request) {
			t.Errorf("a grant that stays valid throughout was deleted: %s", request)
		}
	}
}

func reached(have map[string]rbacv1.RoleBinding, want []rbacv1.RoleBinding) bool {
	if len(have) != len(want) {
		return false
	}
	return !slices.ContainsFunc(want, func(b rbacv1.RoleBinding) bool { return have[b.Name].ResourceVersion != b.ResourceVersion })
}

func held(bindings map[string]rbacv1.RoleBinding, user string) bool {
	for _, b := range bindings {
		if slices.ContainsFunc(b.Subjects, func(s rbacv1.Subject) bool { return s.Name == user }) {
			return true
		}
	}
	return false
}

// Applying the same map once more changes nothing, even if the operator writes in between.
func TestSecondApplyChangesNothing(t *testing.T) {
	t.Parallel()
	m := newMap(newNamespace(t), "checkout")
	manifest := `
apiVersion: stakeholders.dev/v1alpha1
kind: StakeholderMap
metadata: {name: checkout, namespace: ` + m.Namespace + `}
spec:
  product: {displayName: "Checkout", market: B2B}
  customers: [{name: "board", subjects: [{kind: User, name: "carla"}]}]
  endUsers: [{name: "staff", subjects: [{kind: User, name: "eve"}]}]
  productOwner: {name: "paul", subjects: [{kind: User, name: "paul"}]}
  topics: [{name: "pricing", class: Approval, to: [Customer], quorum: {}, respondWithin: 48h}]
`
	apply := func() {
		t.Helper()
		if _, err := env.Plane.KubectlInput(t.Context(), newReader(manifest), "apply", "--server-side", "-f", "-"); err != nil {
			t.Fatal(err)
		}
	}
	apply()
	before := waitReady(t, m)
	outputs := outputsOf(t, m)
	apply()
	touchOutput(t, m)
	after := get(t, m.Namespace, m.Name, &v1alpha1.StakeholderMap{})
	if after.ResourceVersion != before.ResourceVersion {
		t.Errorf("resourceVersion of the map went from %s to %s", before.ResourceVersion, after.ResourceVersion)
	}
	if after := outputsOf(t, m); !slices.Equal(dropTouched(outputs), dropTouched(after)) {
		t.Errorf("outputs went from %v to %v", outputs, after)
	}
}

// The same map as an edit of one field: the operator writes only the output that differs.
func TestOnlyWhatDiffersIsWritten(t *testing.T) {
	t.Parallel()
	m := createReady(t, newMap(newNamespace(t), "checkout"))
	since := auditMark(t)
	edit(t, m, func(s *v1alpha1.StakeholderMapSpec) { s.Customers[0].DisplayName = "The board" })
	waitReady(t, m)
	outputs := func(e controlplane.AuditEvent) bool { return e.Namespace == m.Namespace && e.Resource != "events" }
	// Before the first write it makes sure that it uses the latest edit.
	want := []string{"get stakeholdermaps checkout", "patch configmaps checkout-routing", "patch stakeholdermaps/status checkout"}
	// The effect of the last request can be visible before it is in the log.
	controlplane.Eventually(t, patience, "the requests are in the log", func() error {
		if got := requests(t, since, outputs); len(got) < len(want) {
			return fmt.Errorf("there are %v", got)
		}
		return nil
	})
	if got := requests(t, since, outputs); !slices.Equal(got, want) {
		t.Errorf("a new display name took the requests %v, want %v", got, want)
	}
}
