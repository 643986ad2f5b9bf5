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
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/topics"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// TestCases makes the API server judge each case of the shared table. It makes sure that every rule is checked where
// the list of rules says, with a message that contains its code.
func TestCases(t *testing.T) {
	caught := make(map[v1alpha1.FindingCode]map[validate.Place]bool)
	note := func(code v1alpha1.FindingCode, place validate.Place) {
		if caught[code] == nil {
			caught[code] = make(map[validate.Place]bool)
		}
		caught[code][place] = true
	}
	for _, c := range fixtures.Cases() {
		m := c.Map()
		if c.Policy != nil {
			noteChange(t, c, note)
		}
		if !cmp.Equal(c.Policy, inForce) {
			enforce(t, c.Policy)
		}
		refusal, verdict := check(t, c.Name, m)
		for _, code := range refusal.codes {
			note(code, refusal.place)
		}
		for _, code := range mentioned(verdict.warnings...) {
			note(code, validate.PlacePolicy)
		}
		if refusal.place == "" {
			// The operator finds what the API server accepts although a rule reports it.
			for _, f := range validate.Map(m, c.Policy, fixtures.Now) {
				if !slices.Contains(mentioned(verdict.warnings...), f.Code) {
					note(f.Code, validate.PlaceOperator)
				}
			}
		}
	}
	for _, rule := range validate.Rules() {
		want := make(map[validate.Place]bool)
		for _, place := range rule.Caught {
			want[place] = true
		}
		if diff := cmp.Diff(want, caught[rule.Code]); diff != "" {
			t.Errorf("%s is caught elsewhere than the list of rules says (-list +API server):\n%s", rule.Code, diff)
		}
	}
}

// noteChange records how a change of the policy affects a map that was accepted before: the operator reports it.
func noteChange(t *testing.T, c fixtures.Case, note func(v1alpha1.FindingCode, validate.Place)) {
	t.Helper()
	for _, change := range []struct {
		from, to *v1alpha1.StakeholderPolicySpec
	}{{nil, c.Policy}, {c.Policy, nil}} {
		enforce(t, change.from)
		m := c.Map()
		refusal, verdict := check(t, c.Name+", before the policy changes", m)
		if refusal.place != "" {
			continue
		}
		for _, f := range validate.Map(m, change.to, fixtures.Now) {
			if !slices.Contains(mentioned(verdict.warnings...), f.Code) {
				note(f.Code, validate.PlaceOperator)
			}
		}
	}
}

// TestCatalogue tests each topic of the catalogue, which both policies repeat. No party of a role takes part in the
// topic, and it is the only one that is not replaced.
func TestCatalogue(t *testing.T) {
	var names []string
	for _, topic := range topics.Catalogue() {
		names = append(names, topic.Name)
	}
	roles := []v1alpha1.Role{v1alpha1.RoleCustomer, v1alpha1.RoleEndUser, v1alpha1.RoleProductOwner}
	for _, name := range names {
		others := slices.DeleteFunc(slices.Clone(names), func(n string) bool { return n == name })
		for what, mutate := range map[string]func(*v1alpha1.StakeholderMap){
			"no customer": func(m *v1alpha1.StakeholderMap) { m.Spec.Customers[0].Topics = others },
			"no end user": func(m *v1alpha1.StakeholderMap) { m.Spec.EndUsers[0].Topics = others },
			"no customer, Direct": func(m *v1alpha1.StakeholderMap) {
				m.Spec.Customers[0].Topics = others
				m.Spec.ProductOwner, m.Spec.Engagement = v1alpha1.ProductOwner{}, v1alpha1.EngagementDirect
			},
		} {
			m := fixtures.Minimal()
			mutate(m)
			check(t, name+": "+what, m)
		}
		for _, role := range roles {
			m := fixtures.Minimal()
			for _, other := range others {
				m.Spec.Topics = append(m.Spec.Topics, v1alpha1.Topic{Name: other, Class: v1alpha1.ClassConsultation, To: fixtures.Roles(role)})
			}
			check(t, fmt.Sprintf("%s: all others to %s", name, role), m)
		}
	}
}

// TestGenerated makes the API server judge thousands of maps made of random bytes, always the same ones: half of them
// by the default policy, the others by policies made of random bytes.
func TestGenerated(t *testing.T) {
	const (
		maps     = 4000
		policies = 40
		share    = maps / 2 / policies
	)
	var byDefault, byOthers verdicts
	each(maps/2, func(i int) { byDefault.generated(t, i) })
	byDefault.check(t, maps/2)
	for p := range policies {
		policy := fixtures.GeneratePolicy(random(t, p, 20+p))
		enforce(t, policy)
		each(share, func(i int) { byOthers.generated(t, maps/2+p*share+i) })
		if t.Failed() {
			content, err := json.Marshal(policy)
			t.Fatalf("by the policy %d: %s %v", p, content, err)
		}
	}
	byOthers.check(t, maps/2)
}

// random are n random documents, always the same for a seed.
func random(t *testing.T, seed, n int) []byte {
	t.Helper()
	out := make([]byte, n)
	if _, err := rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8)}).Read(out); err != nil {
		t.Error(err)
	}
	return out
}

// verdicts counts how maps were judged.
type verdicts struct{ accepted, bySchema, byPolicy, warned atomic.Int64 }

// generated makes the API server judge the i-th map of random bytes.
func (v *verdicts) generated(t *testing.T, i int) {
	t.Helper()
	refusal, verdict := check(t, fmt.Sprintf("seed %d", i), fixtures.Generate(random(t, i, 8+i%150), true))
	switch refusal.place {
	case validate.PlaceSchema:
		v.bySchema.Add(1)
	case validate.PlacePolicy:
		v.byPolicy.Add(1)
	default:
		v.accepted.Add(1)
	}
	if len(verdict.warnings) > 0 {
		v.warned.Add(1)
	}
}

// check fails unless there are enough maps of each kind.
func (v *verdicts) check(t *testing.T, maps int64) {
	t.Helper()
	t.Logf("%d maps: %d accepted, %d refused by the schema, %d by the policy, %d with warnings",
		maps, v.accepted.Load(), v.bySchema.Load(), v.byPolicy.Load(), v.warned.Load())
	for what, n := range map[string]*atomic.Int64{"accepted": &v.accepted, "refused by the policy": &v.byPolicy, "warned of": &v.warned} {
		if n.Load() < maps/100 {
			t.Errorf("only %d maps are %s", n.Load(), what)
		}
	}
}

// each calls f for 0 to n-1, several at a time.
func each(n int, f func(int)) {
	var next atomic.Int64
	var workers sync.WaitGroup
	for range 2 * runtime.NumCPU() {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				f(i)
			}
		})
	}
	workers.Wait()
}
