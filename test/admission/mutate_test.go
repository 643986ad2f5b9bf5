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

package admission

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// mutation removes or replaces one value of a document.
type mutation struct {
	path  []any
	value any
	// gone says that the value is removed.
	gone bool
}

func (m mutation) String() string {
	if m.gone {
		return fmt.Sprint(m.path, " taken away")
	}
	return fmt.Sprintf("%v = %.60v", m.path, m.value)
}

// mutations remove every value of a document, and replace it by others of its type. The replacements are other values
// of the document, so that different fields get the same names, and unusual ones.
func mutations(document map[string]any) []mutation {
	var leaves []string
	walk(document["spec"], nil, func(_ []any, value any) {
		if s, ok := value.(string); ok {
			leaves = append(leaves, s)
		}
	})
	slices.Sort(leaves)
	leaves = slices.Compact(leaves)
	words := append(slices.Clone(leaves), "", " ", "a\nb", "system:masters", "ServiceAccount", "no-such-topic", "EndUser", "DevelopmentTeam",
		"2026-06-01T00:00:00Z", "1970-01-01T00:00:00Z", strings.Repeat("x", 300), "x, y", "Any")
	var out []mutation
	walk(document["spec"], []any{"spec"}, func(path []any, value any) {
		out = append(out, mutation{path: path, gone: true})
		switch value := value.(type) {
		case string:
			for _, word := range words {
				if word != value {
					out = append(out, mutation{path: path, value: word})
				}
			}
		case int64:
			for _, n := range []int64{-1, 0, 1, 2, 3, 33, 34, 1 << 40} {
				out = append(out, mutation{path: path, value: n})
			}
		case []any:
			turned := slices.Clone(value)
			slices.Reverse(turned)
			out = append(out, mutation{path: path, value: []any{}}, mutation{path: path, value: turned},
				mutation{path: path, value: append(slices.Clone(value), value...)}, mutation{path: path, value: nil})
			for i := range value {
				out = append(out, mutation{path: path, value: slices.Delete(slices.Clone(value), i, i+1)})
			}
		case map[string]any:
			out = append(out, mutation{path: path, value: map[string]any{}}, mutation{path: path, value: nil})
		}
	})
	return out
}

// walk calls f for each value in a document.
func walk(node any, path []any, f func([]any, any)) {
	f(slices.Clone(path), node)
	switch node := node.(type) {
	case map[string]any:
		for key, value := range node {
			walk(value, append(slices.Clone(path), key), f)
		}
	case []any:
		for i, value := range node {
			walk(value, append(slices.Clone(path), i), f)
		}
	}
}

// apply returns the document with the mutation.
func (m mutation) apply(node any, path []any) any {
	switch node := node.(type) {
	case map[string]any:
		key := path[0].(string) //nolint:errcheck,forcetypeassert // walk went this way
		out := make(map[string]any, len(node))
		maps.Copy(out, node)
		switch {
		case len(path) > 1:
			out[key] = m.apply(node[key], path[1:])
		case m.gone:
			delete(out, key)
		default:
			out[key] = m.value
		}
		return out
	case []any:
		i := path[0].(int) //nolint:errcheck,forcetypeassert // walk went this way
		out := slices.Clone(node)
		switch {
		case len(path) > 1:
			out[i] = m.apply(node[i], path[1:])
		case m.gone:
			out = slices.Delete(out, i, i+1)
		default:
			out[i] = m.value
		}
		return out
	default:
		return node
	}
}

// TestMutations makes the API server judge every map that differs in one value from an example or from a case that has
// every field.
func TestMutations(t *testing.T) {
	type trial struct {
		name     string
		document map[string]any
		mutation mutation
	}
	var trials []trial
	originals := map[string]*v1alpha1.StakeholderMap{"everything": everything()}
	for _, example := range fixtures.Examples(t) {
		example.Map.Namespace = namespace
		originals[example.Name] = example.Map
	}
	for name, m := range originals {
		if refusal, _ := check(t, name, m); refusal.place != "" {
			t.Fatalf("%s is refused for %v: its mutations would tell nothing", name, refusal.codes)
		}
		document := object(m).Object
		for _, mutation := range mutations(document) {
			trials = append(trials, trial{name, document, mutation})
		}
	}
	var accepted, refused, unreadable atomic.Int64
	each(len(trials), func(i int) {
		name := trials[i].name + ": " + trials[i].mutation.String()
		mutated, ok := trials[i].mutation.apply(trials[i].document, trials[i].mutation.path).(map[string]any)
		if !ok {
			t.Errorf("%s: it is no object any more", name)
			return
		}
		v, err := try(t.Context(), &unstructured.Unstructured{Object: runtime.DeepCopyJSON(mutated)})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
		if v.err == nil {
			accepted.Add(1)
		} else {
			refused.Add(1)
		}
		content, err := json.Marshal(mutated)
		if err != nil {
			t.Error(err)
			return
		}
		m := &v1alpha1.StakeholderMap{}
		if err := json.Unmarshal(content, m); err != nil {
			unreadable.Add(1)
			if v.err == nil {
				// The operator could read no map at all if there were one such map.
				t.Errorf("%s: the API server accepts what the operator cannot read: %v", name, err)
			}
			if difference := compareLint(t.Context(), content, v, nil); difference != "" {
				t.Errorf("%s: %s", name, difference)
			}
			return
		}
		errors, _ := judge(m)
		for _, difference := range []string{compare(m, v), compareLint(t.Context(), content, v, errors)} {
			if difference != "" {
				t.Errorf("%s: %s", name, difference)
			}
		}
	})
	t.Logf("%d mutations: %d accepted, %d refused. Go cannot read %d of these", len(trials), accepted.Load(), refused.Load(), unreadable.Load())
	if accepted.Load() < 500 || refused.Load() < 500 {
		t.Error("these mutations tell too little")
	}
}

// everything is a valid map that has every field.
func everything() *v1alpha1.StakeholderMap {
	m := fixtures.Minimal()
	m.Spec.Product.Description = "Card payments"
	c := &m.Spec.Customers[0]
	c.DisplayName, c.Organization, c.ValidFrom, c.ValidUntil = "Board", "ACME", fixtures.Past, fixtures.Future
	m.Spec.Customers = append(m.Spec.Customers, fixtures.Customer("second", fixtures.User("cto@acme.example"), fixtures.Group("acme:board")))
	m.Spec.Customers[1].Topics = []string{"budget", "rollout"}
	e := &m.Spec.EndUsers[0]
	e.Segment, e.ValidUntil = v1alpha1.SegmentExternal, fixtures.Future
	m.Spec.EndUsers = append(m.Spec.EndUsers, fixtures.EndUser("ledger", fixtures.ServiceAccount("payments", "ledger"), fixtures.User("cto@acme.example")))
	m.Spec.EndUsers[1].Topics = []string{"defect-report"}
	m.Spec.DevelopmentTeam = v1alpha1.DevelopmentTeam{
		Subjects: []v1alpha1.Subject{fixtures.Group("vendor:devs"), fixtures.ServiceAccount("ci", "robot")},
		Handles:  []v1alpha1.Handle{{System: "slack", Value: "#devs"}, {System: "github", Value: "@vendor/devs"}},
	}
	m.Spec.AcknowledgedOverlaps = []v1alpha1.AcknowledgedOverlap{{Kind: v1alpha1.SubjectUser, Name: "cto@acme.example", Reason: "both"}}
	const customer, owner, team = v1alpha1.RoleCustomer, v1alpha1.RoleProductOwner, v1alpha1.RoleDevelopmentTeam
	m.Spec.Topics = []v1alpha1.Topic{
		{
			Name: "rollout", Class: v1alpha1.ClassApproval, To: fixtures.Roles(customer), CC: fixtures.Roles(owner), DecidedBy: fixtures.Roles(customer),
			Quorum: &v1alpha1.Quorum{Mode: v1alpha1.QuorumAtLeast, Count: 2}, RespondWithin: "48h", EscalateTo: fixtures.Roles(owner),
		},
		{
			Name: "usability", Class: v1alpha1.ClassFeatureRequest, To: fixtures.Roles(v1alpha1.RoleEndUser, team), DecidedBy: fixtures.Roles(owner),
			RespondWithin: "24h", EscalateTo: fixtures.Roles(team),
		},
		{Name: "handover", Class: v1alpha1.ClassConsultation, To: fixtures.Roles(team)},
	}
	return m
}
