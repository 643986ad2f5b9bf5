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

package request

import (
	"slices"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// lookout ends every watch for a user who must not come back.
const lookout = "end-of-the-lookout"

// neverAgain is neverIn for all namespaces of a map, and for the customer that it begins with.
func (p *place) neverAgain(t *testing.T) (end func()) {
	t.Helper()
	return p.neverIn(t, "carla", append([]string{p.m.Namespace}, p.targets...)...)
}

// neverIn watches every state of a map's RoleBindings in some namespaces from now on, and fails the test for each that
// names a user. Reading now and then would miss a short-lived state. The user must be gone when it begins. The returned
// function ends it, when it has seen everything that was written before the call.
func (p *place) neverIn(t *testing.T, user string, namespaces ...string) (end func()) {
	t.Helper()
	ours := client.MatchingLabels{"stakeholders.dev/map": p.m.Name}
	// A watch without a resource version begins with the API server's cache, which may be behind. A user who was in the
	// cached state would look like one who has come back. A list is the latest state, so the watch starts from one.
	var start rbacv1.RoleBindingList
	if err := env.Admin.List(t.Context(), &start, ours); err != nil {
		t.Fatal(err)
	}
	for i := range start.Items {
		if b := &start.Items[i]; slices.Contains(namespaces, b.Namespace) && slices.Contains(customers(b), user) {
			t.Errorf("%s is still in %s/%s: wait until no RoleBinding names them, then watch", user, b.Namespace, b.Name)
		}
	}
	from := &client.ListOptions{Raw: &metav1.ListOptions{ResourceVersion: start.ResourceVersion}}
	watching, err := env.Admin.Watch(t.Context(), &rbacv1.RoleBindingList{}, ours, from)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(watching.Stop)
	done := make(chan []string, 1)
	home := p.m.Namespace
	go func() { done <- seenWith(watching, user, home, namespaces) }()
	return func() {
		t.Helper()
		sentinel := &rbacv1.RoleBinding{
			ObjectMeta: metav1.ObjectMeta{Namespace: home, Name: lookout, Labels: ours},
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: lookout},
		}
		env.Create(t, sentinel)
		env.Delete(t, sentinel)
		var seen []string
		controlplane.Eventually(t, suite.Patience, "the watch has ended", func() error {
			select {
			case seen = <-done:
				return nil
			default:
				return errUnexpected("watch", "still under way")
			}
		})
		for _, what := range seen {
			t.Errorf("%s must not be there: %s", user, what)
		}
	}
}

// seenWith lists the states of RoleBindings in some namespaces that name a user, up to the deletion of the sentinel in
// the map's, and reports if the watch has ended before.
func seenWith(watching watch.Interface, user, home string, namespaces []string) []string {
	var seen []string
	for event := range watching.ResultChan() {
		b, ok := event.Object.(*rbacv1.RoleBinding)
		switch {
		case !ok:
			return append(seen, string(event.Type)+" instead of a RoleBinding")
		case b.Namespace == home && b.Name == lookout:
			if event.Type == watch.Deleted {
				return seen
			}
		case !slices.Contains(namespaces, b.Namespace), event.Type == watch.Deleted:
		case slices.Contains(customers(b), user):
			seen = append(seen, string(event.Type)+" "+b.Namespace+"/"+b.Name)
		}
	}
	return append(seen, "the watch has ended")
}
