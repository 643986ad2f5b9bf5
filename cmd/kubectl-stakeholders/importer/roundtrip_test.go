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

package importer_test

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/importer"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/repository"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/handleforms"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// roundTrips are the formats that both export and import have, and what a file of each says of a party.
var roundTrips = map[string]struct {
	options repository.Options
	draft   func(content []byte) (*importer.Draft, error)
	// carried is what the file says of a party, or "" if it does not have the party.
	carried func(p *routing.Party) string
}{
	"codeowners": {
		repository.Options{CodeOwners: &repository.CodeOwnersOptions{Emails: true, Rules: []repository.CodeOwnersRule{
			{Pattern: "*", Role: string(v1alpha1.RoleDevelopmentTeam)}, {Pattern: "/docs/", Role: string(v1alpha1.RoleProductOwner)},
			{Pattern: "/docs/budget.md", Topic: "budget"}, {Pattern: "/LICENSE", Role: string(v1alpha1.RoleCustomer)},
		}}},
		func(content []byte) (*importer.Draft, error) {
			return importer.CodeOwners([]importer.File{{Name: "file", Content: content}}, importer.Options{}), nil
		},
		func(p *routing.Party) string {
			if p.Role == string(v1alpha1.RoleEndUser) {
				return ""
			}
			if account, ok := handleforms.ParseGitHub(p.Handle("github")); ok {
				return strings.ToLower("github @" + account.User + account.Team)
			}
			if address := p.Handle("email"); plainAddress.MatchString(address) {
				return strings.ToLower("email " + address)
			}
			return ""
		},
	},
	"owners-aliases": {
		repository.Options{OwnersAliases: &repository.OwnersAliasesOptions{}},
		func(content []byte) (*importer.Draft, error) {
			return importer.OwnersAliases([]importer.File{{Name: "file", Content: content}}, importer.Options{})
		},
		func(p *routing.Party) string {
			if account, ok := handleforms.ParseGitHub(p.Handle("github")); ok && account.User != "" {
				return strings.ToLower("github @" + account.User)
			}
			return ""
		},
	},
	"backstage": {
		repository.Options{Catalog: &repository.CatalogOptions{}},
		func(content []byte) (*importer.Draft, error) {
			es, err := entities(content)
			if err != nil {
				return nil, err
			}
			return importer.Backstage(es, importer.Options{})
		},
		func(p *routing.Party) string {
			var handles []v1alpha1.Handle
			for i, h := range p.Handles {
				if h.Claim != "" || slices.ContainsFunc(p.Handles[:i], func(other routing.Handle) bool { return other.System == h.System && other.Claim == "" }) {
					continue
				}
				handles = append(handles, v1alpha1.Handle{System: h.System, Value: h.Value})
			}
			if p.Role == string(v1alpha1.RoleDevelopmentTeam) {
				return handlesText(handles)
			}
			return partyText(p.Name, p.DisplayName, p.Organization, p.Segment, handles)
		},
	},
}

// TestRoundTrip imports what export has written. The draft has the parties of each role, as far as the format can say who
// they are.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	for format, trip := range roundTrips {
		var parties int
		for reason, m := range roundTripMaps(t) {
			p, err := product.Declared(m, nil, fixtures.Now)
			must(t, err, p)
			if slices.ContainsFunc(p.Findings, func(f v1alpha1.Finding) bool { return f.Code == v1alpha1.InvalidHandle }) {
				continue
			}
			out, err := repository.Render(p.Table, trip.options)
			must(t, err, &out)
			draft, err := trip.draft(out.Files[0].Content)
			if err != nil {
				t.Errorf("%s: %s: %v in\n%s", format, reason, err, out.Files[0].Content)
				continue
			}
			got, content := decode(t, draft)
			want := map[v1alpha1.Role][]string{}
			for role, all := range partiesOf(p.Table) {
				for i := range all {
					if said := trip.carried(&all[i]); said != "" && !slices.Contains(want[role], said) {
						want[role] = append(want[role], said)
						parties++
					}
				}
				slices.Sort(want[role])
			}
			if diff := gocmp.Diff(want, said(got, format == "backstage")); diff != "" || got.Name != m.Name || got.Namespace != m.Namespace {
				t.Errorf("%s: %s: %s/%s has other parties (-want +got):\n%s\n%s\n%s", format, reason, got.Namespace, got.Name, diff, out.Files[0].Content, content)
			}
		}
		if parties < 100 {
			t.Errorf("%s: only %d parties are compared", format, parties)
		}
	}
}

// roundTripMaps are maps with one reason each.
func roundTripMaps(tb testing.TB) map[string]*v1alpha1.StakeholderMap {
	tb.Helper()
	out := map[string]*v1alpha1.StakeholderMap{}
	for _, e := range fixtures.Examples(tb) {
		out["example "+e.Name] = e.Map
	}
	for _, c := range fixtures.Cases() {
		out["case "+c.Name] = c.Map()
	}
	out["largest"] = fixtures.Largest("x", nil)
	for i, seed := range fixtures.Seeds() {
		for n := range byte(5) {
			out[fmt.Sprintf("generated %d-%d", i, n)] = fixtures.Generate(append([]byte{n, n * 3, n * 7}, seed...), true)
		}
	}
	for reason, m := range maps.Clone(out) {
		out[reason+", on GitHub"] = withLogins(m.DeepCopy())
	}
	return out
}

// withLogins makes every party a user on GitHub.
func withLogins(m *v1alpha1.StakeholderMap) *v1alpha1.StakeholderMap {
	login := func(handles *[]v1alpha1.Handle, format string, i int) {
		others := slices.DeleteFunc(slices.Clone(*handles), func(h v1alpha1.Handle) bool { return h.System == "github" })
		*handles = slices.Concat(others[:min(len(others), 15)], []v1alpha1.Handle{{System: "github", Value: fmt.Sprintf(format, i)}})
	}
	for i := range m.Spec.Customers {
		login(&m.Spec.Customers[i].Handles, "@Buyer_%d", i)
	}
	for i := range m.Spec.EndUsers {
		login(&m.Spec.EndUsers[i].Handles, "@user-%d", i)
	}
	if m.Spec.ProductOwner.Name != "" {
		login(&m.Spec.ProductOwner.Handles, "dana%d", 0)
	}
	login(&m.Spec.DevelopmentTeam.Handles, "@makers-%d", 0)
	return m
}

// partiesOf returns all parties in a table, once each.
func partiesOf(table *routing.RoutingTable) map[v1alpha1.Role][]routing.Party {
	out := map[v1alpha1.Role][]routing.Party{}
	for _, topic := range append(slices.Clone(table.Topics), table.Default) {
		for _, p := range slices.Concat(topic.To, topic.CC, topic.DecidedBy, topic.EscalateTo) {
			role := v1alpha1.Role(p.Role)
			if !slices.ContainsFunc(out[role], func(other routing.Party) bool { return other.Name == p.Name }) {
				out[role] = append(out[role], p)
			}
		}
	}
	return out
}

// said is what a map says of its parties, in the words of roundTrips.
func said(m *v1alpha1.StakeholderMap, byName bool) map[v1alpha1.Role][]string {
	out := map[v1alpha1.Role][]string{}
	add := func(role v1alpha1.Role, name, display, organization string, segment v1alpha1.Segment, handles []v1alpha1.Handle) {
		text := strings.ToLower(handlesText(handles))
		if byName && role != v1alpha1.RoleDevelopmentTeam {
			text = partyText(name, display, organization, string(segment), handles)
		} else if byName {
			text = handlesText(handles)
		}
		if text != "" {
			out[role] = append(out[role], text)
			slices.Sort(out[role])
		}
	}
	for _, c := range m.Spec.Customers {
		add(v1alpha1.RoleCustomer, c.Name, c.DisplayName, c.Organization, "", c.Handles)
	}
	for _, u := range m.Spec.EndUsers {
		add(v1alpha1.RoleEndUser, u.Name, u.DisplayName, u.Organization, u.Segment, u.Handles)
	}
	if po := m.Spec.ProductOwner; po.Name != "TODO" || !byName {
		add(v1alpha1.RoleProductOwner, po.Name, po.DisplayName, "", "", po.Handles)
	}
	add(v1alpha1.RoleDevelopmentTeam, "", "", "", "", m.Spec.DevelopmentTeam.Handles)
	return out
}

func partyText(name, display, organization, segment string, handles []v1alpha1.Handle) string {
	return fmt.Sprintf("%s %q %q %s %s", name, cmp.Or(display, name), organization, segment, handlesText(handles))
}

func handlesText(handles []v1alpha1.Handle) string {
	var out []string
	for _, h := range handles {
		out = append(out, h.System+" "+h.Value)
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

var plainAddress = regexp.MustCompile(`^[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+[.][A-Za-z]{2,63}$`)
