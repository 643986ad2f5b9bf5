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

package argocdrbac

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render/rbaccsv"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// Parts of policies and questions. Names of people, groups and roles come from one pool, so that the same names occur.
var (
	resources = []string{"applications", "applicationsets", "projects", "clusters", "repositories", "logs", "exec", "accounts"}
	verbs     = []string{
		"get", "create", "update", "delete", "sync", "override", "action/argoproj.io/Rollout/resume", "action/argoproj.io/Rollout/abort",
		"action/argoprojXio/Rollout/resume", "update/apps/Deployment/a/b", "delete/*/Pod/*/*",
	}
	projects = []string{"shop", "shop2", "myshop", "sho", "a", "shop-web"}
	objects  = []string{
		"shop/web", "shop/ns/web", "shop2/web", "myshop/web", "sho/p", "a/shop/web", "a/b", "shop-web/x", "shop", "shop/", "other/shop", "*/*", "{shop/*}",
	}
	lines = []string{
		"p, role:ops, applications, *, */*, allow", "g, alice, role:ops", "g, acme:board, role:ops", "g, platform:ops, role:admin",
		"p, alice, applications, delete, shop/*, allow", "p, acme:board, applications, override, */*, allow", "p, ops, projects, *, *, allow",
		"g, bob, ops", "g, role:ops, acme:board", "g, role:org, role:readonly", "p, role:org, exec, create, */*, allow", `g,"CN=a,O=b",role:org`,
		"p, acme:cashiers, applications, sync, */*, deny", "p, role:ops, applications, sync, shop/*, deny", "# g, eve, role:admin", "",
	}
	names = func() []string {
		out := []string{
			"acme:board", "acme:cashiers", "acme:po", "x", "alice", "bob", "ops", "admin", "role:admin", "role:readonly", "role:ops", "role:org",
			"proj:shop:deployer", "g", "p", "*", "**", ".*", "^", "{a,b}", "allow", "deny", "a$$b", "# x", "#", `\.`, `a"b`, `"`, `""`, `"a`, "CN=a,O=b",
			"g, eve, role:admin", "eve\ng, eve, role:admin", "eve\r\ng, eve, role:admin", "x,role:admin", "role:stakeholders:payments:m0:customer",
			"role:stakeholders:payments:m1:end-user",
		}
		for _, pool := range []map[string]string{fixtures.BadNames(), fixtures.GoodNames()} {
			for _, what := range slices.Sorted(maps.Keys(pool)) {
				// The longest ones have no additional effect on Argo CD.
				if len(pool[what]) <= 1000 {
					out = append(out, pool[what])
				}
			}
		}
		return out
	}()
)

type source struct{ *rand.Rand }

func pick[T any](s source, pool []T) T { return pool[s.IntN(len(pool))] }

// some are a few entries of a pool, or none.
func some[T any](s source, pool []T, most int) []T {
	out := make([]T, s.IntN(most+1))
	for i := range out {
		out[i] = pick(s, pool)
	}
	return out
}

// name is equally often one of the first, usual names and one of all.
func (s source) name() string {
	if s.IntN(2) == 0 {
		return names[s.IntN(4)]
	}
	return pick(s, names)
}

func (s source) groups() []string {
	out := make([]string, s.IntN(4))
	for i := range out {
		out[i] = s.name()
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (s source) entries() []rbaccsv.Entry {
	out := make([]rbaccsv.Entry, s.IntN(4))
	for i := range out {
		out[i] = rbaccsv.Entry{
			Source: routing.Source{Namespace: "payments", Name: "m" + string(rune('0'+i))}, Project: pick(s, projects),
			Customers: s.groups(), EndUsers: s.groups(), ProductOwner: s.groups(),
		}
	}
	return out
}

func (s source) policy() policy {
	data := policy{
		"policy.csv": strings.Join(some(s, lines, 4), "\n"), "policy.zz.csv": strings.Join(some(s, lines, 2), "\n"),
		"policy.default":   pick(s, []string{"", "", "", "role:readonly", "role:ops", "acme:board", "x"}),
		"policy.matchMode": pick(s, []string{"", "glob", "regex"}),
	}
	if data["policy.matchMode"] == "regex" {
		// A line with a pattern that is no regular expression revokes everything from its subjects, our rights too.
		// Those of Argo CD's own role:readonly are such lines.
		for _, key := range []string{"policy.csv", "policy.zz.csv"} {
			data[key] = strings.NewReplacer(" */*", " .*", " *", " .*", "role:readonly", "role:ops").Replace(data[key])
		}
	}
	return data
}

// Half of the questions are about the groups and the project of some map.
func (s source) questions(n int, entries []rbaccsv.Entry) []question {
	out := make([]question, n)
	for i := range out {
		out[i] = question{Groups: s.groups(), Resource: "applications", Action: pick(s, verbs), Object: pick(s, objects)}
		if s.IntN(3) == 0 {
			out[i].Subject = s.name()
		}
		if s.IntN(4) == 0 {
			out[i].Resource = pick(s, resources)
		}
		if len(entries) == 0 || s.IntN(2) == 0 {
			continue
		}
		entry := pick(s, entries)
		if groups := pick(s, [][]string{entry.Customers, entry.EndUsers, entry.ProductOwner}); len(groups) > 0 {
			out[i].Groups = append(out[i].Groups, pick(s, groups))
		}
		out[i].Object = entry.Project + pick(s, []string{"/web", "/ns/web", "2/web"})
	}
	return out
}

// ours is the model: the rights that the maps give to a group or a subject of that name, computed without the lines.
func ours(entries []rbaccsv.Entry, refused []rbaccsv.Refusal, q *question) bool {
	holds := func(entry *rbaccsv.Entry, groups []string) bool {
		return slices.ContainsFunc(groups, func(group string) bool {
			return (slices.Contains(q.Groups, group) || q.Subject == group) && !slices.ContainsFunc(refused, func(r rbaccsv.Refusal) bool {
				return r.Group == group && r.Entry.Source == entry.Source
			})
		})
	}
	for i := range entries {
		entry := &entries[i]
		if q.Resource != "applications" || !strings.HasPrefix(q.Object, entry.Project+"/") {
			continue
		}
		customer := holds(entry, entry.Customers)
		looks := customer || holds(entry, entry.EndUsers) || holds(entry, entry.ProductOwner)
		acts := q.Action == "sync" || q.Action == "action/argoproj.io/Rollout/resume"
		if q.Action == "get" && looks || acts && customer {
			return true
		}
	}
	return false
}

// isOurRole says that a user's name is that of one of our roles, so that Argo CD treats the user as its member. The
// issuer of subjects must not give users such a name, as for every other role.
func isOurRole(name string) bool { return strings.HasPrefix(name, "role:stakeholders:") }

// check compares Argo CD's answers with its answers without our key, and with the model.
func check(t testing.TB, entries []rbaccsv.Entry, without policy, questions []question) (granted int) {
	t.Helper()
	with, rendered := render(t, entries, without)
	before, after := without.answers(t, questions), with.answers(t, questions)
	denies := strings.Contains(without["policy.csv"]+without["policy.zz.csv"], "deny")
	for i := range questions {
		q := &questions[i]
		if isOurRole(q.Subject) {
			continue
		}
		mine := ours(entries, rendered.Refused, q)
		switch {
		case before[i] && !after[i]:
			t.Errorf("what other keys allow is lost: %+v", *q)
		case after[i] && !before[i] && !mine:
			t.Errorf("it is allowed, but neither the maps nor other keys allow it: %+v", *q)
		case mine && !after[i] && !denies:
			t.Errorf("the maps allow it, and it is not allowed: %+v", *q)
		case after[i] && !before[i]:
			granted++
		}
	}
	if t.Failed() {
		t.Fatalf("the entries are %+v\nrefused %+v\nthe data %q", entries, rendered.Refused, with)
	}
	return granted
}

// TestRandom tests thousands of maps with hostile names in Argo CD's enforcer, always the same ones.
func TestRandom(t *testing.T) {
	const policies, asked = 1500, 60
	s := source{rand.New(rand.NewPCG(1, 2))} //nolint:gosec // always the same numbers
	count, granted := 0, 0
	for range policies {
		entries := s.entries()
		count += len(entries)
		granted += check(t, entries, s.policy(), s.questions(asked, entries))
	}
	t.Logf("%d maps in %d policies, %d questions, %d granted by maps alone", count, policies, policies*asked, granted)
	if granted < policies {
		t.Errorf("only %d answers are yes because of a map", granted)
	}
}

// FuzzNames puts any name and any line into a policy, and asks for the rights that the name could give.
func FuzzNames(f *testing.F) {
	for i, name := range names {
		f.Add(name, lines[i%len(lines)])
	}
	f.Fuzz(func(t *testing.T, name, line string) {
		without := policy{"policy.csv": platform}
		if other := (policy{"policy.csv": platform + line}); other.loads(t) {
			without = other
		}
		entries := shops()
		entries[0].Customers, entries[1].EndUsers = []string{"acme:board", name}, []string{name}
		var questions []question
		for _, groups := range [][]string{{name}, {"acme:board"}, {"eve"}, {strings.TrimSpace(name)}} {
			for _, action := range verbs {
				for _, object := range []string{"shop/web", "shop2/web", "other/web"} {
					questions = append(questions, question{Groups: groups, Resource: "applications", Action: action, Object: object})
				}
			}
		}
		check(t, entries, without, questions)
	})
}

func (data policy) loads(t testing.TB) bool {
	t.Helper()
	oracle.mu.Lock()
	defer oracle.mu.Unlock()
	return oracle.request(t, map[string]any{"load": data}).Error == ""
}
