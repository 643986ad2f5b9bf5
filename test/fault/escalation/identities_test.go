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

package escalation

import (
	"fmt"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// places are where a map can name a subject; the rest of the map is valid.
var places = map[string]func(*v1alpha1.StakeholderMapSpec, v1alpha1.Subject){
	"Customers": func(s *v1alpha1.StakeholderMapSpec, who v1alpha1.Subject) {
		s.Customers[0].Subjects = append(s.Customers[0].Subjects, who)
	},
	"EndUsers": func(s *v1alpha1.StakeholderMapSpec, who v1alpha1.Subject) {
		s.EndUsers[0].Subjects = append(s.EndUsers[0].Subjects, who)
	},
	"ProductOwner": func(s *v1alpha1.StakeholderMapSpec, who v1alpha1.Subject) {
		s.ProductOwner.Subjects = append(s.ProductOwner.Subjects, who)
	},
	"DevelopmentTeam": func(s *v1alpha1.StakeholderMapSpec, who v1alpha1.Subject) {
		s.DevelopmentTeam.Subjects = []v1alpha1.Subject{who}
	},
}

// Guard: the CRD does not let a map name an identity of Kubernetes, nor anything that looks like one. It also refuses a
// name that would be several lines, or more than a name, in a file of some tool.
func TestRefusedNames(t *testing.T) {
	t.Parallel()
	home := env.NewNamespace(t)
	author := tenant(t, home, editorRole)
	for _, name := range []string{
		"system:masters", "system:admin", "system:authenticated", "system:unauthenticated", "system:anonymous", "system:nodes",
		"system:serviceaccounts", "system:serviceaccount:kube-system:default", "system:kube-controller-manager", "system:",
		" system:masters", "system:masters ", "\u200bsystem:masters", "sys\u00adtem:masters", "\ufe0fsystem:masters", "system\u034f:masters", "\u3164system:masters", "\u2800", "\ufeffsystem:masters", "\u202esretsam:metsys", "system\u2060:masters",
		"eve\nmallory", "eve\r\nmallory", "eve\u2028mallory", "eve\u0085mallory", "eve\tmallory", "eve\x00", "eve\x1b[2K", "eve\x7f",
		"\u3164", "\u115feve", "eve\uffa0", "", " ", "\u00a0eve\u00a0", strings.Repeat("x", 254),
	} {
		for place, put := range places {
			for _, kind := range []v1alpha1.SubjectKind{v1alpha1.SubjectUser, v1alpha1.SubjectGroup} {
				m := suite.NewMap(home, "checkout")
				put(&m.Spec, v1alpha1.Subject{Kind: kind, Name: name})
				if err := author.Create(t.Context(), m, client.DryRunAll); !apierrors.IsInvalid(err) {
					t.Errorf("%s %q under %s gives %v", kind, name, place, err)
				}
			}
		}
	}
}

// Guard: other names that look like an identity of Kubernetes are different names for the API server, which compares
// bytes, and give the real identity nothing. No user has that name, unless a directory says so.
func TestLookalikesAreSomebodyElse(t *testing.T) {
	t.Parallel()
	home := env.NewNamespace(t)
	author := tenant(t, home, editorRole)
	names := []string{"ѕystem:masters", "system：masters", "System:masters", "SYSTEM:MASTERS", "ſystem:masters", "system\u02d0masters", "ｓystem:masters"}
	m := suite.NewMap(home, "checkout")
	m.Spec.Customers[0].Subjects = nil
	for _, name := range names {
		m.Spec.Customers[0].Subjects = append(m.Spec.Customers[0].Subjects, v1alpha1.Subject{Kind: v1alpha1.SubjectGroup, Name: name})
	}
	must(t, author.Create(t.Context(), m))
	env.WaitReady(t, m)
	for _, b := range list(t, home) {
		for _, s := range b.Subjects {
			if strings.HasPrefix(s.Name, "system:") {
				t.Errorf("%s names %s", b.Name, s.Name)
			}
		}
	}
	if allowed(t, "anybody", approve(m)) {
		t.Error("every authenticated user may approve")
	}
}

func list(t *testing.T, namespace string) []rbacv1.RoleBinding {
	t.Helper()
	var bindings rbacv1.RoleBindingList
	must(t, env.Admin.List(t.Context(), &bindings, client.InNamespace(namespace), client.MatchingLabels{"app.kubernetes.io/managed-by": "stakeholder-operator"}))
	return bindings.Items
}

// Guard: the operator checks names itself (validate), for maps that the CRD and the admission policy have not checked,
// such as maps that are older than a rule. Such a name never gets a grant or a line of the table.
func TestNamesPastTheGuards(t *testing.T) {
	namespace := env.NewNamespace(t, unguarded, "")
	before := suite.NewMap(namespace, "before")
	env.Create(t, before)
	env.WaitReady(t, before)
	table := suite.Get(t, env, namespace, "before-routing", &corev1.ConfigMap{}).Data
	restore := dropRules(t, namespace)
	defer restore()

	evil := []string{"system:masters", "eve\nmallory", "eve\u3164", "eve\x1b"}
	var made []*v1alpha1.StakeholderMap
	for i, name := range evil {
		m := suite.NewMap(namespace, fmt.Sprintf("evil-%d", i))
		m.Spec.EndUsers[0].Subjects = []v1alpha1.Subject{{Kind: v1alpha1.SubjectUser, Name: name}, {Kind: v1alpha1.SubjectGroup, Name: name}}
		env.Create(t, m)
		made = append(made, m)
		env.Edit(t, before, func(s *v1alpha1.StakeholderMapSpec) {
			s.EndUsers[0].Subjects = append(suite.Users("eve"), v1alpha1.Subject{Kind: v1alpha1.SubjectGroup, Name: name})
		})
		env.WaitFor(t, m, v1alpha1.ConditionPublished, metav1.ConditionFalse, v1alpha1.ReasonNeverValid)
		env.WaitFor(t, before, v1alpha1.ConditionValid, metav1.ConditionFalse, string(v1alpha1.InvalidSubject))
		if err := env.Admin.Get(t.Context(), client.ObjectKey{Namespace: namespace, Name: m.Name + "-routing"}, &corev1.ConfigMap{}); !apierrors.IsNotFound(err) {
			t.Errorf("a map with %q has a table: %v", name, err)
		}
	}
	now := suite.Get(t, env, namespace, "before-routing", &corev1.ConfigMap{}).Data
	for key, value := range now {
		if value != table[key] {
			t.Errorf("%s of the table was %q and is %q", key, table[key], value)
		}
	}
	for _, b := range list(t, namespace) {
		if b.Labels["stakeholders.dev/map"] != "before" || len(b.Subjects) != 1 || strings.ContainsAny(b.Subjects[0].Name, ":\n,\x1b") {
			t.Errorf("RoleBinding %s of %s names %v", b.Name, b.Labels["stakeholders.dev/map"], b.Subjects)
		}
	}
	for _, m := range append(made, before) {
		env.Delete(t, m)
		env.WaitGone(t, m)
	}
}

// dropRules removes all rules for strings from the CRD, until the returned function is called.
func dropRules(t *testing.T, namespace string) (restore func()) {
	t.Helper()
	crd := &unstructured.Unstructured{}
	crd.SetGroupVersionKind(schema.GroupVersionKind{Group: "apiextensions.k8s.io", Version: "v1", Kind: "CustomResourceDefinition"})
	crd.SetName("stakeholdermaps.stakeholders.dev")
	must(t, env.Admin.Get(t.Context(), client.ObjectKeyFromObject(crd), crd))
	spec := crd.DeepCopy().Object["spec"]
	strip(crd.Object["spec"])
	must(t, env.Admin.Update(t.Context(), crd))
	probe := func(want bool) {
		controlplane.Eventually(t, suite.Patience, fmt.Sprintf("names of all kinds pass the CRD: %t", want), func() error {
			m := suite.NewMap(namespace, "probe")
			m.Spec.EndUsers[0].Subjects = suite.Users("eve\nmallory")
			if err := env.Admin.Create(t.Context(), m, client.DryRunAll); (err == nil) != want {
				return fmt.Errorf("one with a line break gives %w", err)
			}
			return nil
		})
	}
	probe(true)
	return func() {
		must(t, env.Admin.Get(t.Context(), client.ObjectKeyFromObject(crd), crd))
		crd.Object["spec"] = spec
		must(t, env.Admin.Update(t.Context(), crd))
		probe(false)
	}
}

func strip(node any) {
	switch n := node.(type) {
	case map[string]any:
		if n["type"] == "string" {
			delete(n, "x-kubernetes-validations")
			delete(n, "pattern")
		}
		for _, child := range n {
			strip(child)
		}
	case []any:
		for _, child := range n {
			strip(child)
		}
	}
}
