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

package rbaccsv_test

import (
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render/rbaccsv"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/route"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/topics"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

var actions = []v1alpha1.ArgoCDAction{"sync", "action/argoproj.io/Rollout/resume"}

func checkout() rbaccsv.Entry {
	return rbaccsv.Entry{
		Source: routing.Source{Namespace: "payments", Name: "checkout"}, Project: "shop",
		Customers: []string{"acme:board", "acme:procurement"}, EndUsers: []string{"acme:cashiers"},
	}
}

func render(t testing.TB, entries []rbaccsv.Entry, others map[string]string) rbaccsv.Policy {
	t.Helper()
	policy, err := rbaccsv.Render(entries, actions, others)
	if err != nil {
		t.Fatal(err)
	}
	return policy
}

func TestEntryOf(t *testing.T) {
	m := fixtures.Minimal()
	m.Spec.Product.ArgoCDProject = "shop"
	m.Spec.Customers = []v1alpha1.Customer{
		fixtures.Customer("board", fixtures.User("cfo@acme.example"), fixtures.Group("acme:board")),
		fixtures.Customer("buyers", fixtures.Group("acme:buyers"), fixtures.Group("acme:procurement")),
		fixtures.Customer("former", fixtures.Group("acme:former")),
		fixtures.Customer("narrow", fixtures.Group("acme:infosec")),
	}
	m.Spec.Customers[1].Handles = []v1alpha1.Handle{{System: "argocd", Value: "acme-buyers"}}
	m.Spec.Customers[2].ValidUntil = fixtures.Past
	m.Spec.Customers[3].Topics = []string{"release"}
	m.Spec.EndUsers[0].Subjects = []v1alpha1.Subject{fixtures.ServiceAccount("payments", "ledger"), fixtures.Group("acme:board")}
	m.Spec.ProductOwner.Subjects = []v1alpha1.Subject{fixtures.User("dana@vendor.example")}
	m.Spec.DevelopmentTeam = v1alpha1.DevelopmentTeam{Subjects: []v1alpha1.Subject{fixtures.Group("vendor:devs")}}
	want := rbaccsv.Entry{
		Source: routing.Source{Namespace: m.Namespace, Name: m.Name}, Project: "shop",
		// A handle replaces all subjects of its party. Parties outside their window are absent. Developers have no rights.
		Customers: []string{"acme-buyers", "acme:board", "acme:infosec"}, EndUsers: []string{"acme:board"},
	}
	if diff := cmp.Diff(want, entryOf(t, m)); diff != "" {
		t.Errorf("entry (-want +got):\n%s", diff)
	}
	m.Spec.Product.ArgoCDProject = ""
	if diff := cmp.Diff(rbaccsv.Entry{Source: want.Source}, entryOf(t, m)); diff != "" {
		t.Errorf("entry of a product without a project (-want +got):\n%s", diff)
	}
}

// TestEntryWithPrefix removes the prefix that the cluster adds to groups, because Argo CD reads the token itself. A
// group without the prefix means another one there, and a handle is already the value in the token.
func TestEntryWithPrefix(t *testing.T) {
	m := fixtures.Minimal()
	m.Spec.Product.ArgoCDProject = "shop"
	m.Spec.Customers = []v1alpha1.Customer{
		fixtures.Customer("board", fixtures.Group("oidc:board"), fixtures.Group("buyers"), fixtures.Group("oidc:"), fixtures.Group("oidc:role:admin")),
		fixtures.Customer("named", fixtures.Group("oidc:named")),
	}
	m.Spec.Customers[1].Handles = []v1alpha1.Handle{{System: "argocd", Value: "a"}, {System: "argocd", Value: "b"}}
	table := route.Table(m, topics.Assign(m, nil, fixtures.Now))
	entry := rbaccsv.EntryOf(v1alpha1.Identities{GroupsPrefix: "oidc:"}, table)
	if diff := cmp.Diff([]string{"a", "b", "board", "role:admin"}, entry.Customers); diff != "" {
		t.Errorf("groups (-want +got):\n%s", diff)
	}
	// A role behind the prefix is one without it.
	text := render(t, []rbaccsv.Entry{entry}, nil).CSV()
	if !strings.Contains(text, "g,board,") || strings.Contains(text, "role:admin") {
		t.Errorf("the policy is\n%s", text)
	}
}

// TestEntryOfTable uses tables that a small map cannot have.
func TestEntryOfTable(t *testing.T) {
	party := func(claim string, subjects ...routing.Subject) []routing.Party {
		return []routing.Party{{Role: "Customer", Name: "board", Subjects: subjects, Handles: []routing.Handle{{System: "argocd", Value: claim}}}}
	}
	robot := routing.Subject{Kind: "ServiceAccount", Namespace: "other", Name: "robot"}
	cases := map[string]struct {
		reason string
		topic  routing.Topic
		want   []string
	}{
		"to":          {"each list counts", routing.Topic{To: party("a", robot)}, []string{"a"}},
		"copied":      {"each list counts", routing.Topic{CC: party("a", robot)}, []string{"a"}},
		"decides":     {"each list counts", routing.Topic{DecidedBy: party("a", robot)}, []string{"a"}},
		"escalation":  {"each list counts", routing.Topic{EscalateTo: party("a", robot)}, []string{"a"}},
		"no subjects": {"the namespaces of its ServiceAccounts do not accept the map", routing.Topic{To: party("a")}, nil},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			product := routing.Product{ArgoCDProject: "shop"}
			for where, table := range map[string]*routing.RoutingTable{
				"a topic": {Product: product, Topics: []routing.Topic{tc.topic}}, "the default": {Product: product, Default: tc.topic},
			} {
				if got := rbaccsv.EntryOf(v1alpha1.Identities{}, table).Customers; !slices.Equal(got, tc.want) {
					t.Errorf("%s: in %s the groups are %v, want %v", tc.reason, where, got, tc.want)
				}
			}
		})
	}
}

func entryOf(t *testing.T, m *v1alpha1.StakeholderMap) rbaccsv.Entry {
	t.Helper()
	table := route.Table(m, topics.Assign(m, nil, fixtures.Now))
	return rbaccsv.EntryOf(v1alpha1.Identities{}, table)
}

func TestRender(t *testing.T) {
	other := rbaccsv.Entry{Source: routing.Source{Namespace: "books", Name: "ledger"}, Project: "books", ProductOwner: []string{"Łucja's \u5c71 #1 friends"}}
	empty := rbaccsv.Entry{Source: routing.Source{Namespace: "books", Name: "empty"}, Project: "books"}
	none := rbaccsv.Entry{Source: routing.Source{Namespace: "books", Name: "none"}, Customers: []string{"acme:board"}}
	policy := render(t, []rbaccsv.Entry{checkout(), empty, other, none}, nil)
	want := `p,role:stakeholders:books:ledger:product-owner,applications,get,{books/*},allow
g,Łucja's 山 #1 friends,role:stakeholders:books:ledger:product-owner
p,role:stakeholders:payments:checkout:customer,applications,"{get,action/argoproj.io/Rollout/resume,sync}",{shop/*},allow
g,acme:board,role:stakeholders:payments:checkout:customer
g,acme:procurement,role:stakeholders:payments:checkout:customer
p,role:stakeholders:payments:checkout:end-user,applications,get,{shop/*},allow
g,acme:cashiers,role:stakeholders:payments:checkout:end-user
`
	if diff := cmp.Diff(want, policy.CSV()); diff != "" {
		t.Errorf("policy (-want +got):\n%s", diff)
	}
	if len(policy.Blocks) != 2 || len(policy.Refused) != 0 {
		t.Errorf("%d maps, refused %v, want two and none", len(policy.Blocks), policy.Refused)
	}
	if got := render(t, nil, nil); got.CSV() != "" {
		t.Errorf("without maps the policy is %q", got.CSV())
	}
}

// TestRenderRegularExpressions renders patterns for regular expressions, which match anywhere.
func TestRenderRegularExpressions(t *testing.T) {
	policy := render(t, []rbaccsv.Entry{checkout()}, map[string]string{"policy.matchMode": "regex"})
	for line := range strings.Lines(policy.CSV()) {
		fields := strings.Split(strings.TrimSpace(line), ",")
		if fields[0] != "p" {
			continue
		}
		for _, pattern := range fields[2:5] {
			if !strings.HasPrefix(pattern, "^") || !strings.HasSuffix(pattern, "$") {
				t.Errorf("the pattern %s matches more than it says", pattern)
			}
		}
	}
	if !strings.Contains(policy.CSV(), `,^(get|action/argoproj\.io/Rollout/resume|sync)$,^shop/.*$,`) {
		t.Errorf("the policy is\n%s", policy.CSV())
	}
}

func TestRenderRefuses(t *testing.T) {
	for _, group := range []string{
		"", "role:admin", "role:stakeholders:payments:other:customer", "proj:other:deployer", "admin", "a$$b", "a\nb", "a\u3164b", "\ufe0fadmin", "a\rb", " a", "a ", "# a",
		"p, role:x, *, *, *, allow\ng", "everybody", "a\u2028b",
	} {
		entry := checkout()
		entry.Customers = []string{"acme:board", group}
		policy := render(t, []rbaccsv.Entry{entry}, map[string]string{"policy.default": "everybody"})
		if len(policy.Refused) != 1 || policy.Refused[0].Group != group || policy.Refused[0].Why == "" {
			t.Errorf("of %q is refused %v", group, policy.Refused)
		}
		entry.Customers = []string{"acme:board"}
		if diff := cmp.Diff(render(t, []rbaccsv.Entry{entry}, nil).CSV(), policy.CSV()); diff != "" {
			t.Errorf("%q left something in the policy (-without +with):\n%s", group, diff)
		}
	}
}

// TestRenderQuotes renders names of groups as directories issue them, and names that would be an injection without
// quotes.
func TestRenderQuotes(t *testing.T) {
	for _, group := range []string{
		"CN=Buyers,OU=Groups,DC=acme,DC=example", `CN=Doe\, Dana,OU=People`, `CORP\buyers`, "o'hara", `a"b`, `"`, `""`, `"a",role:admin`, ",", ",,", "`id`",
		"x,role:admin", "p, role:x, *, *, *, allow",
	} {
		entry := checkout()
		entry.Customers = []string{group}
		policy := render(t, []rbaccsv.Entry{entry}, nil)
		if len(policy.Refused) > 0 {
			t.Errorf("%q is refused: %v", group, policy.Refused)
		}
		var read [][]string
		for line := range strings.Lines(policy.CSV()) {
			// As Argo CD does: each line by itself.
			reader := csv.NewReader(strings.NewReader(strings.TrimSpace(line)))
			reader.TrimLeadingSpace = true
			record, err := reader.Read()
			if err != nil {
				t.Fatalf("of %q comes a line that Argo CD cannot read: %q: %v", group, line, err)
			}
			read = append(read, record)
		}
		if want := []string{"g", group, "role:stakeholders:payments:checkout:customer"}; len(read) != 4 || !slices.Equal(read[1], want) {
			t.Errorf("of %q comes %q", group, read)
		}
	}
}

// TestRenderRefusesPatterns renders patterns that match more than one project or action. The API server rejects them.
func TestRenderRefusesPatterns(t *testing.T) {
	for _, project := range []string{"*", "shop*", "{shop,other}", "shop/x", "[a-z]", "shop,other", "Shop", "shop\n"} {
		entry := checkout()
		entry.Project = project
		policy := render(t, []rbaccsv.Entry{entry}, nil)
		if policy.CSV() != "" || len(policy.Refused) != 1 || policy.Refused[0].Group != "" || policy.Refused[0].Why == "" {
			t.Errorf("of the project %q is refused %v, and written\n%s", project, policy.Refused, policy.CSV())
		}
	}
	for _, action := range []v1alpha1.ArgoCDAction{"*", "delete", "action/*", "action/apps/Deployment/*", "action/apps/Deployment/{a,b}", "sync\n", ""} {
		if policy, err := rbaccsv.Render([]rbaccsv.Entry{checkout()}, []v1alpha1.ArgoCDAction{action}, nil); err == nil || policy.CSV() != "" {
			t.Errorf("of the action %q is written\n%s", action, policy.CSV())
		}
	}
}

// TestRenderKeepsWhatOthersGrant renders groups with a meaning in the other keys.
func TestRenderKeepsWhatOthersGrant(t *testing.T) {
	cases := map[string]struct {
		reason  string
		others  map[string]string
		refused bool
	}{
		"nothing":            {"other names are no matter", map[string]string{"policy.csv": "p, role:ops, applications, *, */*, allow\ng, x, role:ops"}, false},
		"rights":             {"our line would give them to everybody with a group of the name", map[string]string{"policy.csv": "  p, acme:new, applications, *, */*, allow"}, true},
		"rights, quoted":     {"it is the same name", map[string]string{"policy.x.csv": "# x\n\n" + `p,"acme:new",applications,*,*/*,allow`}, true},
		"denied rights":      {"they are rights too", map[string]string{"policy.x.csv": "p, acme:new, applications, *, */*, deny"}, true},
		"rights of a member": {"everybody with a group of the name has them already", map[string]string{"policy.csv": "p, acme:new, applications, *, */*, allow", "policy.x.csv": "g, acme:new, role:ops"}, false},
		"member":             {"a group may be in several roles", map[string]string{"policy.csv": "g, acme:new, role:ops"}, false},
		"role":               {"who has the role would have ours", map[string]string{"policy.csv": "g, x, acme:new"}, true},
		"everybody's role":   {"everybody would have ours", map[string]string{"policy.default": "acme:new"}, true},
		"comment":            {"Argo CD does not read it", map[string]string{"policy.csv": "# p, acme:new, applications, *, */*, allow"}, false},
		"unreadable":         {"Argo CD gives up over it whatever we do", map[string]string{"policy.csv": "g, x, acme:new, y\n\""}, false},
		"not a policy":       {"Argo CD does not read it", map[string]string{"scopes": "g, x, acme:new", "policy.txt": "g, x, acme:new", "x.csv": "g, x, acme:new"}, false},
		"our key":            {"it is replaced", map[string]string{rbaccsv.PolicyKey: "g, x, acme:new"}, false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			entry := checkout()
			entry.Customers = []string{"acme:board", "acme:new"}
			policy := render(t, []rbaccsv.Entry{entry}, tc.others)
			if refused := len(policy.Refused) == 1 && policy.Refused[0].Group == "acme:new"; refused != tc.refused {
				t.Errorf("%s: refused %v", tc.reason, policy.Refused)
			}
			if strings.Contains(policy.CSV(), "acme:new") == tc.refused || !strings.Contains(policy.CSV(), "acme:board") {
				t.Errorf("%s: the policy is\n%s", tc.reason, policy.CSV())
			}
		})
	}
}

func many(n int) []rbaccsv.Entry {
	entries := make([]rbaccsv.Entry, n)
	for i := range entries {
		entries[i] = checkout()
		entries[i].Source = routing.Source{Namespace: fmt.Sprintf("team-%04d", i/10), Name: fmt.Sprintf("product-%05d", i)}
		entries[i].Project = entries[i].Source.Name
	}
	return entries
}

func TestRenderGuardsTheSize(t *testing.T) {
	fits := render(t, many(500), nil)
	if fits.NearlyFull || len(fits.Blocks) != 500 {
		t.Errorf("500 maps: %d bytes, nearly full %t", fits.Bytes, fits.NearlyFull)
	}
	// The size of the other keys counts. The current value of our key does not, because it is replaced.
	others := map[string]string{"policy.csv": strings.Repeat("#", rbaccsv.MaxBytes-fits.Bytes-len("policy.csv")), rbaccsv.PolicyKey: fits.CSV()}
	full := render(t, many(500), others)
	if full.Bytes != rbaccsv.MaxBytes || !full.NearlyFull {
		t.Errorf("with others there are %d bytes, nearly full %t, want %d and true", full.Bytes, full.NearlyFull, rbaccsv.MaxBytes)
	}
	others["policy.csv"] += "#"
	over, err := rbaccsv.Render(many(500), actions, others)
	if !errors.Is(err, rbaccsv.ErrTooLarge) || over.CSV() != fits.CSV() {
		t.Errorf("one byte more gives %v", err)
	}
	if _, err := rbaccsv.Render(nil, actions, others); err != nil {
		t.Errorf("without maps there is nothing to write, and the error is %v", err)
	}
	// The maps of one namespace can take the room of all others.
	greedy := checkout()
	greedy.Source.Namespace, greedy.Customers = "greedy", []string{strings.Repeat("界", 250)}
	if _, err := rbaccsv.Render(append(many(500), greedy), actions, others); !strings.Contains(fmt.Sprint(err), "team-") {
		t.Errorf("it does not say whose maps are the largest: %v", err)
	}
	for i := range 100 {
		greedy.Customers = append(greedy.Customers, fmt.Sprintf("%03d%s", i, greedy.Customers[0][:750]))
	}
	if _, err := rbaccsv.Render(append(many(500), greedy), actions, others); !strings.Contains(fmt.Sprint(err), "namespace greedy") {
		t.Errorf("it does not say whose maps are the largest: %v", err)
	}
}

// TestFullPolicyIsNotBuilt renders the maps of a whole cluster with as many groups as possible. That makes hundreds of
// megabytes of lines. Render may keep only those that fit.
func TestFullPolicyIsNotBuilt(t *testing.T) {
	there := render(t, []rbaccsv.Entry{checkout()}, nil).CSV()
	entries := []rbaccsv.Entry{checkout()}
	for i := range 100 {
		entry := checkout()
		entry.Source.Name = fmt.Sprintf("zz-%d", i)
		entry.Customers, entry.EndUsers = nil, nil
		for j := range 512 {
			entry.Customers = append(entry.Customers, fmt.Sprintf("%03d%s", j, strings.Repeat("x", 240)))
			// Each of these is refused.
			entry.EndUsers = append(entry.EndUsers, fmt.Sprintf("role:%03d%s", j, strings.Repeat("x", 240)))
		}
		entries = append(entries, entry)
	}
	policy, err := rbaccsv.Render(entries, actions, map[string]string{rbaccsv.PolicyKey: there})
	if !errors.Is(err, rbaccsv.ErrTooLarge) || policy.Bytes < 10<<20 || len(policy.Blocks) != len(entries) {
		t.Fatalf("%d maps with %d bytes: %v", len(policy.Blocks), policy.Bytes, err)
	}
	if diff := cmp.Diff(there, policy.CSV()); diff != "" {
		t.Errorf("what stays is not what was there (-want +got):\n%s", diff)
	}
	for i := range policy.Blocks {
		if policy.Blocks[i].Reduced != (i > 0) {
			t.Errorf("that the lines of %s are not all there is said to be %t", policy.Blocks[i].Entry.Source.Name, policy.Blocks[i].Reduced)
		}
	}
	if most := 5 * len(entries); len(policy.Refused) > most {
		t.Errorf("%d groups are told of, want at most %d", len(policy.Refused), most)
	}
}

func TestKept(t *testing.T) {
	before := render(t, []rbaccsv.Entry{checkout()}, nil).CSV()
	narrowed := checkout()
	narrowed.Customers = []string{"acme:new", "acme:procurement"}
	got := rbaccsv.Kept(before, render(t, []rbaccsv.Entry{narrowed}, nil).CSV())
	want := strings.Replace(before, "g,acme:board,role:stakeholders:payments:checkout:customer\n", "", 1)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
}

func TestKeptMembers(t *testing.T) {
	before := render(t, []rbaccsv.Entry{checkout()}, nil).CSV()
	wanted := checkout()
	wanted.Customers, wanted.ProductOwner = []string{"acme:everybody", "acme:procurement"}, []string{"vendor:po"}
	after := render(t, []rbaccsv.Entry{wanted}, nil).CSV()
	want := strings.NewReplacer("g,acme:everybody,role:stakeholders:payments:checkout:customer\n", "",
		"g,vendor:po,role:stakeholders:payments:checkout:product-owner\n", "").Replace(after)
	if diff := cmp.Diff(want, rbaccsv.KeptMembers(before, after)); diff != "" || want == after {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
}

func TestIntersect(t *testing.T) {
	a, b := checkout(), checkout()
	b.Customers, b.ProductOwner = []string{"acme:new", "acme:procurement"}, []string{"vendor:po"}
	want := checkout()
	want.Customers = []string{"acme:procurement"}
	if got := a.Intersect(b); !got.Equal(want) {
		t.Errorf("%v and %v have %v in common, want %v", a, b, got, want)
	}
	b.Project = "other"
	if got := a.Intersect(b); !got.Equal(rbaccsv.Entry{Source: a.Source}) {
		t.Errorf("with another project they have %v in common", got)
	}
}

// FuzzRender renders any maps, and reads the policy line by line.
func FuzzRender(f *testing.F) {
	for _, seed := range fixtures.Seeds() {
		f.Add(seed, "acme:board", "glob")
	}
	for _, name := range fixtures.BadNames() {
		f.Add([]byte{}, name, "regex")
	}
	f.Fuzz(func(t *testing.T, data []byte, group, mode string) {
		m := fixtures.Generate(data, false)
		m.Spec.Product.ArgoCDProject = "shop"
		table := route.Table(m, topics.Assign(m, nil, fixtures.Now))
		entry := rbaccsv.EntryOf(v1alpha1.Identities{}, table)
		entry.Customers = append(entry.Customers, group)
		entry.Source = checkout().Source
		policy, err := rbaccsv.Render([]rbaccsv.Entry{entry}, actions, map[string]string{"policy.matchMode": mode})
		if err != nil {
			t.Fatal(err)
		}
		refused := make(map[string]bool)
		for _, r := range policy.Refused {
			refused[r.Group] = true
		}
		for line := range strings.Lines(policy.CSV()) {
			fields, err := csv.NewReader(strings.NewReader(line)).Read()
			if err != nil {
				t.Fatal(err)
			}
			switch {
			case fields[0] == "p" && len(fields) == 6 && strings.HasPrefix(fields[1], "role:stakeholders:payments:checkout:"):
			case fields[0] == "g" && len(fields) == 3 && strings.HasPrefix(fields[2], "role:stakeholders:payments:checkout:"):
				group := fields[1]
				known := slices.Contains(entry.Customers, group) || slices.Contains(entry.EndUsers, group) || slices.Contains(entry.ProductOwner, group)
				if refused[group] || !known {
					t.Errorf("the policy names %q", group)
				}
			default:
				t.Errorf("the policy has the line %q", line)
			}
		}
	})
}

func BenchmarkRender(b *testing.B) {
	entries := many(10_000)
	for b.Loop() {
		policy, err := rbaccsv.Render(entries, actions, nil)
		if !errors.Is(err, rbaccsv.ErrTooLarge) {
			b.Fatal(err)
		}
		b.ReportMetric(float64(policy.Bytes)/float64(len(entries)), "bytes/map")
	}
}
