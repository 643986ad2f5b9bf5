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

package render_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// pair is a short form of a grant.
type pair struct {
	Subjects []string
	Rights   []string
}

func pairs(t *testing.T, m *v1alpha1.StakeholderMap) map[string]pair {
	t.Helper()
	grants := render.Grants(m.Name, tableOf(m))
	out := make(map[string]pair, len(grants))
	var names []string
	for _, g := range grants {
		var p pair
		for _, s := range g.BindingSubjects() {
			p.Subjects = append(p.Subjects, s.Kind+" "+s.Name)
		}
		for _, rule := range g.RoleRules(m.Name) {
			for _, resource := range rule.Resources {
				p.Rights = append(p.Rights, strings.Join(rule.Verbs, ",")+" "+resource)
			}
		}
		out[g.Name] = p
		names = append(names, g.Name)
	}
	if !slices.IsSorted(names) || len(names) != len(out) {
		t.Errorf("grants are not sorted by name, each once: %v", names)
	}
	return out
}

func TestGrants(t *testing.T) {
	const (
		customers = "stakeholders:checkout:customer"
		endUsers  = "stakeholders:checkout:end-user"
		owner     = "stakeholders:checkout:product-owner"
		get       = "get stakeholdermaps"
		answer    = "get,list,watch,patch stakeholderrequests"
		ask       = "get,list,watch,patch,create stakeholderrequests"
	)
	approve := func(topics ...string) []string { return append(rights("approve", topics), get, answer) }
	request := func(topics ...string) []string { return append(rights("request", topics), ask) }
	triage := func(topics ...string) []string { return append(rights("triage", topics), get, answer) }
	allApprovals := approve("budget", "delivery-date", "process-change", "release", "scope-change")
	allRequests := request("defect-report", "feature-request", "usability")
	allTriage := triage("defect-report", "feature-request", "usability")
	minimal := map[string]pair{
		customers: {[]string{"User cfo@acme.example"}, allApprovals},
		endUsers:  {[]string{"Group acme:cashiers"}, allRequests},
		owner:     {[]string{"User dana@vendor.example"}, allTriage},
	}
	with := func(changes map[string]pair) map[string]pair {
		out := make(map[string]pair)
		maps.Copy(out, minimal)
		maps.Copy(out, changes)
		for name, p := range out {
			if p.Subjects == nil {
				delete(out, name)
			}
		}
		return out
	}
	second := func(topics ...string) func(*v1alpha1.StakeholderMap) {
		return func(m *v1alpha1.StakeholderMap) {
			party := fixtures.Customer("second", fixtures.User("cto@acme.example"), fixtures.Group("acme:it"))
			party.Topics = topics
			m.Spec.Customers = append(m.Spec.Customers, party)
		}
	}
	both := []string{"Group acme:it", "User cfo@acme.example", "User cto@acme.example"}
	cases := map[string]struct {
		reason string
		mutate func(*v1alpha1.StakeholderMap)
		want   map[string]pair
	}{
		"minimal": {
			reason: "a pair for each role; being consulted or copied in gives no right on a topic",
			mutate: func(*v1alpha1.StakeholderMap) {},
			want:   minimal,
		},
		"two customers": {
			reason: "parties that take part in the same share a pair",
			mutate: second(),
			want:   with(map[string]pair{customers: {both, allApprovals}}),
		},
		"narrowed": {
			reason: "a party that takes part in less has a pair of its own, with its rights only",
			mutate: second("budget", "release", "retrospective"),
			want: with(map[string]pair{
				customers + ":second": {[]string{"Group acme:it", "User cto@acme.example"}, approve("budget", "release")},
			}),
		},
		"narrowed to everything": {
			reason: "who names every topic is not narrowed: what counts are the rights",
			mutate: second("scope-change", "release", "process-change", "delivery-date", "budget"),
			want:   with(map[string]pair{customers: {both, allApprovals}}),
		},
		"narrowed to consultation": {
			reason: "who is only consulted reads and answers requests, and has not even get on the map",
			mutate: second("retrospective", "sprint-review"),
			want: with(map[string]pair{
				customers + ":second": {[]string{"Group acme:it", "User cto@acme.example"}, []string{answer}},
			}),
		},
		"all narrowed to consultation": {
			reason: "a role that is only consulted has a shared pair",
			mutate: func(m *v1alpha1.StakeholderMap) {
				second("retrospective")(m)
				m.Spec.Customers[0].Topics = []string{"sprint-review"}
			},
			want: with(map[string]pair{customers: {both, []string{answer}}}),
		},
		"no party asked": {
			reason: "a party that no topic goes to has nothing",
			mutate: func(m *v1alpha1.StakeholderMap) {
				second("requirements")(m)
			},
			want: minimal,
		},
		"each narrowed": {
			reason: "where no party takes part in everything there is no shared pair",
			mutate: func(m *v1alpha1.StakeholderMap) {
				second("budget", "release")(m)
				m.Spec.Customers[0].Topics = []string{"delivery-date", "process-change", "scope-change", "budget"}
			},
			want: with(map[string]pair{
				customers: {},
				customers + ":board": {
					[]string{"User cfo@acme.example"}, approve("budget", "delivery-date", "process-change", "scope-change"),
				},
				customers + ":second": {[]string{"Group acme:it", "User cto@acme.example"}, approve("budget", "release")},
			}),
		},
		"direct": {
			reason: "customers triage in the place of the product owner",
			mutate: func(m *v1alpha1.StakeholderMap) {
				m.Spec.Engagement, m.Spec.ProductOwner = v1alpha1.EngagementDirect, v1alpha1.ProductOwner{}
			},
			want: with(map[string]pair{
				customers: {[]string{"User cfo@acme.example"}, append(slices.Clone(allApprovals[:5]), allTriage...)},
				owner:     {},
			}),
		},
		"development team": {
			reason: "it gains nothing, be it asked, copied in or escalated to",
			mutate: func(m *v1alpha1.StakeholderMap) {
				m.Spec.DevelopmentTeam = v1alpha1.DevelopmentTeam{Subjects: []v1alpha1.Subject{fixtures.User("dev")}}
				team := fixtures.Roles(v1alpha1.RoleDevelopmentTeam)
				m.Spec.Topics = []v1alpha1.Topic{{
					Name: "tooling", Class: v1alpha1.ClassFeatureRequest, To: team, CC: team, RespondWithin: "1h", EscalateTo: team,
				}}
			},
			want: with(map[string]pair{
				owner: {[]string{"User dana@vendor.example"}, triage("defect-report", "feature-request", "tooling", "usability")},
			}),
		},
		"copied in, deciding and escalated to": {
			reason: "an approval gives a right to its recipients only",
			mutate: func(m *v1alpha1.StakeholderMap) {
				m.Spec.Topics = []v1alpha1.Topic{{
					Name: "rollout", Class: v1alpha1.ClassApproval, To: fixtures.Roles(v1alpha1.RoleCustomer),
					CC: fixtures.Roles(v1alpha1.RoleEndUser), DecidedBy: fixtures.Roles(v1alpha1.RoleProductOwner),
					RespondWithin: "1h", EscalateTo: fixtures.Roles(v1alpha1.RoleProductOwner),
				}}
			},
			want: with(map[string]pair{
				customers: {
					[]string{"User cfo@acme.example"},
					approve("budget", "delivery-date", "process-change", "release", "rollout", "scope-change"),
				},
			}),
		},
		"no subject to bind": {
			reason: "a party without subjects, which no API server lets in, gets no grant without subjects",
			mutate: func(m *v1alpha1.StakeholderMap) {
				second("budget")(m)
				m.Spec.Customers[1].Subjects = nil
				m.Spec.ProductOwner.Subjects = nil
			},
			want: with(map[string]pair{owner: {}}),
		},
		"approval turned consultation": {
			reason: "a topic that the map replaces gives the rights of its new class only",
			mutate: func(m *v1alpha1.StakeholderMap) {
				m.Spec.Topics = []v1alpha1.Topic{{
					Name: "release", Class: v1alpha1.ClassConsultation, To: fixtures.Roles(v1alpha1.RoleCustomer, v1alpha1.RoleEndUser),
				}}
			},
			want: with(map[string]pair{
				customers: {[]string{"User cfo@acme.example"}, approve("budget", "delivery-date", "process-change", "scope-change")},
			}),
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			m := fixtures.Minimal()
			tc.mutate(m)
			if diff := cmp.Diff(tc.want, pairs(t, m)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func rights(verb string, topics []string) []string {
	var out []string
	for _, topic := range topics {
		out = append(out, verb+" stakeholdermaps/"+topic)
	}
	return out
}

// TestGrantSubjects : in target namespaces and tools, people have the rights of a role only if they have a say in some topic.
func TestGrantSubjects(t *testing.T) {
	m := fixtures.Minimal()
	party := fixtures.Customer("second", fixtures.User("cto@acme.example"))
	party.Topics = []string{"retrospective"}
	m.Spec.Customers = append(m.Spec.Customers, party)
	var got []string
	for subject := range render.GrantSubjects(render.Grants(m.Name, tableOf(m)))["customer"] {
		got = append(got, subject.Name)
	}
	if !slices.Equal(got, []string{"cfo@acme.example"}) {
		t.Errorf("the rights of customers have %v", got)
	}
}

// TestGrantsOfTwoMaps uses names of maps and parties that could make the grants of two maps equal.
func TestGrantsOfTwoMaps(t *testing.T) {
	names := make(map[string]string)
	for _, mapName := range []string{"a", "a-customer", "customer", "a.customer", "a-customer-x"} {
		m := fixtures.Minimal()
		m.Name = mapName
		narrowed := fixtures.Customer("x", fixtures.User("x"))
		narrowed.Topics = []string{"budget"}
		m.Spec.Customers = append(m.Spec.Customers, narrowed)
		grants := render.Grants(m.Name, tableOf(m))
		if len(grants) != 4 {
			t.Errorf("map %s has %d grants, want 4", mapName, len(grants))
		}
		for _, g := range grants {
			if other, taken := names[g.Name]; taken {
				t.Errorf("maps %s and %s both have a grant %s", other, mapName, g.Name)
			}
			names[g.Name] = mapName
		}
	}
}
