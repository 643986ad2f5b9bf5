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
	"testing"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// wantTable checks whether there is a copy of the routing table in a namespace.
func (w *world) wantTable(reason, namespace string, want bool) {
	w.Helper()
	key := client.ObjectKey{Namespace: namespace, Name: names.TargetConfigMapName(names.Owner{Namespace: "payments", Name: "checkout"})}
	err := w.client.Get(w.Context(), key, &corev1.ConfigMap{})
	if client.IgnoreNotFound(err) != nil {
		w.Fatal(err)
	}
	if (err == nil) != want {
		w.Errorf("%s: that the table is in %s is %t, want %t", reason, namespace, err == nil, want)
	}
}

// A namespace admin can annotate a namespace so that a selector picks it. That gives people their rights there, and by default
// no one their contact data: the routing table goes only to namespaces that the map names.
func TestTableGoesOnlyWhereTheMapSays(t *testing.T) {
	t.Parallel()
	m := targeting()
	m.Spec.TargetNamespaces.Names = []string{"named"}
	w := newWorld(t, m, fixtures.Now)
	w.target("named")
	w.target("picked")
	routingTable := func(setting v1alpha1.RoutingTableCopies) {
		w.edit(func(s *v1alpha1.StakeholderMapSpec) { s.TargetNamespaces.RoutingTable = setting })
	}
	check := func(reason string, picked bool) {
		t.Helper()
		w.told()
		w.settle()
		w.wantTable(reason, "named", true)
		w.wantTable(reason, "picked", picked)
		for _, namespace := range []string{"named", "picked"} {
			w.wantBound(reason, namespace, "customer", "carla", "chris", "tom")
		}
		if got := w.reason(v1alpha1.ConditionReady); got != "True Ready" {
			t.Errorf("%s: ready is %s", reason, got)
		}
		if told := w.told(); contains(told, "DriftRepaired") {
			t.Errorf("%s: an edit is told of as a repair: %q", reason, told)
		}
	}
	check("by default", false)
	routingTable(v1alpha1.RoutingTableAll)
	check("the author allows it", true)
	routingTable(v1alpha1.RoutingTableNamed)
	check("the author no longer allows it", false)
	w.edit(func(s *v1alpha1.StakeholderMapSpec) { s.TargetNamespaces.Names = nil })
	w.settle()
	w.wantTable("it is no longer named", "named", false)
	w.wantBound("it is picked all the same", "named", "customer", "carla", "chris", "tom")
}

// A copy that is no longer due goes while the map is invalid, too, and none comes: an invalid map gains nothing and
// still loses.
func TestTableOfInvalidMap(t *testing.T) {
	t.Parallel()
	m := targeting()
	m.Spec.TargetNamespaces.Names = []string{"named"}
	w := newWorld(t, m, fixtures.Now)
	w.target("named")
	w.target("picked")
	w.settle()
	w.edit(func(s *v1alpha1.StakeholderMapSpec) {
		s.ProductOwner.Subjects = append(s.ProductOwner.Subjects, fixtures.User("carla"))
		s.TargetNamespaces.Names, s.TargetNamespaces.RoutingTable = []string{"named", "picked"}, v1alpha1.RoutingTableAll
	})
	w.settle()
	if got := w.reason(v1alpha1.ConditionPublished); got != "True "+v1alpha1.ReasonLastValidKept {
		t.Fatalf("published is %s", got)
	}
	w.wantTable("it was there", "named", true)
	w.wantTable("the edit that asks for it is invalid", "picked", false)
	w.edit(func(s *v1alpha1.StakeholderMapSpec) {
		s.TargetNamespaces.Names, s.TargetNamespaces.RoutingTable = nil, ""
	})
	w.settle()
	w.wantTable("the map no longer names it", "named", false)
	w.wantBound("it is picked all the same", "named", "customer", "carla", "chris", "tom")
}

// The label by which Velero leaves outputs out of backups is put back when it is taken off.
func TestOutputsStayOutOfBackups(t *testing.T) {
	t.Parallel()
	w := newWorld(t, targeting(), fixtures.Now)
	w.target("shop")
	w.settle()
	const target = "stakeholders:target:payments:checkout:customer"
	all := map[client.ObjectKey]client.Object{
		{Namespace: "payments", Name: "checkout-routing"}:               &corev1.ConfigMap{},
		{Namespace: "payments", Name: "stakeholders:checkout:customer"}: &rbacv1.Role{},
		{Namespace: "payments", Name: "stakeholders:checkout:end-user"}: &rbacv1.RoleBinding{},
		{Namespace: "shop", Name: target}:                               &rbacv1.RoleBinding{},
	}
	for key, object := range all {
		if err := w.client.Get(t.Context(), key, object); err != nil {
			t.Fatal(err)
		}
		labels := object.GetLabels()
		delete(labels, names.LabelExclude)
		object.SetLabels(labels)
		if err := w.client.Update(t.Context(), object); err != nil {
			t.Fatal(err)
		}
	}
	w.settle()
	for key, object := range all {
		if err := w.client.Get(t.Context(), key, object); err != nil || object.GetLabels()[names.LabelExclude] != "true" {
			t.Errorf("%s has the labels %v: %v", key, object.GetLabels(), err)
		}
	}
	before := w.writes.Load()
	w.settle()
	if w.writes.Load() != before {
		t.Errorf("another look makes %d writes", w.writes.Load()-before)
	}
}
