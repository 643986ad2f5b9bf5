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
	"strings"
	"testing"

	eventsv1 "k8s.io/api/events/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// eventsIn lists the events in a namespace.
func eventsIn(t *testing.T, namespace string) []eventsv1.Event {
	t.Helper()
	var list eventsv1.EventList
	if err := env.Admin.List(t.Context(), &list, client.InNamespace(namespace)); err != nil {
		t.Fatal(err)
	}
	return list.Items
}

// wantEvents waits until there are exactly these events, by type and reason, in a namespace.
func wantEvents(t *testing.T, namespace string, want map[string]int) {
	t.Helper()
	controlplane.Eventually(t, patience, fmt.Sprintf("the events %v", want), func() error {
		got := map[string]int{}
		for _, e := range eventsIn(t, namespace) {
			n := 1
			if e.Series != nil {
				n = int(e.Series.Count)
			}
			got[e.Type+" "+e.Reason] += n
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			return fmt.Errorf("there are %v", got)
		}
		return nil
	})
}

// wantEvent waits for an event with a reason, and with these parts in its note.
func wantEvent(t *testing.T, namespace, reason string, parts ...string) {
	t.Helper()
	controlplane.Eventually(t, patience, fmt.Sprintf("an event %s with %q", reason, parts), func() error {
		var notes []string
	next:
		for _, e := range eventsIn(t, namespace) {
			notes = append(notes, e.Reason+": "+e.Note)
			for _, part := range parts {
				if e.Reason != reason || !strings.Contains(e.Note, part) {
					continue next
				}
			}
			return nil
		}
		return fmt.Errorf("there are %q", notes)
	})
}

// Events report changes only.
func TestEventsOnChangeOnly(t *testing.T) {
	t.Parallel()
	m := createReady(t, newMap(newUnguardedNamespace(t), "checkout"))
	want := map[string]int{"Normal Granted": 1}
	wantEvents(t, m.Namespace, want)
	wantEvent(t, m.Namespace, "Granted", "User carla", "customer", "the map is new")

	m = edit(t, m, mixUp)
	waitFor(t, m, v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonSeveralRulesBroken)
	want["Warning SeveralRulesBroken"], want["Normal LastValidKept"] = 1, 2
	wantEvents(t, m.Namespace, want)

	// Another error of the same kind makes no new event.
	m = edit(t, m, func(s *v1alpha1.StakeholderMapSpec) { s.Product.Description = "Still mixed up" })
	waitFor(t, m, v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonSeveralRulesBroken)
	wantEvents(t, m.Namespace, want)
}

// A new map has one event. An edit that gives and revokes rights of several roles has two: one for gained rights, one
// for lost rights. An edit that changes no rights has one, about the routing table, and a deletion one. Each count is
// exact, so the next step finds an extra event of an earlier step.
func TestEventsAreFew(t *testing.T) {
	t.Parallel()
	m := newMap(newUnguardedNamespace(t), "checkout")
	m.Spec.Customers = append(m.Spec.Customers, customer("restricted", []string{"budget"}, "chris"))
	m = createReady(t, m)
	want := map[string]int{"Normal Granted": 1}
	wantEvents(t, m.Namespace, want)
	wantEvent(t, m.Namespace, "Granted", "User carla, User chris got the rights of customer; User eve got the rights of end-user; "+
		"User paul got the rights of product-owner: the map is new, and its routing table is in ConfigMap checkout-routing")

	edit(t, m, func(s *v1alpha1.StakeholderMapSpec) {
		s.Customers[0].Subjects = users("carol")
		s.EndUsers[0].Subjects = users("eva")
		s.ProductOwner.Subjects = users("pia")
	})
	m = waitReady(t, m)
	want["Normal Granted"], want["Normal Revoked"] = 2, 1
	wantEvents(t, m.Namespace, want)
	wantEvent(t, m.Namespace, "Granted", "User carol got the rights of customer; User eva got the rights of end-user; "+
		"User pia got the rights of product-owner: the map was edited")
	wantEvent(t, m.Namespace, "Revoked", "User carla lost the rights of customer; User eve lost the rights of end-user; "+
		"User paul lost the rights of product-owner: the map was edited")

	edit(t, m, func(s *v1alpha1.StakeholderMapSpec) { s.Product.Description = "Tills" })
	m = waitReady(t, m)
	want["Normal Published"] = 1
	wantEvents(t, m.Namespace, want)

	if err := env.Admin.Delete(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	want["Normal Revoked"] = 2
	wantEvents(t, m.Namespace, want)
	wantEvent(t, m.Namespace, "Revoked", "User carol, User chris lost the rights of customer; User eva lost the rights of end-user; "+
		"User pia lost the rights of product-owner: the map was deleted")
}

// Events say who has got or lost a grant, and why: an edit, a window, the end of the map. They also report repaired
// changes of other writers.
func TestEventsTellWhoAndWhy(t *testing.T) {
	t.Parallel()
	m := newMap(newNamespace(t), "checkout")
	temp := customer("temp", nil, "temp")
	temp.ValidUntil = inSeconds(3)
	m.Spec.Customers = append(m.Spec.Customers, temp)
	m = createReady(t, m)
	wantEvent(t, m.Namespace, "Revoked", "User temp", "customer", "the window has closed")

	m = edit(t, m, func(s *v1alpha1.StakeholderMapSpec) { s.EndUsers[0].Subjects = users("eva") })
	m = waitReady(t, m)
	wantEvent(t, m.Namespace, "Revoked", "User eve", "end-user", "the map was edited")
	wantEvent(t, m.Namespace, "Granted", "User eva", "end-user", "the map was edited")

	// Two edits shortly after each other have separate events.
	edit(t, m, func(s *v1alpha1.StakeholderMapSpec) {
		s.EndUsers[0].Topics = []string{"usability", "defect-report", "feature-request", "sprint-review"}
	})
	edit(t, m, func(s *v1alpha1.StakeholderMapSpec) { s.EndUsers[0].Subjects = users("eva", "ada") })
	m = waitReady(t, m)
	wantEvent(t, m.Namespace, "Granted", "User ada", "end-user")

	binding := get(t, m.Namespace, "stakeholders:checkout:customer", &rbacv1.RoleBinding{})
	binding.Subjects = append(binding.Subjects, rbacv1.Subject{Kind: "User", APIGroup: rbacv1.GroupName, Name: "mallory"})
	if err := env.Admin.Update(t.Context(), binding); err != nil {
		t.Fatal(err)
	}
	wantEvent(t, m.Namespace, "DriftRepaired", "RoleBinding")

	if err := env.Admin.Delete(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	wantEvent(t, m.Namespace, "Revoked", "User carla", "customer", "the map was deleted")
}
