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
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render/rbaccsv"
)

// TestRefusal checks why a map lacks something in its project.
func TestRefusal(t *testing.T) {
	cases := map[string]struct {
		reason string
		change func(*world, *v1alpha1.StakeholderMap)
		want   string
	}{
		"accepted":   {"it has everything", func(*world, *v1alpha1.StakeholderMap) {}, ""},
		"no project": {"it wants none", func(_ *world, m *v1alpha1.StakeholderMap) { m.Spec.Product.ArgoCDProject = "" }, ""},
		"kube-":      {"only namespaces of the name are Kubernetes' own", func(_ *world, m *v1alpha1.StakeholderMap) { m.Spec.Product.ArgoCDProject = "kube-shop" }, ""},
		"missing":    {"there is none", func(_ *world, m *v1alpha1.StakeholderMap) { m.Spec.Product.ArgoCDProject = "none" }, "There is no AppProject none"},
		"others":     {"it accepts others", func(_ *world, m *v1alpha1.StakeholderMap) { m.Spec.Product.ArgoCDProject = "others" }, "listing payments"},
		"deleting": {"it goes, and has nothing for anybody", func(w *world, _ *v1alpha1.StakeholderMap) {
			project := projectMetadata()
			project.Namespace, project.Name = argoNamespace, "shop"
			w.delete(project)
		}, "being deleted"},
		"not known":  {"the projects are not known", func(w *world, _ *v1alpha1.StakeholderMap) { w.synced = false }, ""},
		"no Argo CD": {"none is configured", func(w *world, _ *v1alpha1.StakeholderMap) { w.watch = nil }, ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.project("others", "else")
			w.project("kube-shop", "payments")
			m := w.newMap("checkout")
			tc.change(w, m)
			if got := w.Refusal(t.Context(), m); !strings.Contains(got, tc.want) || (got == "") != (tc.want == "") {
				t.Errorf("%s: the refusal is %q, want %q in it", tc.reason, got, tc.want)
			}
		})
	}
}

// TestRefusedGroups has another key of the ConfigMap use the name of a group, and then no more. Only maps for which
// that is new are requeued.
func TestRefusedGroups(t *testing.T) {
	w := newWorld(t)
	m, other := w.inForce("checkout", "acme", "ops", "role:bad"), w.inForce("other", "bolt")
	check := func(reason string, looked []string, want ...string) {
		t.Helper()
		w.looked = nil
		w.writeKey()
		if !slices.Equal(w.looked, looked) {
			t.Errorf("%s: looked at are %q, want %q", reason, w.looked, looked)
		}
		got := w.Refusal(t.Context(), m)
		for _, text := range want {
			if strings.Count(got, text) != 1 {
				t.Errorf("%s: the refusal is %q, want %q in it once", reason, got, text)
			}
		}
		if len(want) == 0 && got != "" {
			t.Errorf("%s: the refusal is %q", reason, got)
		}
		if got := w.Refusal(t.Context(), other); got != "" {
			t.Errorf("%s: a map without such a group has the refusal %q", reason, got)
		}
	}
	check("what is wrong with a name is a finding of the map's", nil)
	w.want("it has no lines", "checkout acme", "checkout ops", "other bolt")
	w.setData("policy.more.csv", "g, alice, ops\n")
	check("a group is a role", []string{"checkout"}, `Group "ops" gets nothing`)
	w.want("it goes", "checkout acme", "other bolt")
	check("all is so already", nil, `Group "ops" gets nothing`)
	both := entry(m, "acme", "ops")
	both.EndUsers = []string{"acme", "ops"}
	w.Contribute(m, both, false)
	check("under another role it says the same", nil, `Group "ops" gets nothing`)
	w.setData("policy.default", "acme")
	check("another group is everybody", []string{"checkout"}, `Group "ops" gets nothing`, `Group "acme" gets nothing`)
	w.setData("policy.default", "role:none")
	w.setData("policy.more.csv", "")
	check("all means nothing else", []string{"checkout"})
}

// TestRefusalEnds removes Argo CD from the policy: maps with refusals are requeued.
func TestRefusalEnds(t *testing.T) {
	w := newWorld(t)
	m := w.newMap("checkout")
	m.Spec.Product.ArgoCDProject = "none"
	w.Contribute(m, entry(m, "acme"), false)
	w.writeKey()
	if err := w.Remove(t.Context(), "elsewhere"); err != nil || len(w.looked) > 0 {
		t.Errorf("without the Argo CD of another namespace looked at are %q (%v)", w.looked, err)
	}
	if err := w.Remove(t.Context(), argoNamespace); err != nil || !slices.Equal(w.looked, []string{"checkout"}) {
		t.Errorf("without Argo CD looked at are %q (%v)", w.looked, err)
	}
	if got := w.Refusal(t.Context(), m); got != "" {
		t.Errorf("without Argo CD the refusal is %q", got)
	}
}

// TestMapsOfProject changes a project: the maps that name it are requeued, even if nothing of them is in force.
func TestMapsOfProject(t *testing.T) {
	w := newWorld(t)
	w.inForce("valid", "acme")
	moved := w.inForce("moved", "acme")
	moved.Spec.Product.ArgoCDProject = "other"
	w.Restrict(moved, entry(moved, "acme"))
	lost := w.newMap("lost")
	w.Restrict(lost, entry(lost, "acme"))
	none := w.newMap("none")
	none.Spec.Product.ArgoCDProject = ""
	w.Contribute(none, entry(none), false)
	for project, want := range map[string][]string{
		"shop": {"lost", "valid"}, "other": {"moved"}, "more": nil, "": {"lost", "moved", "valid"},
	} {
		w.looked = nil
		w.Requeue(w.contributions.mapsOfProject(project))
		if !slices.Equal(w.looked, want) {
			t.Errorf("of project %q looked at are %q, want %q", project, w.looked, want)
		}
	}
}

// TestRefusedProject has a map with a project name that no AppProject can have, and that the CRD refuses.
func TestRefusedProject(t *testing.T) {
	w := newWorld(t)
	w.project("no*good", "*")
	m := w.newMap("checkout")
	m.Spec.Product.ArgoCDProject = "no*good"
	w.Contribute(m, entry(m, "acme"), false)
	w.writeKey()
	if got := w.Refusal(t.Context(), m); !strings.Contains(got, "The map has no project") {
		t.Errorf("the refusal is %q", got)
	}
	w.want("it would be a pattern")
}

// TestChanged counts the calls of Changed.
func TestChanged(t *testing.T) {
	w := newWorld(t)
	check := func(reason string, want int) {
		t.Helper()
		if w.changed != want {
			t.Errorf("%s: there may be something to do %d times, want %d", reason, w.changed, want)
		}
		w.changed = 0
	}
	m := w.inForce("checkout", "acme")
	check("a map is new", 1)
	w.writeKey()
	w.Contribute(m, entry(m, "acme"), false)
	check("nothing is new", 0)
	w.Contribute(m, entry(m, "acme"), true)
	check("it is invalid", 1)
	w.Contribute(m, entry(m, "acme", "bolt"), true)
	check("it has more", 1)
	w.Forget(client.ObjectKeyFromObject(m))
	check("it is gone", 1)
	w.Forget(client.ObjectKeyFromObject(m))
	check("it still is", 0)
	none := w.newMap("none")
	w.Contribute(none, rbaccsv.Entry{}, false)
	w.Forget(client.ObjectKeyFromObject(none))
	check("it has no project", 0)
	w.contributions = contributions{}
	w.Contribute(none, rbaccsv.Entry{}, false)
	check("before all are known, each may be the last one", 1)
	w.Forget(client.ObjectKeyFromObject(none))
	check("or the last one that is gone", 1)
}
