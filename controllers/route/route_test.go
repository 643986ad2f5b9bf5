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

package route_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
	"github.com/stakeholders-dev/stakeholder-operator/test/golden"
)

func document(t *testing.T, m *v1alpha1.StakeholderMap) []byte {
	t.Helper()
	out, err := mustTable(t, m).Encode()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestTable(t *testing.T) {
	for _, example := range fixtures.Examples(t) {
		t.Run(example.Name, func(t *testing.T) {
			before := example.Map.DeepCopy()
			got := document(t, example.Map)
			golden.Compare(t, example.Name+".json", got)
			if _, err := routing.Parse(got); err != nil {
				t.Errorf("a tool cannot read the document: %v", err)
			}
			if diff := cmp.Diff(before, example.Map); diff != "" {
				t.Errorf("the map was changed (-before +after):\n%s", diff)
			}
		})
	}
}

// TestOrderMakesNoDifference permutes every list of a map at once.
func TestOrderMakesNoDifference(t *testing.T) {
	for _, example := range fixtures.Examples(t) {
		t.Run(example.Name, func(t *testing.T) {
			want := string(document(t, example.Map))
			for name, permuted := range map[string]*v1alpha1.StakeholderMap{
				"reversed": fixtures.Reversed(example.Map), "rotated": fixtures.Rotated(example.Map),
			} {
				if cmp.Equal(example.Map, permuted) {
					t.Errorf("%s: the map is what it was", name)
				}
				if diff := cmp.Diff(want, string(document(t, permuted))); diff != "" {
					t.Errorf("%s: another order of the lists changes the document (-as listed +permuted):\n%s", name, diff)
				}
			}
		})
	}
}

func TestRevision(t *testing.T) {
	cases := map[string]struct {
		reason string
		mutate func(*v1alpha1.StakeholderMap)
		same   bool
	}{
		"nothing":           {"the same map has the same revision", func(*v1alpha1.StakeholderMap) {}, true},
		"labels":            {"labels of the map are never copied", func(m *v1alpha1.StakeholderMap) { m.Labels = map[string]string{"a": "b"} }, true},
		"annotations":       {"annotations of the map are never copied", func(m *v1alpha1.StakeholderMap) { m.Annotations = map[string]string{"a": "b"} }, true},
		"generation":        {"an edit that changes no routing changes no revision", func(m *v1alpha1.StakeholderMap) { m.Generation = 7 }, true},
		"acknowledgements":  {"why somebody plays two roles is no routing", func(m *v1alpha1.StakeholderMap) { m.Spec.AcknowledgedOverlaps[0].Reason = "other" }, true},
		"status":            {"what was found is no routing", func(m *v1alpha1.StakeholderMap) { m.Status.RoutingRevision = "x" }, true},
		"topic spelt out":   {"to repeat the catalogue changes nothing", spellOutBudget, true},
		"name":              {"the document names its map", func(m *v1alpha1.StakeholderMap) { m.Name = "other" }, false},
		"namespace":         {"the document names its map", func(m *v1alpha1.StakeholderMap) { m.Namespace = "other" }, false},
		"product":           {"the document names the product", func(m *v1alpha1.StakeholderMap) { m.Spec.Product.DisplayName = "other" }, false},
		"description":       {"the document describes the product", func(m *v1alpha1.StakeholderMap) { m.Spec.Product.Description = "other" }, false},
		"market":            {"tools may treat markets differently", func(m *v1alpha1.StakeholderMap) { m.Spec.Product.Market = v1alpha1.MarketInternal }, false},
		"subject":           {"somebody else is asked", func(m *v1alpha1.StakeholderMap) { m.Spec.Customers[1].Subjects[0].Name = "other" }, false},
		"subject's kind":    {"somebody else is asked", func(m *v1alpha1.StakeholderMap) { m.Spec.Customers[1].Subjects[0].Kind = v1alpha1.SubjectGroup }, false},
		"handle":            {"they are asked elsewhere", func(m *v1alpha1.StakeholderMap) { m.Spec.ProductOwner.Handles[0].Value = "other@vendor.example" }, false},
		"segment":           {"tools tell people from systems by it", func(m *v1alpha1.StakeholderMap) { m.Spec.EndUsers[0].Segment = v1alpha1.SegmentInternal }, false},
		"organization":      {"tools show it", func(m *v1alpha1.StakeholderMap) { m.Spec.Customers[0].Organization = "other" }, false},
		"display name":      {"tools show it", func(m *v1alpha1.StakeholderMap) { m.Spec.EndUsers[0].DisplayName = "other" }, false},
		"narrowing":         {"somebody is asked less", func(m *v1alpha1.StakeholderMap) { m.Spec.Customers[1].Topics = []string{"budget"} }, false},
		"quorum":            {"more have to approve", func(m *v1alpha1.StakeholderMap) { m.Spec.Topics[0].Quorum.Count = 3 }, false},
		"quorum mode":       {"All of two and AtLeast two are declared differently", func(m *v1alpha1.StakeholderMap) { m.Spec.Topics[0].Quorum.Mode = v1alpha1.QuorumAll }, false},
		"respondWithin":     {"it escalates sooner", func(m *v1alpha1.StakeholderMap) { m.Spec.Topics[0].RespondWithin = "1h" }, false},
		"escalateTo":        {"it escalates elsewhere", func(m *v1alpha1.StakeholderMap) { m.Spec.Topics[0].EscalateTo = []v1alpha1.Role{v1alpha1.RoleCustomer} }, false},
		"development team":  {"it is copied in", func(m *v1alpha1.StakeholderMap) { m.Spec.DevelopmentTeam = v1alpha1.DevelopmentTeam{} }, false},
		"own topic removed": {"one topic less", func(m *v1alpha1.StakeholderMap) { m.Spec.Topics = m.Spec.Topics[:1] }, false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			m := example(t, "b2b")
			before := mustTable(t, m)
			tc.mutate(m)
			after := mustTable(t, m)
			if got := before.Revision == after.Revision; got != tc.same {
				t.Errorf("%s: same revision is %v, want %v", tc.reason, got, tc.same)
			}
			if got := cmp.Equal(before, after); got != tc.same {
				t.Errorf("%s: same table is %v, want %v", tc.reason, got, tc.same)
			}
		})
	}
}

func spellOutBudget(m *v1alpha1.StakeholderMap) {
	m.Spec.Topics = append(m.Spec.Topics, v1alpha1.Topic{
		Name: "budget", Class: v1alpha1.ClassApproval, To: fixtures.Roles(v1alpha1.RoleCustomer),
		CC: fixtures.Roles(v1alpha1.RoleProductOwner), Quorum: &v1alpha1.Quorum{Mode: v1alpha1.QuorumAny},
	})
}

func example(t *testing.T, name string) *v1alpha1.StakeholderMap {
	t.Helper()
	for _, e := range fixtures.Examples(t) {
		if e.Name == name {
			return e.Map
		}
	}
	t.Fatalf("there is no example %s", name)
	return nil
}

// TestOwnServiceAccount omits the namespace of a ServiceAccount. Tables and their intersections then have the map's
// namespace, as if the map named it.
func TestOwnServiceAccount(t *testing.T) {
	t.Parallel()
	written := fixtures.Minimal()
	written.Spec.EndUsers[0].Subjects = []v1alpha1.Subject{
		fixtures.ServiceAccount(written.Namespace, "ledger"), fixtures.ServiceAccount("elsewhere", "ledger"), fixtures.User("ledger"),
	}
	written.Spec.DevelopmentTeam.Subjects = []v1alpha1.Subject{fixtures.ServiceAccount(written.Namespace, "robot")}
	leftOut := written.DeepCopy()
	leftOut.Spec.EndUsers[0].Subjects[0].Namespace = ""
	leftOut.Spec.DevelopmentTeam.Subjects[0].Namespace = ""
	before := leftOut.DeepCopy()

	want := mustTable(t, written)
	got := mustTable(t, leftOut)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("table (-written +left out):\n%s", diff)
	}
	kept := mustIntersect(t, want, leftOut)
	if diff := cmp.Diff(want, kept); diff != "" {
		t.Errorf("what stays in force (-written +left out):\n%s", diff)
	}
	if diff := cmp.Diff(before, leftOut); diff != "" {
		t.Errorf("the map was changed:\n%s", diff)
	}
}

func TestQuorum(t *testing.T) {
	quorum := func(mode v1alpha1.QuorumMode, count int32) *v1alpha1.Quorum {
		return &v1alpha1.Quorum{Mode: mode, Count: count}
	}
	cases := map[string]struct {
		reason string
		class  v1alpha1.TopicClass
		quorum *v1alpha1.Quorum
		want   *routing.Quorum
	}{
		"left out":       {"any one party is enough", v1alpha1.ClassApproval, nil, &routing.Quorum{Mode: "Any", Count: 1}},
		"any":            {"any one party is enough", v1alpha1.ClassApproval, quorum(v1alpha1.QuorumAny, 0), &routing.Quorum{Mode: "Any", Count: 1}},
		"mode left out":  {"Any is the default, also where nothing has filled it in", v1alpha1.ClassApproval, quorum("", 0), &routing.Quorum{Mode: "Any", Count: 1}},
		"all":            {"every party that receives it, and none that is narrowed to other topics", v1alpha1.ClassApproval, quorum(v1alpha1.QuorumAll, 0), &routing.Quorum{Mode: "All", Count: 2}},
		"at least":       {"as many as it says", v1alpha1.ClassApproval, quorum(v1alpha1.QuorumAtLeast, 2), &routing.Quorum{Mode: "AtLeast", Count: 2}},
		"no approval":    {"other classes have no quorum", v1alpha1.ClassFeatureRequest, nil, nil},
		"not applicable": {"other classes have no quorum, even if one is declared", v1alpha1.ClassConsultation, quorum(v1alpha1.QuorumAll, 0), nil},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			m := example(t, "b2b")
			m.Spec.Topics = []v1alpha1.Topic{{
				Name: "rollout", Class: tc.class, To: fixtures.Roles(v1alpha1.RoleCustomer), Quorum: tc.quorum,
			}}
			if diff := cmp.Diff(tc.want, mustTable(t, m).Resolve("rollout").Quorum); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestHandlesKeepTheirClaims uses several handles of one system. The table has each with its claim, in a fixed order.
func TestHandlesKeepTheirClaims(t *testing.T) {
	t.Parallel()
	m := fixtures.Minimal()
	m.Spec.Customers[0].Handles = []v1alpha1.Handle{
		{System: "kargo", Claim: "sub", Value: "a"}, {System: "kargo", Value: "b"}, {System: "argocd", Value: "c"}, {System: "kargo", Claim: "email", Value: "a"},
	}
	want := []routing.Handle{
		{System: "argocd", Value: "c"}, {System: "kargo", Value: "b"}, {System: "kargo", Claim: "email", Value: "a"}, {System: "kargo", Claim: "sub", Value: "a"},
	}
	if diff := cmp.Diff(want, mustTable(t, m).Resolve("budget").To[0].Handles); diff != "" {
		t.Errorf("handles (-want +got):\n%s", diff)
	}
}
