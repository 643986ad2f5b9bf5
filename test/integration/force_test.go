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
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// The main job: a map is put in force, and all subjects may do exactly what their role allows.
func TestRightsOfEveryRole(t *testing.T) {
	t.Parallel()
	namespace := newNamespace(t)
	m := newMap(namespace, "checkout")
	m.Spec.Customers = append(m.Spec.Customers, customer("auditors", []string{"budget"}, "nina"))
	m.Spec.Customers[0].Subjects = append(m.Spec.Customers[0].Subjects, v1alpha1.Subject{Kind: v1alpha1.SubjectGroup, Name: "acme:procurement"})
	m.Spec.EndUsers = append(m.Spec.EndUsers, v1alpha1.EndUser{Segment: v1alpha1.SegmentSystem, Party: v1alpha1.Party{
		Name: "ledger", Subjects: []v1alpha1.Subject{{Kind: v1alpha1.SubjectServiceAccount, Name: "ledger", Namespace: namespace}},
	}})
	m.Spec.DevelopmentTeam = v1alpha1.DevelopmentTeam{Subjects: users("dave")}
	m.Spec.Topics = []v1alpha1.Topic{
		{Name: "security-exception", Class: v1alpha1.ClassApproval, To: []v1alpha1.Role{v1alpha1.RoleProductOwner}},
	}
	neighbour := newMap(namespace, "checkout-customer")
	neighbour.Spec.Customers = []v1alpha1.Customer{customer("others", nil, "olga")}
	createReady(t, m)
	createReady(t, neighbour)

	type question struct{ user, verb, topic string }
	answers := map[question]bool{}
	expect := func(want bool, user, verb string, topics ...string) {
		for _, topic := range topics {
			answers[question{user, verb, topic}] = want
		}
	}
	approvals := []string{"budget", "delivery-date", "scope-change", "release", "process-change"}
	requests := []string{"feature-request", "usability", "defect-report"}
	consultations := []string{"requirements", "backlog-priority", "product-vision", "sprint-review", "retrospective"}
	for _, user := range []string{"carla", "nina", "eve", "paul", "dave", "olga", "stranger"} {
		for _, verb := range []string{"approve", "request", "triage"} {
			expect(false, user, verb, append(append(append(approvals, requests...), consultations...), "security-exception", "no-such-topic")...)
		}
		expect(false, user, "get", "", "budget")
		expect(false, user, "update", "", "status")
		expect(false, user, "delete", "")
	}
	expect(true, "carla", "approve", approvals...)
	expect(true, "nina", "approve", "budget")
	expect(true, "eve", "request", requests...)
	expect(true, "system:serviceaccount:"+namespace+":ledger", "request", requests...)
	expect(true, "paul", "triage", requests...)
	expect(true, "paul", "approve", "security-exception")
	for _, user := range []string{"carla", "nina", "paul"} {
		expect(true, user, "get", "")
	}
	// The map shows all customers and their contact data.
	expect(false, "eve", "get", "")
	for q, want := range answers {
		wantMay(t, want, q.user, q.verb, m, q.topic)
		// No leak: users without a part in the map have no rights through it.
		if q.user == "nina" || q.user == "dave" || q.user == "stranger" {
			wantMay(t, false, q.user, q.verb, neighbour, q.topic)
		}
	}
	wantMay(t, true, "olga", "approve", neighbour, "budget")
	wantMay(t, false, "carla", "approve", neighbour, "budget")
	if !may(t, "anybody", []string{"acme:procurement"}, "approve", m, "release") {
		t.Error("a member of a customer's group may not approve")
	}
	if may(t, "anybody", []string{"acme:cashiers"}, "approve", m, "release") {
		t.Error("a member of some other group may approve")
	}
	// No user has a right on all maps, or in another namespace.
	elsewhere := &v1alpha1.StakeholderMap{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "checkout"}}
	all := &v1alpha1.StakeholderMap{ObjectMeta: metav1.ObjectMeta{Namespace: namespace}}
	for _, nowhere := range []*v1alpha1.StakeholderMap{elsewhere, all} {
		wantMay(t, false, "carla", "approve", nowhere, "budget")
		wantMay(t, false, "carla", "get", nowhere, "")
	}
}

func TestStatusAndLabels(t *testing.T) {
	t.Parallel()
	m := createReady(t, newMap(newNamespace(t), "checkout"))

	table := tableOf(t, m)
	if got, want := m.Status.RoutingRevision, table.Revision; got != want {
		t.Errorf("routingRevision is %q, the table has %q", got, want)
	}
	if m.Status.ObservedGeneration != m.Generation {
		t.Errorf("observedGeneration is %d, want %d", m.Status.ObservedGeneration, m.Generation)
	}
	if got := []int32{*m.Status.Customers, *m.Status.EndUsers, *m.Status.Topics}; !cmp.Equal(got, []int32{1, 1, 13}) {
		t.Errorf("customers, end users, topics are %v", got)
	}
	var types []string
	for _, c := range m.Status.Conditions {
		types = append(types, c.Type)
		if c.Status != metav1.ConditionTrue || c.ObservedGeneration != m.Generation {
			t.Errorf("condition %+v", c)
		}
	}
	if diff := cmp.Diff([]string{"Valid", "Published", "Authorized", "Ready"}, types); diff != "" {
		t.Errorf("conditions (-want +got):\n%s", diff)
	}

	labels := map[string]string{
		"app.kubernetes.io/managed-by": "stakeholder-operator", "stakeholders.dev/map": "checkout", "stakeholders.dev/map-namespace": m.Namespace,
		"velero.io/exclude-from-backup": "true",
	}
	cm := get(t, m.Namespace, "checkout-routing", &corev1.ConfigMap{})
	if diff := cmp.Diff(labels, cm.Labels); diff != "" {
		t.Errorf("labels of the ConfigMap (-want +got):\n%s", diff)
	}
	for _, role := range []string{"customer", "end-user", "product-owner"} {
		labels["stakeholders.dev/role"] = role
		name := "stakeholders:checkout:" + role
		binding := get(t, m.Namespace, name, &rbacv1.RoleBinding{})
		if diff := cmp.Diff(labels, binding.Labels); diff != "" {
			t.Errorf("labels of RoleBinding %s (-want +got):\n%s", name, diff)
		}
		if diff := cmp.Diff(labels, get(t, m.Namespace, name, &rbacv1.Role{}).Labels); diff != "" {
			t.Errorf("labels of Role %s (-want +got):\n%s", name, diff)
		}
		if owner := metav1.GetControllerOf(binding); owner == nil || owner.UID != m.UID {
			t.Errorf("RoleBinding %s is controlled by %+v", name, owner)
		}
	}
}
