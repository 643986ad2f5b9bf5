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
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// mixUp breaks two rules, which the admission policy refuses if it is installed.
func mixUp(s *v1alpha1.StakeholderMapSpec) {
	s.EndUsers[0].Subjects = users("eve", "carla")
	s.Customers[0].Subjects = users("carla", "paul")
}

// A map that is invalid from the start is stored and gets every finding, but has no outputs.
func TestNeverValid(t *testing.T) {
	t.Parallel()
	m := newMap(newUnguardedNamespace(t), "checkout")
	mixUp(&m.Spec)
	create(t, m)
	m = waitFor(t, m, v1alpha1.ConditionValid, metav1.ConditionFalse, v1alpha1.ReasonSeveralRulesBroken)
	var got []string
	for _, f := range m.Status.Findings {
		if f.Level == v1alpha1.LevelWarning {
			continue
		}
		got = append(got, fmt.Sprintf("%s %s %s", f.Level, f.Code, f.Field))
	}
	want := []string{
		"Error ProductOwnerIsCustomer spec.productOwner.subjects[0]",
		"Error UnacknowledgedOverlap spec.customers[0].subjects[0]",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	waitFor(t, m, v1alpha1.ConditionPublished, metav1.ConditionFalse, v1alpha1.ReasonNeverValid)
	waitFor(t, m, v1alpha1.ConditionAuthorized, metav1.ConditionFalse, v1alpha1.ReasonNeverValid)
	waitFor(t, m, v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonSeveralRulesBroken)
	if outputs := outputsOf(t, m); len(outputs) > 0 {
		t.Errorf("an invalid map made %v", outputs)
	}
	if m.Status.RoutingRevision != "" {
		t.Errorf("routingRevision is %s", m.Status.RoutingRevision)
	}
}

// A map that becomes invalid keeps its outputs in force, without the subjects that have left: no subject gains a right.
func TestInvalidMapKeepsAndLoses(t *testing.T) {
	t.Parallel()
	m := newMap(newUnguardedNamespace(t), "checkout")
	m.Spec.Customers[0].Subjects = users("carla", "leaver")
	m.Spec.EndUsers = append(m.Spec.EndUsers, endUser("leaving", []string{"usability"}, "user-leaver"))
	m = createReady(t, m)
	revision := m.Status.RoutingRevision
	wantMay(t, true, "leaver", "approve", m, "budget")
	wantMay(t, true, "user-leaver", "request", m, "usability")

	m = edit(t, m, func(s *v1alpha1.StakeholderMapSpec) { s.EndUsers = s.EndUsers[:1]; mixUp(s) })
	m = waitFor(t, m, v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonSeveralRulesBroken)
	waitFor(t, m, v1alpha1.ConditionPublished, metav1.ConditionTrue, v1alpha1.ReasonLastValidKept)
	waitFor(t, m, v1alpha1.ConditionAuthorized, metav1.ConditionTrue, v1alpha1.ReasonLastValidKept)
	wantMay(t, false, "leaver", "approve", m, "budget")
	wantMay(t, false, "user-leaver", "request", m, "usability")
	wantMay(t, true, "carla", "approve", m, "budget")
	wantMay(t, false, "carla", "request", m, "usability")
	wantMay(t, false, "paul", "approve", m, "budget")
	table := tableOf(t, m)
	if table.Revision == revision || table.Revision != m.Status.RoutingRevision {
		t.Errorf("the table was %s, is %s, and status says %s", revision, table.Revision, m.Status.RoutingRevision)
	}
	if to := table.Resolve("budget").To; len(to) != 1 || len(to[0].Subjects) != 1 || to[0].Subjects[0].Name != "carla" {
		t.Errorf("budget goes to %+v", to)
	}

	// What is in force is kept in force: if a user deletes a grant, it is restored.
	binding := &rbacv1.RoleBinding{ObjectMeta: metav1.ObjectMeta{Namespace: m.Namespace, Name: "stakeholders:checkout:customer"}}
	if err := env.Admin.Delete(t.Context(), binding); err != nil {
		t.Fatal(err)
	}
	controlplane.Eventually(t, patience, "the RoleBinding is back", func() error {
		return env.Admin.Get(t.Context(), keyOf(binding), &rbacv1.RoleBinding{})
	})
	wantMay(t, true, "carla", "approve", m, "budget")
	wantMay(t, false, "paul", "approve", m, "budget")

	edit(t, m, func(s *v1alpha1.StakeholderMapSpec) {
		s.EndUsers[0].Subjects, s.Customers[0].Subjects = users("eve"), users("chris")
	})
	m = waitReady(t, m)
	if slices.ContainsFunc(m.Status.Findings, func(f v1alpha1.Finding) bool { return f.Level == v1alpha1.LevelError }) {
		t.Errorf("a valid map has findings %v", m.Status.Findings)
	}
	wantMay(t, true, "chris", "approve", m, "budget")
	wantMay(t, false, "carla", "approve", m, "budget")
}

// The last valid table is only in the ConfigMap. A table that was forged while the map is invalid is never accepted.
// Otherwise users who may edit ConfigMaps could give approval rights.
func TestForgedTableOfInvalidMap(t *testing.T) {
	t.Parallel()
	m := createReady(t, newMap(newUnguardedNamespace(t), "checkout"))
	genuine := tableOf(t, m)
	m = edit(t, m, mixUp)
	m = waitFor(t, m, v1alpha1.ConditionPublished, metav1.ConditionTrue, v1alpha1.ReasonLastValidKept)

	forged := *genuine
	forged.Topics = slices.Clone(genuine.Topics)
	for i := range forged.Topics {
		forged.Topics[i].To = slices.Clone(forged.Topics[i].To)
		forged.Topics[i].To[0].Subjects[0].Name = "mallory"
	}
	document, err := forged.Seal()
	if err != nil {
		t.Fatal(err)
	}
	cm := get(t, m.Namespace, "checkout-routing", &corev1.ConfigMap{})
	cm.Data["routing.json"] = document
	if err := env.Admin.Update(t.Context(), cm); err != nil {
		t.Fatal(err)
	}
	m = waitFor(t, m, v1alpha1.ConditionPublished, metav1.ConditionFalse, v1alpha1.ReasonLastValidLost)
	waitFor(t, m, v1alpha1.ConditionAuthorized, metav1.ConditionUnknown, v1alpha1.ReasonLastValidLost)
	wantMay(t, false, "mallory", "approve", m, "budget")
	wantMay(t, true, "carla", "approve", m, "budget")

	edit(t, m, func(s *v1alpha1.StakeholderMapSpec) {
		s.EndUsers[0].Subjects, s.Customers[0].Subjects = users("eve"), users("carla")
	})
	m = waitReady(t, m)
	if diff := cmp.Diff(genuine.Revision, tableOf(t, m).Revision); diff != "" {
		t.Errorf("revision of the same map (-want +got):\n%s", diff)
	}
}

// A subject that a valid edit has removed stays revoked, even if its table could not be published: an invalid edit
// after it must not restore the table before it.
func TestInvalidEditGivesNothingBack(t *testing.T) {
	t.Parallel()
	m := newMap(newUnguardedNamespace(t), "checkout")
	m.Spec.Customers[0].Subjects = users("carla", "leaver")
	m = createReady(t, m)
	wantMay(t, true, "leaver", "approve", m, "budget")

	allow := forbid(t, "configmaps", &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: m.Namespace, Name: "probe"}})
	defer allow()
	m = edit(t, m, func(s *v1alpha1.StakeholderMapSpec) { s.Customers[0].Subjects = users("carla") })
	m = waitFor(t, m, v1alpha1.ConditionPublished, metav1.ConditionFalse, v1alpha1.ReasonApplyFailed)
	waitFor(t, m, v1alpha1.ConditionAuthorized, metav1.ConditionTrue, v1alpha1.ReasonAuthorized)
	wantMay(t, false, "leaver", "approve", m, "budget")
	since := auditMark(t)

	m = edit(t, m, func(s *v1alpha1.StakeholderMapSpec) { s.EndUsers[0].Topics = []string{"no-such-topic"} })
	m = waitFor(t, m, v1alpha1.ConditionPublished, metav1.ConditionFalse, v1alpha1.ReasonLastValidLost)
	waitFor(t, m, v1alpha1.ConditionAuthorized, metav1.ConditionUnknown, v1alpha1.ReasonLastValidLost)
	for _, request := range requests(t, since, in(m.Namespace)) {
		if strings.Contains(request, "role") {
			t.Errorf("an invalid edit made the request %q", request)
		}
	}
	wantMay(t, false, "leaver", "approve", m, "budget")
	wantMay(t, true, "carla", "approve", m, "budget")

	// Without a table, a subject that leaves the map still loses its grants.
	m = edit(t, m, func(s *v1alpha1.StakeholderMapSpec) { s.Customers[0].Subjects = users("chris") })
	waitFor(t, m, v1alpha1.ConditionAuthorized, metav1.ConditionUnknown, v1alpha1.ReasonLastValidLost)
	wantMay(t, false, "carla", "approve", m, "budget")
	wantMay(t, false, "chris", "approve", m, "budget")
}
