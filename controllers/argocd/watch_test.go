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

package argocd

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	toolscache "k8s.io/client-go/tools/cache"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// TestProjectEvents adds, changes and deletes projects.
func TestProjectEvents(t *testing.T) {
	accepting := func(namespaces string, change func(*metav1.PartialObjectMetadata)) *metav1.PartialObjectMetadata {
		project := projectMetadata()
		project.Name, project.UID, project.ResourceVersion = "shop", "1", "1"
		project.Annotations = map[string]string{v1alpha1.AcceptMapsFrom: namespaces, "example.com/other": "1"}
		project.Labels = map[string]string{"team": "shop"}
		change(project)
		stripped, err := stripProject(project)
		if err != nil || stripped != any(project) || len(project.Labels) > 0 {
			t.Fatalf("stripped, a project is %v (%v)", stripped, err)
		}
		return project
	}
	asIs := func(*metav1.PartialObjectMetadata) {}
	before := accepting("payments", asIs)
	update := func(after *metav1.PartialObjectMetadata) func(toolscache.ResourceEventHandler) {
		return func(h toolscache.ResourceEventHandler) { h.OnUpdate(before, after) }
	}
	cases := map[string]struct {
		reason string
		event  func(toolscache.ResourceEventHandler)
		want   bool
	}{
		"added":   {"it may accept some", func(h toolscache.ResourceEventHandler) { h.OnAdd(before, false) }, true},
		"deleted": {"it accepts nobody", func(h toolscache.ResourceEventHandler) { h.OnDelete(before) }, true},
		"deleted unseen": {"it accepts nobody", func(h toolscache.ResourceEventHandler) {
			h.OnDelete(toolscache.DeletedFinalStateUnknown{Key: "argocd/shop", Obj: before})
		}, true},
		"something else": {"it is no project", func(h toolscache.ResourceEventHandler) { h.OnDelete("shop") }, false},
		"accepts others": {"it accepts others", update(accepting("else", asIs)), true},
		"deleting": {"it goes", update(accepting("payments", func(p *metav1.PartialObjectMetadata) {
			p.DeletionTimestamp = &metav1.Time{Time: time.Unix(0, 0)}
		})), true},
		"made anew": {"it is another one", update(accepting("payments", func(p *metav1.PartialObjectMetadata) { p.UID = "2" })), true},
		"edited": {"nothing of that matters", update(accepting("payments", func(p *metav1.PartialObjectMetadata) {
			p.ResourceVersion, p.Labels["team"], p.Annotations["example.com/other"] = "2", "other", "2"
		})), false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var got []string
			tc.event(projectChange(func(project string) { got = append(got, project) }))
			if want := []string{"shop"}; slices.Equal(got, want) != tc.want || len(got) > 1 {
				t.Errorf("%s: told are %q", tc.reason, got)
			}
		})
	}
}

// TestRefusedToWatch takes the right to read projects away, and gives it back, which causes no event.
func TestRefusedToWatch(t *testing.T) {
	w := newWorld(t)
	m := w.inForce("checkout", "acme", "bolt")
	refused := apierrors.NewForbidden(schema.GroupResource{Resource: "appprojects"}, "", errors.New("no role"))
	check := func(reason string, want bool) {
		t.Helper()
		_, problems := w.Write(t.Context(), output())
		err := problems.Err()
		if apierrors.IsForbidden(err) != want || want && !strings.Contains(err.Error(), "component argocd-rbac") {
			t.Errorf("%s: the error is %v", reason, err)
		}
	}
	w.list = refused
	w.synced = false
	w.watched.refused = projectsError(argoNamespace, refused)
	check("it has never been allowed", true)
	w.want("nothing is known")
	w.list = nil
	check("it is allowed", false)
	w.want("it takes a while until all is known")
	w.synced = true
	check("all is known", false)
	w.want("all is known", "checkout acme", "checkout bolt")

	w.list = refused
	w.watched.refused = projectsError(argoNamespace, refused)
	w.Contribute(m, entry(m, "acme"), false)
	check("it is allowed no longer", true)
	w.want("who has left is gone all the same", "checkout acme")
	m.Spec.Product.ArgoCDProject = "none"
	if w.Refusal(t.Context(), m) == "" {
		t.Error("a map loses its refusal, and nobody tells when it is back")
	}
	w.list = nil
	check("it is allowed again", false)
	w.asked = 0
	check("nothing is asked any more", false)
	if w.asked != 0 {
		t.Errorf("%d reads", w.asked)
	}
}
