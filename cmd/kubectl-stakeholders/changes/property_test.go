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

package changes_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/changes"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/preview"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// TestChangesAddUp generates maps and edits of them. What the sentences say that each subject gains and loses has to lead
// from the rights in the Roles and RoleBindings before to those after. No sentence means that nothing differs.
func TestChangesAddUp(t *testing.T) {
	t.Parallel()
	seen := make(map[changes.Kind]int)
	invalid, unchanged := 0, 0
	for seed := range uint64(2000) {
		random := rand.New(rand.NewPCG(seed, 14)) //nolint:gosec // a test
		pairs := generate(t, random)
		list := changes.Compare(pairs, changes.Options{})
		before, after := make(map[string]bool), make(map[string]bool)
		sameTables := true
		for i := range pairs {
			is := changes.InForce(pairs[i].Before, pairs[i].After)
			addRendered(t, before, pairs[i].Before)
			addRendered(t, after, is)
			sameTables = sameTables && documentOf(t, pairs[i].Before) == documentOf(t, is)
			if is != nil && is.IsInvalid() {
				invalid++
			}
		}
		said := maps.Clone(before)
		for i := range list {
			seen[list[i].Kind]++
			apply(t, said, &list[i])
			if gained := len(list[i].Gains)+len(list[i].Becomes) > 0; gained && isInvalid(pairs, list[i].Map) {
				t.Errorf("seed %d: a subject gains by an invalid map: %s", seed, list[i].Text)
			}
		}
		if !maps.Equal(said, after) {
			t.Fatalf("seed %d: the sentences lead to other rights:\n%s\nmissing %q\ntoo many %q", seed, texts(list), minus(after, said), minus(said, after))
		}
		if len(list) == 0 {
			unchanged++
			if !sameTables {
				t.Fatalf("seed %d: the routing tables differ, and no sentence says so", seed)
			}
		}
	}
	for _, kind := range []changes.Kind{changes.Map, changes.Rights, changes.Party, changes.Topic, changes.Product, changes.Namespace} {
		if seen[kind] == 0 {
			t.Errorf("no map has a change of kind %s: the test proves too little", kind)
		}
	}
	if invalid == 0 || unchanged == 0 {
		t.Errorf("%d invalid maps and %d edits without effect: the test proves too little", invalid, unchanged)
	}
}

// generate makes two maps in the same namespace, each before and after an edit. One may be missing before or after.
func generate(t *testing.T, random *rand.Rand) []changes.Pair {
	t.Helper()
	bytes := func(n int) []byte {
		out := make([]byte, n)
		for i := range out {
			out[i] = byte(random.Uint32())
		}
		return out
	}
	world := func() *preview.World {
		accepts := []string{"*", "", "others"}[random.IntN(3)]
		ns := &metav1.ObjectMeta{Name: "checkout-prod", Annotations: map[string]string{v1alpha1.AcceptMapsFrom: accepts}}
		return &preview.World{Namespaces: map[string]metav1.Object{ns.Name: ns}}
	}
	before, after := world(), world()
	if random.IntN(3) == 0 {
		after = before
	}
	pairs := make([]changes.Pair, 2)
	for i := range pairs {
		data := bytes(random.IntN(60))
		edited := slices.Clone(data)
		for range random.IntN(4) {
			if len(edited) > 0 {
				edited[random.IntN(len(edited))] = byte(random.Uint32())
			}
		}
		name := fmt.Sprintf("map-%d", i)
		pairs[i] = changes.Pair{Before: productOf(t, before, data, name), After: productOf(t, after, edited, name)}
		switch random.IntN(10) {
		case 0:
			pairs[i].Before = nil
		case 1:
			pairs[i].After = nil
		}
	}
	return pairs
}

func isInvalid(pairs []changes.Pair, name string) bool {
	return slices.ContainsFunc(pairs, func(p changes.Pair) bool { return p.After != nil && p.After.Name() == name && p.After.IsInvalid() })
}

func productOf(t *testing.T, world *preview.World, data []byte, name string) *preview.Product {
	t.Helper()
	m := fixtures.Generate(data, true)
	m.Name = name
	if len(data)%2 == 1 {
		m.Spec.TargetNamespaces.Names = []string{"checkout-prod"}
	}
	p, err := world.Product(m, fixtures.Now)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func documentOf(t *testing.T, p *preview.Product) string {
	t.Helper()
	if p == nil || p.Table == nil {
		return ""
	}
	table := *p.Table
	document, err := table.Seal()
	if err != nil {
		t.Fatal(err)
	}
	return document
}

// addRendered adds the rights in the Roles and RoleBindings of a product, as "User cfo approve payments stakeholdermaps/budget checkout".
func addRendered(t *testing.T, out map[string]bool, p *preview.Product) {
	t.Helper()
	if p == nil {
		return
	}
	objects, err := p.Objects()
	if err != nil {
		t.Fatal(err)
	}
	rules := make(map[string][]rbacv1.PolicyRule)
	for _, object := range objects {
		if role, ok := object.(*rbacv1.Role); ok {
			rules[role.Name] = role.Rules
		}
	}
	for _, object := range objects {
		binding, ok := object.(*rbacv1.RoleBinding)
		if !ok {
			continue
		}
		for _, s := range binding.Subjects {
			who := strings.Join([]string{s.Kind, s.Namespace, s.Name}, "|")
			if binding.RoleRef.Kind == "ClusterRole" {
				out[who+"|"+binding.RoleRef.Name+"|"+binding.Namespace] = true
			}
			for _, rule := range rules[binding.RoleRef.Name] {
				for _, resource := range rule.Resources {
					for _, verb := range rule.Verbs {
						out[strings.Join([]string{who, verb, binding.Namespace, resource, strings.Join(rule.ResourceNames, ",")}, "|")] = true
					}
				}
			}
		}
	}
}

// apply applies what a sentence says to a set of rights, and fails if it takes what is not there or gives what is.
func apply(t *testing.T, set map[string]bool, change *changes.Change) {
	t.Helper()
	key := func(right changes.Right) string {
		who := strings.Join([]string{change.Subject.Kind, change.Subject.Namespace, change.Subject.Name}, "|")
		if right.Role != "" {
			return who + "|stakeholders-" + right.Role + "|" + right.Namespace
		}
		resource := right.Resource
		if right.Topic != "" {
			resource += "/" + right.Topic
		}
		return strings.Join([]string{who, right.Verb, right.Namespace, resource, right.Map}, "|")
	}
	for _, right := range change.Gains {
		if set[key(right)] {
			t.Errorf("%s: %s is already there", change.Text, key(right))
		}
		set[key(right)] = true
	}
	for _, right := range change.Loses {
		if !set[key(right)] {
			t.Errorf("%s: %s is not there", change.Text, key(right))
		}
		delete(set, key(right))
	}
}

func minus(a, b map[string]bool) []string {
	var out []string
	for key := range a {
		if !b[key] {
			out = append(out, key)
		}
	}
	slices.Sort(out)
	return out
}

func texts(list []changes.Change) string {
	var out strings.Builder
	for i := range list {
		out.WriteString(list[i].Map + ": " + list[i].Text + "\n")
	}
	return out.String()
}
