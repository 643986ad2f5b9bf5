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

package validate_test

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/topics"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// FuzzMap validates any map, whether the CRD would accept it or not.
func FuzzMap(f *testing.F) {
	for _, seed := range fixtures.Seeds() {
		f.Add(seed, []byte{}, true)
		f.Add(seed, seed, true)
		f.Add(seed, []byte{}, false)
	}
	codes := make(map[v1alpha1.FindingCode]bool)
	for _, c := range fixtures.Cases() {
		for _, v := range c.Want {
			codes[v.Code] = true
		}
	}
	f.Fuzz(func(t *testing.T, bytes, platform []byte, shaped bool) {
		policy := fixtures.GeneratePolicy(platform)
		m := fixtures.Generate(bytes, shaped)
		findings := validate.Map(m, policy, fixtures.Now)
		if diff := cmp.Diff(findings, validate.Map(m, policy, fixtures.Now)); diff != "" {
			t.Fatalf("the same map gave other findings (-first +second):\n%s", diff)
		}
		if diff := cmp.Diff(fixtures.Generate(bytes, shaped), m); diff != "" {
			t.Fatalf("the map was changed (-before +after):\n%s", diff)
		}
		if diff := cmp.Diff(fixtures.GeneratePolicy(platform), policy); diff != "" {
			t.Fatalf("the policy was changed (-before +after):\n%s", diff)
		}
		seen := make(map[fixtures.Violation]int)
		for _, finding := range findings {
			checkFinding(t, finding)
			if !codes[finding.Code] {
				t.Errorf("unknown code %q", finding.Code)
			}
			seen[fixtures.Violation{Code: finding.Code, Field: finding.Field}]++
		}
		for violation, times := range seen {
			// Several topics of the catalogue or the policy may have to be fixed at one role, and several handles may
			// be missing.
			several := violation.Code == v1alpha1.UnroutableTopic || violation.Code == v1alpha1.QuorumUnreachable ||
				violation.Code == v1alpha1.HandleMissing
			if times > 1 && !several {
				t.Errorf("%v is reported %d times", violation, times)
			}
		}
		// The result does not depend on the order of the parties.
		if shaped && validate.HasErrors(validate.Map(fixtures.Reversed(m), policy, fixtures.Now)) != validate.HasErrors(findings) {
			t.Errorf("in another order the map is valid or invalid otherwise: %v", findings)
		}
		if shaped && !validate.HasErrors(findings) {
			checkValid(t, m, policy)
		}
	})
}

// checkValid checks a map without findings against the rules, with an implementation of its own.
func checkValid(t *testing.T, m *v1alpha1.StakeholderMap, policy *v1alpha1.StakeholderPolicySpec) {
	t.Helper()
	assigned := topics.Assign(m, policy, fixtures.Now)
	for i := range assigned.Topics {
		checkAssignment(t, &assigned.Topics[i])
	}
	checkAssignment(t, &assigned.Fallback)
	roles := make(map[v1alpha1.Subject]map[v1alpha1.Role]bool)
	play := func(role v1alpha1.Role, subjects []v1alpha1.Subject) {
		for _, s := range subjects {
			if roles[s] == nil {
				roles[s] = make(map[v1alpha1.Role]bool)
			}
			roles[s][role] = true
		}
	}
	for i := range m.Spec.Customers {
		play(v1alpha1.RoleCustomer, m.Spec.Customers[i].Subjects)
	}
	for i := range m.Spec.EndUsers {
		play(v1alpha1.RoleEndUser, m.Spec.EndUsers[i].Subjects)
	}
	if m.Spec.ProductOwner.Declared() {
		play(v1alpha1.RoleProductOwner, m.Spec.ProductOwner.Subjects)
	}
	if m.Spec.DevelopmentTeam.Declared() {
		play(v1alpha1.RoleDevelopmentTeam, m.Spec.DevelopmentTeam.Subjects)
	}
	said := make(map[string]bool)
	for _, o := range m.Spec.AcknowledgedOverlaps {
		said[string(o.Kind)+o.Name] = true
	}
	for s, plays := range roles {
		if !plays[v1alpha1.RoleCustomer] {
			continue
		}
		if plays[v1alpha1.RoleProductOwner] || plays[v1alpha1.RoleDevelopmentTeam] || s.Kind == v1alpha1.SubjectServiceAccount {
			t.Errorf("the customer %v plays %v in a valid map", s, plays)
		}
		if !plays[v1alpha1.RoleEndUser] {
			continue
		}
		switch policy.OverlapTreatment(m.Spec.Product.Market) {
		case v1alpha1.OverlapAllow:
		case v1alpha1.OverlapAcknowledge:
			if !said[string(s.Kind)+s.Name] {
				t.Errorf("the customer %v is end user in a valid map, and no acknowledgement says why", s)
			}
		case v1alpha1.OverlapForbid:
			t.Errorf("the customer %v is end user in a valid map, which the policy forbids", s)
		}
	}
}

func checkAssignment(t *testing.T, a *topics.Assignment) {
	t.Helper()
	if len(a.To) == 0 || len(a.DecidedBy) == 0 {
		t.Errorf("topic %q of a valid map goes to %v and is decided by %v", a.Topic.Name, a.To, a.DecidedBy)
	}
	if a.Topic.Class != v1alpha1.ClassApproval {
		return
	}
	for _, list := range [][]*topics.Party{a.To, a.DecidedBy, a.EscalateTo} {
		for _, p := range list {
			if p.Role != v1alpha1.RoleCustomer && p.Role != v1alpha1.RoleProductOwner {
				t.Errorf("the approval %q of a valid map names the %s %q", a.Topic.Name, p.Role, p.Name)
			}
		}
	}
}

// TestGenerate checks that the fuzz tests see valid maps, and different ones.
func TestGenerate(t *testing.T) {
	valid, codes := 0, make(map[v1alpha1.FindingCode]bool)
	const maps = 4000
	// The seed is fixed, so the bytes are always the same.
	source := rand.NewChaCha8([32]byte{})
	for i := range maps {
		seed := make([]byte, 8+i%120)
		if _, err := source.Read(seed); err != nil {
			t.Fatal(err)
		}
		// Every other map has a policy: the end of its bytes.
		findings := validate.Map(fixtures.Generate(seed, true), fixtures.GeneratePolicy(seed[len(seed)-i%2*len(seed)/3:]), fixtures.Now)
		if !validate.HasErrors(findings) {
			valid++
		}
		for _, f := range findings {
			codes[f.Code] = true
		}
	}
	t.Logf("%d of %d maps are valid, %d codes", valid, maps, len(codes))
	if valid < maps/50 {
		t.Errorf("only %d of %d maps are valid", valid, maps)
	}
	for code := range declaredCodes(t) {
		if !codes[code] {
			t.Errorf("no map breaks %s", code)
		}
	}
}
