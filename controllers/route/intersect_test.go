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
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/route"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/topics"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// last returns a table with two customers. The approval "rollout" needs all of them, and "rollback" needs two.
func last(t *testing.T) (*v1alpha1.StakeholderMap, *routing.RoutingTable) {
	t.Helper()
	m := fixtures.Minimal()
	m.Spec.Customers[0].Subjects = append(m.Spec.Customers[0].Subjects, fixtures.Group("acme:board"))
	m.Spec.Customers[0].Handles = []v1alpha1.Handle{{System: "email", Value: "board@acme.example"}, {System: "slack", Value: "#board"}}
	m.Spec.Customers = append(m.Spec.Customers, fixtures.Customer("second", fixtures.User("cto@acme.example")))
	m.Spec.DevelopmentTeam = v1alpha1.DevelopmentTeam{Subjects: []v1alpha1.Subject{fixtures.User("dev"), fixtures.User("ops")}}
	approval := v1alpha1.Topic{Name: "rollout", Class: v1alpha1.ClassApproval, To: fixtures.Roles(v1alpha1.RoleCustomer)}
	approval.Quorum = &v1alpha1.Quorum{Mode: v1alpha1.QuorumAll}
	back := approval
	back.Name, back.Quorum = "rollback", &v1alpha1.Quorum{Mode: v1alpha1.QuorumAtLeast, Count: 2}
	m.Spec.Topics = []v1alpha1.Topic{approval, back}
	return m, mustTable(t, m)
}

func mustTable(t testing.TB, m *v1alpha1.StakeholderMap) *routing.RoutingTable {
	t.Helper()
	table := route.Table(m, topics.Assign(m, nil, fixtures.Now))
	if _, err := table.Seal(); err != nil {
		t.Fatal(err)
	}
	return table
}

func present(m *v1alpha1.StakeholderMap) route.Presence {
	return route.Present(m, topics.Assign(m, nil, fixtures.Now))
}

func mustIntersect(t testing.TB, table *routing.RoutingTable, m *v1alpha1.StakeholderMap) *routing.RoutingTable {
	t.Helper()
	out := route.Intersect(table, present(m))
	if out == table {
		return table
	}
	if _, err := out.Seal(); err != nil {
		t.Fatal(err)
	}
	return out
}

// who lists the recipients of a topic, as "party: subjects handles".
func who(topic routing.Topic) []string {
	out := []string{}
	for _, p := range topic.To {
		words := []string{p.Name + ":"}
		for _, subject := range p.Subjects {
			words = append(words, subject.Name)
		}
		for _, handle := range p.Handles {
			words = append(words, handle.Value)
		}
		out = append(out, strings.Join(words, " "))
	}
	return out
}

func TestIntersect(t *testing.T) {
	cases := map[string]struct {
		reason string
		mutate func(*v1alpha1.StakeholderMap)
		// budget has the recipients of that topic, and all the number of approvals that "rollout" needs.
		budget []string
		all    int32
	}{
		"nobody left": {
			"what changes beside people changes nothing", func(m *v1alpha1.StakeholderMap) { m.Spec.Topics, m.Spec.Product.DisplayName = nil, "Other" },
			[]string{"board: acme:board cfo@acme.example board@acme.example #board", "second: cto@acme.example mail@acme.example"}, 2,
		},
		"subject left": {
			"the party stays without it", func(m *v1alpha1.StakeholderMap) { m.Spec.Customers[0].Subjects = m.Spec.Customers[0].Subjects[:1] },
			[]string{"board: cfo@acme.example board@acme.example #board", "second: cto@acme.example mail@acme.example"}, 2,
		},
		"handle left": {
			"a tool that goes by handles must not ask there any more", func(m *v1alpha1.StakeholderMap) { m.Spec.Customers[0].Handles = m.Spec.Customers[0].Handles[:1] },
			[]string{"board: acme:board cfo@acme.example board@acme.example", "second: cto@acme.example mail@acme.example"}, 2,
		},
		"party left": {
			"all means all who are left", func(m *v1alpha1.StakeholderMap) { m.Spec.Customers = m.Spec.Customers[1:] }, []string{"second: cto@acme.example mail@acme.example"}, 1,
		},
		"party replaced": {
			"who is new gains nothing", func(m *v1alpha1.StakeholderMap) {
				m.Spec.Customers[1] = fixtures.Customer("second", fixtures.User("new@acme.example"))
			},
			[]string{"board: acme:board cfo@acme.example board@acme.example #board"}, 1,
		},
		"party renamed": {
			"who stands under the role has not left", func(m *v1alpha1.StakeholderMap) { m.Spec.Customers[1].Name = "renamed" },
			[]string{"board: acme:board cfo@acme.example board@acme.example #board", "second: cto@acme.example mail@acme.example"}, 2,
		},
		"account lost": {
			"a party that is declared without subjects is asked by its handles, and gains nothing",
			func(m *v1alpha1.StakeholderMap) { m.Spec.Customers[1].Subjects = nil },
			[]string{"board: acme:board cfo@acme.example board@acme.example #board", "second: mail@acme.example"}, 2,
		},
		"account and handles lost": {
			"a party that can be neither asked nor recognized goes",
			func(m *v1alpha1.StakeholderMap) { m.Spec.Customers[1].Subjects, m.Spec.Customers[1].Handles = nil, nil },
			[]string{"board: acme:board cfo@acme.example board@acme.example #board"}, 1,
		},
		"role changed": {
			"being an end user keeps nobody a customer", func(m *v1alpha1.StakeholderMap) {
				m.Spec.EndUsers = append(m.Spec.EndUsers, fixtures.EndUser("second", fixtures.User("cto@acme.example")))
				m.Spec.Customers = m.Spec.Customers[:1]
			},
			[]string{"board: acme:board cfo@acme.example board@acme.example #board"}, 1,
		},
		"window closed": {
			"outside its window a party is absent", func(m *v1alpha1.StakeholderMap) { m.Spec.Customers[0].ValidUntil = fixtures.Past },
			[]string{"second: cto@acme.example mail@acme.example"}, 1,
		},
		"window not open": {
			"outside its window a party is absent", func(m *v1alpha1.StakeholderMap) { m.Spec.Customers[0].ValidFrom = fixtures.Future },
			[]string{"second: cto@acme.example mail@acme.example"}, 1,
		},
		"everybody left": {
			"nobody takes their place, not even in number", func(m *v1alpha1.StakeholderMap) { m.Spec.Customers = nil }, []string{}, 1,
		},
		"narrowed": {
			"a misspelt topic must not take an approval away", func(m *v1alpha1.StakeholderMap) { m.Spec.Customers[1].Topics = []string{"budgets"} },
			[]string{"board: acme:board cfo@acme.example board@acme.example #board", "second: cto@acme.example mail@acme.example"}, 2,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			m, table := last(t)
			before := mustTable(t, m)
			tc.mutate(m)
			got := mustIntersect(t, table, m)
			if diff := cmp.Diff(tc.budget, who(got.Resolve("budget"))); diff != "" {
				t.Errorf("%s: budget (-want +got):\n%s", tc.reason, diff)
			}
			if count := got.Resolve("rollout").Quorum.Count; count != tc.all {
				t.Errorf("%s: all are %d, want %d", tc.reason, count, tc.all)
			}
			if count := got.Resolve("rollback").Quorum.Count; count != 2 {
				t.Errorf("%s: a number that was asked for went from 2 to %d", tc.reason, count)
			}
			if diff := cmp.Diff(before, table); diff != "" {
				t.Errorf("the table was changed (-before +after):\n%s", diff)
			}
			if (got.Revision == table.Revision) != cmp.Equal(table, got) {
				t.Errorf("the revision went from %s to %s", table.Revision, got.Revision)
			}
		})
	}
}

// TestIntersectProject makes a map invalid in the same edit that changes its project.
func TestIntersectProject(t *testing.T) {
	cases := map[string]struct{ reason, before, after, want string }{
		"unchanged": {"what was in force stays", "checkout", "checkout", "checkout"},
		"removed":   {"what the map no longer says is gone", "checkout", "", ""},
		"replaced":  {"an invalid map gains nothing", "checkout", "other", ""},
		"added":     {"an invalid map gains nothing", "", "other", ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			m, _ := last(t)
			m.Spec.Product.ArgoCDProject = tc.before
			table := mustTable(t, m)
			m.Spec.Product.ArgoCDProject = tc.after
			got := mustIntersect(t, table, m)
			if got.Product.ArgoCDProject != tc.want {
				t.Errorf("%s: the project is %q, want %q", tc.reason, got.Product.ArgoCDProject, tc.want)
			}
			if (got.Revision == table.Revision) != (tc.want == tc.before) {
				t.Errorf("the revision went from %s to %s", table.Revision, got.Revision)
			}
		})
	}
}

// TestIntersectCopies checks the parties that are copied or decide, and the default topic.
func TestIntersectCopies(t *testing.T) {
	m, table := last(t)
	m.Spec.ProductOwner.Subjects = []v1alpha1.Subject{fixtures.User("another@vendor.example")}
	m.Spec.DevelopmentTeam.Subjects = m.Spec.DevelopmentTeam.Subjects[:1]
	got := mustIntersect(t, table, m)
	if usability := got.Resolve("usability"); len(usability.CC) > 0 || len(usability.DecidedBy) > 0 || len(usability.To) != 1 {
		t.Errorf("usability is %+v", usability)
	}
	if len(got.Default.To) > 0 {
		t.Errorf("the default goes to %+v", got.Default.To)
	}
	process := got.Resolve("process-change")
	if len(process.CC) != 1 || len(process.CC[0].Subjects) != 1 || process.CC[0].Subjects[0].Name != "dev" {
		t.Errorf("process-change is copied to %+v", process.CC)
	}
}

// FuzzIntersect intersects the table of one map with the present parties of another.
func FuzzIntersect(f *testing.F) {
	seeds := fixtures.Seeds()
	for i := range seeds {
		f.Add(seeds[i], seeds[(i+1)%len(seeds)], true)
		f.Add(seeds[i], seeds[i], false)
	}
	f.Fuzz(func(t *testing.T, before, after []byte, shaped bool) {
		table := mustTable(t, fixtures.Generate(before, shaped))
		m := fixtures.Generate(after, shaped)
		present := present(m).Parties
		got := mustIntersect(t, table, m)
		if again := mustIntersect(t, got, m); again != got {
			t.Error("twice is not the same as once")
		}
		content, err := got.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := routing.Parse(content); err != nil {
			t.Errorf("the document cannot be read: %v", err)
		}
		for i := range table.Topics {
			checkSubset(t, &table.Topics[i], &got.Topics[i], present)
		}
		checkSubset(t, &table.Default, &got.Default, present)
		all := route.Intersect(table, route.Presence{Parties: everybody(table), ArgoCDProject: table.Product.ArgoCDProject})
		if shaped && all != table {
			t.Error("with everybody present the table is another")
		}
	})
}

// everybody returns all parties in a table.
func everybody(table *routing.RoutingTable) []routing.Party {
	var out []routing.Party
	for _, topic := range append(slices.Clone(table.Topics), table.Default) {
		out = slices.Concat(out, topic.To, topic.CC, topic.DecidedBy, topic.EscalateTo)
	}
	return out
}

// checkSubset computes the remaining parties in another way than Intersect does.
func checkSubset(t *testing.T, before, after *routing.Topic, present []routing.Party) {
	t.Helper()
	for _, list := range []struct{ before, after []routing.Party }{
		{before.To, after.To}, {before.CC, after.CC}, {before.DecidedBy, after.DecidedBy}, {before.EscalateTo, after.EscalateTo},
	} {
		var want []routing.Party
		for _, p := range list.before {
			kept := p
			kept.Subjects, kept.Handles = nil, nil
			for _, s := range p.Subjects {
				if slices.ContainsFunc(present, func(q routing.Party) bool { return q.Role == p.Role && slices.Contains(q.Subjects, s) }) {
					kept.Subjects = append(kept.Subjects, s)
				}
			}
			for _, h := range p.Handles {
				if slices.ContainsFunc(present, func(q routing.Party) bool { return q.Role == p.Role && slices.Contains(q.Handles, h) }) {
					kept.Handles = append(kept.Handles, h)
				}
			}
			asked := len(p.Subjects) == 0 || slices.ContainsFunc(present, func(q routing.Party) bool {
				return q.Role == p.Role && q.Name == p.Name && len(q.Subjects) == 0
			})
			if len(kept.Subjects) > 0 || asked && len(kept.Handles) > 0 {
				want = append(want, kept)
			}
		}
		if diff := cmp.Diff(want, list.after, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("topic %s (-want +got):\n%s", before.Name, diff)
		}
	}
}
