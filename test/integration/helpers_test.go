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
	"time"

	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// newNamespace makes a namespace for one test.
func newNamespace(t *testing.T) string {
	t.Helper()
	return env.NewNamespace(t)
}

// newUnguardedNamespace makes a namespace in which maps may be invalid, as without the admission policy.
func newUnguardedNamespace(t *testing.T) string {
	t.Helper()
	return env.NewNamespace(t, suite.Unguarded, "")
}

var users = suite.Users

func customer(name string, topics []string, names ...string) v1alpha1.Customer {
	return v1alpha1.Customer{Party: v1alpha1.Party{Name: name, Subjects: users(names...), Topics: topics}}
}

func endUser(name string, topics []string, names ...string) v1alpha1.EndUser {
	return v1alpha1.EndUser{Party: v1alpha1.Party{Name: name, Subjects: users(names...), Topics: topics}}
}

// newMap is a valid map: carla pays, eve uses, and paul is the product owner.
var newMap = suite.NewMap

func create(t *testing.T, object client.Object) {
	t.Helper()
	env.Create(t, object)
}

func get[T client.Object](t *testing.T, namespace, name string, into T) T {
	t.Helper()
	return suite.Get(t, env.Suite, namespace, name, into)
}

func keyOf(object client.Object) client.ObjectKey { return client.ObjectKeyFromObject(object) }

// swap replaces an object by another with its name. The operator may repair it first, so swap tries until it has worked
// once.
func swap(t *testing.T, object client.Object) {
	t.Helper()
	controlplane.Eventually(t, patience, "another object in this place", func() error {
		fresh, ok := object.DeepCopyObject().(client.Object)
		if !ok {
			return fmt.Errorf("%T is no object", object)
		}
		if err := client.IgnoreNotFound(env.Admin.Delete(t.Context(), fresh)); err != nil {
			return err
		}
		fresh.SetResourceVersion("")
		return env.Admin.Create(t.Context(), fresh)
	})
}

// edit changes a map, as a pull request would, and returns it as stored.
func edit(t *testing.T, m *v1alpha1.StakeholderMap, change func(*v1alpha1.StakeholderMapSpec)) *v1alpha1.StakeholderMap {
	t.Helper()
	return env.Edit(t, m, change)
}

// waitFor returns the map when a condition of its current generation has the status and the reason.
func waitFor(t *testing.T, m *v1alpha1.StakeholderMap, condition string, status metav1.ConditionStatus, reason string) *v1alpha1.StakeholderMap {
	t.Helper()
	return env.WaitFor(t, m, condition, status, reason)
}

func waitReady(t *testing.T, m *v1alpha1.StakeholderMap) *v1alpha1.StakeholderMap {
	t.Helper()
	return env.WaitReady(t, m)
}

// createReady makes a map and waits until it is in force.
func createReady(t *testing.T, m *v1alpha1.StakeholderMap) *v1alpha1.StakeholderMap {
	t.Helper()
	create(t, m)
	return waitReady(t, m)
}

// may asks the API server whether a user has a right on a topic of a map, or on the map itself.
func may(t *testing.T, user string, groups []string, verb string, m *v1alpha1.StakeholderMap, topic string) bool {
	t.Helper()
	review := &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
		User: user, Groups: groups,
		ResourceAttributes: &authorizationv1.ResourceAttributes{
			Namespace: m.Namespace, Verb: verb, Group: "stakeholders.dev", Resource: "stakeholdermaps", Subresource: topic, Name: m.Name,
		},
	}}
	create(t, review)
	return review.Status.Allowed
}

// wantMay waits until the API server answers as wanted: its authorizer learns of a new grant from a watch, a moment
// after it was written.
func wantMay(t *testing.T, want bool, user, verb string, m *v1alpha1.StakeholderMap, topic string) {
	t.Helper()
	controlplane.Eventually(t, patience, fmt.Sprintf("%s may %s %s of %s: %t", user, verb, topic, m.Name, want), func() error {
		if got := may(t, user, nil, verb, m, topic); got != want {
			return fmt.Errorf("the API server says %t", got)
		}
		return nil
	})
}

func tableOf(t *testing.T, m *v1alpha1.StakeholderMap) *routing.RoutingTable {
	t.Helper()
	cm := get(t, m.Namespace, m.Name+"-routing", &corev1.ConfigMap{})
	table, err := routing.Parse([]byte(cm.Data[routing.DocumentKey]))
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func ofMap(m *v1alpha1.StakeholderMap) []client.ListOption {
	return []client.ListOption{client.InNamespace(m.Namespace), client.MatchingLabels{"stakeholders.dev/map": m.Name}}
}

// outputsOf lists everything that the operator has written for a map, as "Kind name@resourceVersion".
func outputsOf(t *testing.T, m *v1alpha1.StakeholderMap) []string {
	t.Helper()
	var out []string
	for _, list := range []client.ObjectList{&corev1.ConfigMapList{}, &rbacv1.RoleList{}, &rbacv1.RoleBindingList{}} {
		if err := env.Admin.List(t.Context(), list, ofMap(m)...); err != nil {
			t.Fatal(err)
		}
		items, err := meta.ExtractList(list)
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range items {
			object, ok := item.(client.Object)
			if !ok {
				t.Fatalf("%T is no object", item)
			}
			out = append(out, fmt.Sprintf("%s %s@%s", strings.TrimPrefix(fmt.Sprintf("%T", item), "*"), object.GetName(), object.GetResourceVersion()))
		}
	}
	return out
}

// requests lists the operator's requests to the API server since a mark, as "verb resource/name", except for those that
// it always makes: watches, leases.
func requests(t *testing.T, since mark, keep func(controlplane.AuditEvent) bool) []string {
	t.Helper()
	all, _, err := env.Plane.AuditEvents(since.offset)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range all {
		if e.Received.Before(since.at) || e.User != operatorUser || e.Verb == "watch" || e.Resource == "leases" || keep != nil && !keep(e) {
			continue
		}
		resource := e.Resource
		if e.Subresource != "" {
			resource += "/" + e.Subresource
		}
		out = append(out, fmt.Sprintf("%s %s %s", e.Verb, resource, e.Name))
	}
	return out
}

// mark is a moment, for requests.
type mark struct {
	offset int64
	// at is the time of the mark: the effect of a request can be visible before the request is in the log.
	at time.Time
}

func auditMark(t *testing.T) mark {
	t.Helper()
	at := time.Now()
	offset, err := env.Plane.AuditMark()
	if err != nil {
		t.Fatal(err)
	}
	return mark{offset: offset, at: at}
}

func in(namespace string) func(controlplane.AuditEvent) bool {
	return func(e controlplane.AuditEvent) bool { return e.Namespace == namespace }
}
