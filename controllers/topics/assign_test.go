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

package topics_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/topics"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// who is a short form of an assignment: role/name of each party.
type who struct {
	To, CC, DecidedBy, EscalateTo []string
}

func short(parties []*topics.Party) []string {
	var out []string
	for _, p := range parties {
		out = append(out, string(p.Role)+"/"+p.Name)
	}
	return out
}

func inShort(a *topics.Assignment) who {
	return who{To: short(a.To), CC: short(a.CC), DecidedBy: short(a.DecidedBy), EscalateTo: short(a.EscalateTo)}
}

// twoOfEach returns a map with two customers and two end users, listed against the order of their names, and all other
// roles.
func twoOfEach() *v1alpha1.StakeholderMapSpec {
	m := fixtures.Minimal()
	m.Spec.Customers = []v1alpha1.Customer{
		fixtures.Customer("c2", fixtures.User("c2")), fixtures.Customer("c1", fixtures.User("c1")),
	}
	m.Spec.EndUsers = []v1alpha1.EndUser{
		fixtures.EndUser("e2", fixtures.User("e2")), fixtures.EndUser("e1", fixtures.User("e1")),
	}
	m.Spec.ProductOwner.Name = "po"
	m.Spec.DevelopmentTeam = v1alpha1.DevelopmentTeam{Subjects: []v1alpha1.Subject{fixtures.User("dev")}}
	return &m.Spec
}

func assign(spec *v1alpha1.StakeholderMapSpec) *topics.Assignments {
	return topics.Assign(&v1alpha1.StakeholderMap{Spec: *spec}, nil, fixtures.Now)
}

func direct(spec *v1alpha1.StakeholderMapSpec) {
	spec.Engagement, spec.ProductOwner = v1alpha1.EngagementDirect, v1alpha1.ProductOwner{}
}

func own(topic v1alpha1.Topic) func(*v1alpha1.StakeholderMapSpec) {
	return func(spec *v1alpha1.StakeholderMapSpec) { spec.Topics = append(spec.Topics, topic) }
}

func TestAssign(t *testing.T) {
	const (
		c1, c2 = "Customer/c1", "Customer/c2"
		e1, e2 = "EndUser/e1", "EndUser/e2"
		owner  = "ProductOwner/po"
		team   = "DevelopmentTeam/development-team"
	)
	list := func(names ...string) []string { return names }
	cases := map[string]struct {
		reason string
		mutate []func(*v1alpha1.StakeholderMapSpec)
		topic  string
		want   who
	}{
		"catalogue approval": {
			reason: "customers receive and decide, sorted by name",
			topic:  "budget",
			want:   who{To: list(c1, c2), CC: list(owner), DecidedBy: list(c1, c2)},
		},
		"catalogue consultation of all": {
			reason: "customers come first, then end users, then the product owner, however the topic lists them",
			topic:  "sprint-review",
			want:   who{To: list(c1, c2, e1, e2, owner), CC: list(team), DecidedBy: list(owner)},
		},
		"no development team": {
			reason: "a copy for nobody is no copy",
			mutate: []func(*v1alpha1.StakeholderMapSpec){func(spec *v1alpha1.StakeholderMapSpec) { spec.DevelopmentTeam = v1alpha1.DevelopmentTeam{} }},
			topic:  "defect-report",
			want:   who{To: list(e1, e2), CC: list(owner), DecidedBy: list(owner)},
		},
		"override replaces as a whole": {
			reason: "nothing of the catalogue's entry stays: no copies, no deciders",
			mutate: []func(*v1alpha1.StakeholderMapSpec){own(v1alpha1.Topic{
				Name: "process-change", Class: v1alpha1.ClassConsultation, To: fixtures.Roles(endUser),
			})},
			topic: "process-change",
			want:  who{To: list(e1, e2), DecidedBy: list(owner)},
		},
		"default decider of an approval": {
			reason: "those who are asked decide by their answer",
			mutate: []func(*v1alpha1.StakeholderMapSpec){own(v1alpha1.Topic{
				Name: "x", Class: v1alpha1.ClassApproval, To: fixtures.Roles(po, customer),
			})},
			topic: "x",
			want:  who{To: list(c1, c2, owner), DecidedBy: list(c1, c2, owner)},
		},
		"default decider of a feature request": {
			reason: "the product owner triages",
			mutate: []func(*v1alpha1.StakeholderMapSpec){own(v1alpha1.Topic{
				Name: "x", Class: v1alpha1.ClassFeatureRequest, To: fixtures.Roles(customer),
			})},
			topic: "x",
			want:  who{To: list(c1, c2), DecidedBy: list(owner)},
		},
		"restricted": {
			reason: "who takes part in other topics only is in none of the lists",
			mutate: []func(*v1alpha1.StakeholderMapSpec){
				func(spec *v1alpha1.StakeholderMapSpec) {
					spec.Customers[0].Topics = []string{"budget", "x"}
					spec.Customers[1].Topics = []string{"budget"}
					spec.EndUsers[0].Topics = []string{"usability"}
				},
				own(v1alpha1.Topic{
					Name: "x", Class: v1alpha1.ClassFeatureRequest, To: fixtures.Roles(customer), CC: fixtures.Roles(endUser),
					DecidedBy: fixtures.Roles(customer, endUser), EscalateTo: fixtures.Roles(endUser, customer),
				}),
			},
			topic: "x",
			want:  who{To: list(c2), CC: list(e1), DecidedBy: list(c2, e1), EscalateTo: list(c2, e1)},
		},
		"every party restricted to other topics": {
			reason: "it works on maps that are invalid, and says nobody",
			mutate: []func(*v1alpha1.StakeholderMapSpec){func(spec *v1alpha1.StakeholderMapSpec) {
				spec.Customers[0].Topics, spec.Customers[1].Topics = []string{"budget"}, []string{"budget"}
			}},
			topic: "release",
			want:  who{CC: list(owner)},
		},
		"direct": {
			reason: "what would go to the product owner goes to the customers",
			mutate: []func(*v1alpha1.StakeholderMapSpec){direct},
			topic:  "product-vision",
			want:   who{To: list(c1, c2), DecidedBy: list(c1, c2)},
		},
		"direct, to customers and product owner": {
			reason: "customers who stand in for the product owner are not listed twice",
			mutate: []func(*v1alpha1.StakeholderMapSpec){direct},
			topic:  "retrospective",
			want:   who{To: list(c1, c2), CC: list(team), DecidedBy: list(c1, c2)},
		},
		"direct, copied to the product owner": {
			reason: "customers who have the original get no copy",
			mutate: []func(*v1alpha1.StakeholderMapSpec){direct},
			topic:  "process-change",
			want:   who{To: list(c1, c2), CC: list(team), DecidedBy: list(c1, c2)},
		},
		"direct, copied to customers": {
			reason: "they have it already as product owner",
			mutate: []func(*v1alpha1.StakeholderMapSpec){direct},
			topic:  "requirements",
			want:   who{To: list(c1, c2), DecidedBy: list(c1, c2)},
		},
		"direct, end users' topic": {
			reason: "the customers get the product owner's copy and decide in the product owner's place",
			mutate: []func(*v1alpha1.StakeholderMapSpec){direct},
			topic:  "usability",
			want:   who{To: list(e1, e2), CC: list(c1, c2), DecidedBy: list(c1, c2)},
		},
		"direct, escalated": {
			reason: "escalation follows the same rule",
			mutate: []func(*v1alpha1.StakeholderMapSpec){direct, own(v1alpha1.Topic{
				Name: "x", Class: v1alpha1.ClassApproval, To: fixtures.Roles(customer), EscalateTo: fixtures.Roles(po),
			})},
			topic: "x",
			want:  who{To: list(c1, c2), DecidedBy: list(c1, c2), EscalateTo: list(c1, c2)},
		},
		"direct with a product owner": {
			reason: "a product owner who is declared keeps the topics of that role",
			mutate: []func(*v1alpha1.StakeholderMapSpec){func(spec *v1alpha1.StakeholderMapSpec) { spec.Engagement = v1alpha1.EngagementDirect }},
			topic:  "retrospective",
			want:   who{To: list(c1, c2, owner), CC: list(team), DecidedBy: list(owner)},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			spec := twoOfEach()
			for _, mutate := range tc.mutate {
				mutate(spec)
			}
			before := spec.DeepCopy()
			assignments := assign(spec).Topics
			got := make(map[string]who, len(assignments))
			for i := range assignments {
				got[assignments[i].Topic.Name] = inShort(&assignments[i])
			}
			if diff := cmp.Diff(tc.want, got[tc.topic]); diff != "" {
				t.Errorf("%s: %s (-want +got):\n%s", tc.reason, tc.topic, diff)
			}
			if diff := cmp.Diff(before, spec); diff != "" {
				t.Errorf("the map was changed (-before +after):\n%s", diff)
			}
		})
	}
}

func TestAssignList(t *testing.T) {
	spec := twoOfEach()
	spec.Topics = []v1alpha1.Topic{
		{Name: "zebra-crossing", Class: v1alpha1.ClassConsultation, To: fixtures.Roles(customer)},
		{Name: "budget", Class: v1alpha1.ClassApproval, To: fixtures.Roles(po)},
		{Name: "aardvark", Class: v1alpha1.ClassConsultation, To: fixtures.Roles(customer)},
	}
	type entry struct {
		Name     string
		Declared int
	}
	want := []entry{
		{"aardvark", 2}, {"backlog-priority", topics.FromCatalogue}, {"budget", 1}, {"defect-report", topics.FromCatalogue},
		{"delivery-date", topics.FromCatalogue}, {"feature-request", topics.FromCatalogue}, {"process-change", topics.FromCatalogue},
		{"product-vision", topics.FromCatalogue}, {"release", topics.FromCatalogue}, {"requirements", topics.FromCatalogue},
		{"retrospective", topics.FromCatalogue}, {"scope-change", topics.FromCatalogue}, {"sprint-review", topics.FromCatalogue},
		{"usability", topics.FromCatalogue}, {"zebra-crossing", 0},
	}
	assignments := assign(spec).Topics
	var got []entry
	for i := range assignments {
		got = append(got, entry{assignments[i].Topic.Name, assignments[i].Declared})
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("own topics and those of the catalogue, sorted by name, each once (-want +got):\n%s", diff)
	}
}

func TestAssignFallback(t *testing.T) {
	cases := map[string]struct {
		reason string
		mutate func(*v1alpha1.StakeholderMapSpec)
		want   []string
	}{
		"product owner": {
			reason: "anything that no topic names goes to the product owner",
			mutate: func(*v1alpha1.StakeholderMapSpec) {},
			want:   []string{"ProductOwner/po"},
		},
		"product owner, Direct": {
			reason: "a product owner who is declared keeps it",
			mutate: func(spec *v1alpha1.StakeholderMapSpec) { spec.Engagement = v1alpha1.EngagementDirect },
			want:   []string{"ProductOwner/po"},
		},
		"customers": {
			reason: "without product owner it goes to the customers",
			mutate: direct,
			want:   []string{"Customer/c1", "Customer/c2"},
		},
		"one restricted": {
			reason: "who asked for some topics only did not ask for this",
			mutate: func(spec *v1alpha1.StakeholderMapSpec) { direct(spec); spec.Customers[1].Topics = []string{"budget"} },
			want:   []string{"Customer/c2"},
		},
		"all restricted": {
			reason: "somebody who did not ask for it is better than nobody",
			mutate: func(spec *v1alpha1.StakeholderMapSpec) {
				direct(spec)
				spec.Customers[0].Topics, spec.Customers[1].Topics = []string{"budget"}, []string{"release"}
			},
			want: []string{"Customer/c1", "Customer/c2"},
		},
		"nobody": {
			reason: "it works on maps that are invalid",
			mutate: func(spec *v1alpha1.StakeholderMapSpec) { direct(spec); spec.Customers = nil },
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			spec := twoOfEach()
			tc.mutate(spec)
			fallback := assign(spec).Fallback
			if diff := cmp.Diff(who{To: tc.want, DecidedBy: tc.want}, inShort(&fallback)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
			if fallback.Topic.Name != topics.Fallback || fallback.Topic.Class != v1alpha1.ClassConsultation {
				t.Errorf("the fallback is topic %q of class %q", fallback.Topic.Name, fallback.Topic.Class)
			}
		})
	}
}

// TestAssignCarriesTheParty checks that no field of a party is lost.
func TestAssignCarriesTheParty(t *testing.T) {
	subjects := []v1alpha1.Subject{fixtures.User("u"), fixtures.Group("g")}
	handles := []v1alpha1.Handle{{System: "email", Value: "a@b"}}
	spec := twoOfEach()
	spec.EndUsers = []v1alpha1.EndUser{{Segment: v1alpha1.SegmentSystem, Party: v1alpha1.Party{
		Name: "e", DisplayName: "E", Organization: "O", Subjects: subjects, Handles: handles, Topics: []string{"sprint-review"},
	}}}
	spec.Customers = []v1alpha1.Customer{{Party: v1alpha1.Party{
		Name: "c", DisplayName: "C", Organization: "P", Subjects: subjects, Handles: handles, Topics: []string{"sprint-review"},
	}}}
	spec.ProductOwner = v1alpha1.ProductOwner{Name: "po", DisplayName: "PO", Subjects: subjects, Handles: handles}
	spec.DevelopmentTeam = v1alpha1.DevelopmentTeam{Subjects: subjects, Handles: handles}
	want := []*topics.Party{
		{Role: customer, Party: &spec.Customers[0].Party},
		{Role: endUser, Party: &spec.EndUsers[0].Party, Segment: v1alpha1.SegmentSystem},
		{Role: po, Party: &v1alpha1.Party{Name: "po", DisplayName: "PO", Subjects: subjects, Handles: handles}},
		{Role: devTeam, Party: &v1alpha1.Party{Name: topics.DevelopmentTeamName, Subjects: subjects, Handles: handles}},
	}
	assignments := assign(spec).Topics
	for i := range assignments {
		if assignments[i].Topic.Name != "sprint-review" {
			continue
		}
		got := slices.Concat(assignments[i].To, assignments[i].CC)
		if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(topics.Party{})); diff != "" {
			t.Errorf("parties of sprint-review (-want +got):\n%s", diff)
		}
	}
}
