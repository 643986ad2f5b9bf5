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

package upgrade

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
)

// flicker watches the objects that give rights. It notes when one of them is deleted, or gives less than it promised. What
// another version gives in addition may go again. It is safe for concurrent use.
type flicker struct {
	mu     sync.Mutex
	known  map[string]state
	events int
	losses []string
}

// state is an object as it was seen last.
type state struct {
	resourceVersion string
	gives           map[string]bool
	// promised is what it gave in the beginning.
	promised map[string]bool
}

// promise begins to watch an object, which gives its rights from now on.
func (f *flicker) promise(object client.Object) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.known == nil {
		f.known = make(map[string]state)
	}
	if gives := givenBy(object); givesRights(object) {
		f.known[keyOf(object)] = state{resourceVersion: object.GetResourceVersion(), gives: gives, promised: gives}
	}
}

// observe notes an event of a watch.
func (f *flicker) observe(event watch.EventType, object runtime.Object) {
	f.mu.Lock()
	defer f.mu.Unlock()
	is, ok := object.(client.Object)
	if !ok || event != watch.Added && event != watch.Modified && event != watch.Deleted {
		f.losses = append(f.losses, fmt.Sprintf("the watch has ended: %s %v", event, object))
		return
	}
	if !givesRights(is) {
		return
	}
	f.events++
	key := keyOf(is)
	now := f.known[key]
	before := now.gives
	now.resourceVersion, now.gives = is.GetResourceVersion(), givenBy(is)
	if event == watch.Deleted {
		now.resourceVersion, now.gives = "", nil
		if now.promised != nil {
			f.losses = append(f.losses, key+" was deleted")
		}
	}
	f.known[key] = now
	for _, right := range slices.Sorted(maps.Keys(now.promised)) {
		if before[right] && !now.gives[right] {
			f.losses = append(f.losses, fmt.Sprintf("%s no longer gives: %s", key, right))
		}
	}
}

// hasSeen reports an error until the watches have seen an object as a list shows it.
func (f *flicker) hasSeen(object client.Object) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if is := f.known[keyOf(object)].resourceVersion; givesRights(object) && is != object.GetResourceVersion() {
		return fmt.Errorf("of %s, the watch has seen version %q, not yet %s", keyOf(object), is, object.GetResourceVersion())
	}
	return nil
}

func keyOf(object client.Object) string {
	return fmt.Sprintf("%T %s/%s", object, object.GetNamespace(), object.GetName())
}

// givesRights picks the ClusterRoles that stakeholders are bound to. The other kinds are picked by their label.
func givesRights(object client.Object) bool {
	_, isClusterRole := object.(*rbacv1.ClusterRole)
	return !isClusterRole || strings.HasPrefix(object.GetName(), "stakeholders-")
}

// givenBy lists what users lose if it is taken out of an object: subjects of a RoleBinding, rights of a Role, and lines of the
// flat keys of a routing table.
func givenBy(object client.Object) map[string]bool {
	out := make(map[string]bool)
	switch object := object.(type) {
	case *rbacv1.RoleBinding:
		for _, s := range object.Subjects {
			out[fmt.Sprintf("%s %s to %s %s/%s", object.RoleRef.Kind, object.RoleRef.Name, s.Kind, s.Namespace, s.Name)] = true
		}
	case *rbacv1.Role:
		addRules(out, object.Rules)
	case *rbacv1.ClusterRole:
		addRules(out, object.Rules)
	case *corev1.ConfigMap:
		for key, value := range object.Data {
			for line := range strings.Lines(value) {
				if key != routing.DocumentKey {
					out[key+": "+strings.TrimSpace(line)] = true
				}
			}
		}
	}
	return out
}

func addRules(out map[string]bool, rules []rbacv1.PolicyRule) {
	for _, rule := range rules {
		for _, verb := range rule.Verbs {
			for _, resource := range rule.Resources {
				for _, group := range rule.APIGroups {
					out[fmt.Sprintf("%s %s.%s %v", verb, resource, group, rule.ResourceNames)] = true
				}
			}
		}
	}
}

// TestFlickerIsSeen: the guard of the other tests notices what must not happen, and nothing else.
func TestFlickerIsSeen(t *testing.T) {
	t.Parallel()
	binding := func(subjects ...string) *rbacv1.RoleBinding {
		b := &rbacv1.RoleBinding{RoleRef: rbacv1.RoleRef{Kind: "Role", Name: "customer"}}
		for _, name := range subjects {
			b.Subjects = append(b.Subjects, rbacv1.Subject{Kind: "User", Name: name})
		}
		return b
	}
	role := func(verbs ...string) *rbacv1.Role {
		return &rbacv1.Role{Rules: []rbacv1.PolicyRule{{Verbs: verbs, APIGroups: []string{"stakeholders.dev"}, Resources: []string{"stakeholdermaps/budget"}}}}
	}
	table := func(lines string) *corev1.ConfigMap {
		return &corev1.ConfigMap{Data: map[string]string{"budget.to.users": lines, routing.DocumentKey: "{" + lines + "}"}}
	}
	for reason, tc := range map[string]struct {
		before        client.Object
		after         []client.Object
		deleted, lost bool
	}{
		"a subject is added":            {before: binding("carla"), after: []client.Object{binding("carla", "chris")}},
		"a subject is taken out":        {before: binding("carla", "chris"), after: []client.Object{binding("chris")}, lost: true},
		"a subject comes back":          {before: binding("carla"), after: []client.Object{binding(), binding("carla")}, lost: true},
		"a binding is deleted":          {before: binding("carla"), deleted: true, lost: true},
		"a right is added":              {before: role("approve"), after: []client.Object{role("approve", "request")}},
		"a right is taken out":          {before: role("approve", "request"), after: []client.Object{role("request")}, lost: true},
		"a right comes and goes":        {before: role("approve"), after: []client.Object{role("approve", "request"), role("approve")}},
		"a line is added":               {before: table("carla"), after: []client.Object{table("carla\nchris")}},
		"a line is taken out":           {before: table("carla\nchris"), after: []client.Object{table("chris")}, lost: true},
		"the same is written again":     {before: table("carla"), after: []client.Object{table("carla")}},
		"another ClusterRole is gone":   {before: &rbacv1.ClusterRole{}, deleted: true},
		"a ClusterRole of ours is less": {before: clusterRole("act-as"), after: []client.Object{clusterRole()}, lost: true},
	} {
		t.Run(reason, func(t *testing.T) {
			t.Parallel()
			f := &flicker{}
			f.promise(tc.before)
			for _, after := range tc.after {
				f.observe(watch.Modified, after)
			}
			if tc.deleted {
				f.observe(watch.Deleted, tc.before)
			}
			if lost := len(f.losses) > 0; lost != tc.lost {
				t.Errorf("losses are %q", f.losses)
			}
		})
	}
}

func clusterRole(verbs ...string) *rbacv1.ClusterRole {
	role := &rbacv1.ClusterRole{Rules: []rbacv1.PolicyRule{{Verbs: verbs, APIGroups: []string{"stakeholders.dev"}, Resources: []string{"customers"}}}}
	role.Name = "stakeholders-customer"
	return role
}
