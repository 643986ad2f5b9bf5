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
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/topics"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// TestCases has the API server judge each case of the shared table, and makes sure that every rule is
// caught where the list of rules says, and by a message that says its code.
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
			for _, f := range validate.Map(m, c.Policy, fixtures.Now) {
				// What other rules find is caught by the cases without a policy.
				if f.Code == v1alpha1.OverlapForbidden || f.Code == v1alpha1.HandleMissing || f.Code == v1alpha1.InvalidHandle ||
					f.Code == v1alpha1.GroupNotCarried || f.Code == v1alpha1.ApproverNotCarried {
					note(f.Code, validate.PlaceOperator)
				}
			}
			continue
		}
		refusal, verdict := check(t, c.Name, m)
		for _, code := range refusal.codes {
			note(code, refusal.place)
		}
		for _, code := range mentioned(verdict.warnings...) {
			note(code, validate.PlacePolicy)
		}
		if refusal.place == "" {
			// What is accepted and reported all the same is found by the operator.
			for _, f := range validate.Map(m, nil, fixtures.Now) {
				if !slices.Contains(mentioned(verdict.warnings...), f.Code) {
					note(f.Code, validate.PlaceOperator)
				}
			}
		}
		if refusal.place == validate.PlaceSchema && strings.Contains(verdict.err.Error(), "Duplicate value") {
			note(v1alpha1.DuplicateParty, validate.PlaceSchema)
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

// TestCatalogue takes each topic of the catalogue, which both policies spell out again: nobody of a role takes
// part in it, and it is the only one that is left to the catalogue.
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

// TestGenerated has the API server judge thousands of maps made of random bytes, always the same ones.
func TestGenerated(t *testing.T) {
	const maps = 4000
	var accepted, bySchema, byPolicy, warned atomic.Int64
	each(maps, func(i int) {
		source := rand.NewChaCha8([32]byte{byte(i), byte(i >> 8)})
		seed := make([]byte, 8+i%150)
		if _, err := source.Read(seed); err != nil {
			t.Error(err)
		}
		refusal, verdict := check(t, fmt.Sprintf("seed %d", i), fixtures.Generate(seed, true))
		switch refusal.place {
		case validate.PlaceSchema:
			bySchema.Add(1)
		case validate.PlacePolicy:
			byPolicy.Add(1)
		default:
			accepted.Add(1)
		}
		if len(verdict.warnings) > 0 {
			warned.Add(1)
		}
	})
	t.Logf("%d maps: %d accepted, %d refused by the schema, %d by the policy, %d with warnings",
		maps, accepted.Load(), bySchema.Load(), byPolicy.Load(), warned.Load())
	for what, n := range map[string]*atomic.Int64{"accepted": &accepted, "refused by the policy": &byPolicy, "warned of": &warned} {
		if n.Load() < maps/50 {
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
