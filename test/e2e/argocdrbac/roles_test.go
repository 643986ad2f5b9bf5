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
	"strings"
	"testing"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render/rbaccsv"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/route"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/topics"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

var actions = []v1alpha1.ArgoCDAction{"sync", "action/argoproj.io/Rollout/resume"}

// shops are maps whose projects have names that contain each other.
func shops() []rbaccsv.Entry {
	entry := func(name, project, prefix string) rbaccsv.Entry {
		return rbaccsv.Entry{
			Source: routing.Source{Namespace: "payments", Name: name}, Project: project,
			Customers: []string{prefix + ":board"}, EndUsers: []string{prefix + ":cashiers"}, ProductOwner: []string{prefix + ":po"},
		}
	}
	return []rbaccsv.Entry{entry("checkout", "shop", "acme"), entry("shop", "shop2", "two"), entry("my", "myshop", "my"), entry("s", "sho", "sho")}
}

// platform is the platform team's part of the ConfigMap.
const platform = `# who runs the platform
p, role:ops, applications, *, */*, allow
p, role:ops, logs, get, */*, allow
g, platform:ops, role:ops
g, auditor, role:readonly
`

// render adds our key to a ConfigMap's data.
func render(t testing.TB, entries []rbaccsv.Entry, data policy) (policy, rbaccsv.Policy) {
	t.Helper()
	rendered, err := rbaccsv.Render(entries, actions, data)
	if err != nil {
		t.Fatal(err)
	}
	all := maps.Clone(data)
	if all == nil {
		all = policy{}
	}
	all[rbaccsv.PolicyKey] = rendered.CSV()
	return all, rendered
}

func TestRoles(t *testing.T) {
	const (
		web    = "shop/web"
		webIn  = "shop/web-namespace/web"
		resume = "action/argoproj.io/Rollout/resume"
	)
	customer, endUser, owner := []string{"acme:board"}, []string{"acme:cashiers"}, []string{"acme:po"}
	cases := map[string]struct {
		reason  string
		ask     question
		allowed bool
	}{
		"customer looks":                {"all roles may", question{"", customer, "applications", "get", web}, true},
		"customer looks elsewhere":      {"applications in any namespace", question{"", customer, "applications", "get", webIn}, true},
		"customer syncs":                {"the policy lists it", question{"", customer, "applications", "sync", web}, true},
		"customer syncs elsewhere":      {"applications in any namespace", question{"", customer, "applications", "sync", webIn}, true},
		"customer resumes":              {"the policy lists it", question{"", customer, "applications", resume, web}, true},
		"customer among groups":         {"one group is enough", question{"eve", []string{"x", "acme:board"}, "applications", "sync", web}, true},
		"customer restarts":             {"another action", question{"", customer, "applications", "action/apps/Deployment/restart", web}, false},
		"customer aborts":               {"another action of the kind", question{"", customer, "applications", "action/argoproj.io/Rollout/abort", web}, false},
		"customer resumes in full":      {"an action with the name of another at its beginning", question{"", customer, "applications", resume + "-full", web}, false},
		"customer resumes of others":    {"a group is no pattern", question{"", customer, "applications", "action/argoprojXio/Rollout/resume", web}, false},
		"customer creates":              {"not listed", question{"", customer, "applications", "create", web}, false},
		"customer updates":              {"not listed", question{"", customer, "applications", "update", web}, false},
		"customer updates a resource":   {"not listed", question{"", customer, "applications", "update/apps/Deployment/default/web", web}, false},
		"customer deletes":              {"not listed", question{"", customer, "applications", "delete", web}, false},
		"customer deletes a resource":   {"not listed", question{"", customer, "applications", "delete/*/Pod/*/*", web}, false},
		"customer overrides":            {"not listed", question{"", customer, "applications", "override", web}, false},
		"customer reads logs":           {"another resource", question{"", customer, "logs", "get", web}, false},
		"customer has a shell":          {"another resource", question{"", customer, "exec", "create", web}, false},
		"customer reads sets":           {"a resource with the name of another at its beginning", question{"", customer, "applicationsets", "get", web}, false},
		"customer reads repositories":   {"another resource", question{"", customer, "repositories", "get", web}, false},
		"customer reads clusters":       {"another resource", question{"", customer, "clusters", "get", web}, false},
		"customer changes the project":  {"the platform's", question{"", customer, "projects", "update", "shop"}, false},
		"customer in a longer project":  {"another map's", question{"", customer, "applications", "get", "shop2/web"}, false},
		"customer in a prefixed one":    {"another map's", question{"", customer, "applications", "sync", "myshop/web"}, false},
		"customer in a shorter one":     {"another map's", question{"", customer, "applications", "sync", "sho/p"}, false},
		"customer by a namespace":       {"the project comes first", question{"", customer, "applications", "sync", "default/shop/web"}, false},
		"customer by an application":    {"the project comes first", question{"", customer, "applications", "sync", "default/shop"}, false},
		"customer in another case":      {"names are exact", question{"", []string{"ACME:board"}, "applications", "sync", web}, false},
		"end user looks":                {"all roles may", question{"", endUser, "applications", "get", webIn}, true},
		"end user syncs":                {"only customers", question{"", endUser, "applications", "sync", web}, false},
		"end user resumes":              {"only customers", question{"", endUser, "applications", resume, web}, false},
		"end user in another project":   {"another map's", question{"", endUser, "applications", "get", "shop2/web"}, false},
		"product owner looks":           {"all roles may", question{"", owner, "applications", "get", web}, true},
		"product owner syncs":           {"only customers", question{"", owner, "applications", "sync", web}, false},
		"nobody looks":                  {"not a stakeholder", question{"eve", []string{"x"}, "applications", "get", web}, false},
		"nobody at all looks":           {"not a stakeholder", question{"", nil, "applications", "get", web}, false},
		"the group of our role":         {"a group claim is no role", question{"", []string{"role:stakeholders:payments:checkout:customer"}, "applications", "get", web}, false},
		"a subject called like a group": {"Argo CD does not tell one from the other", question{"acme:board", nil, "applications", "sync", web}, true},
		"ops sync":                      {"what the platform grants stays", question{"", []string{"platform:ops"}, "applications", "sync", "other/web"}, true},
		"auditor reads":                 {"what the platform grants stays", question{"auditor", nil, "clusters", "get", "x"}, true},
		"auditor syncs":                 {"and does not grow", question{"auditor", nil, "applications", "sync", web}, false},
	}
	data, rendered := render(t, shops(), policy{"policy.csv": platform})
	if len(rendered.Refused) != 0 {
		t.Fatalf("refused: %v", rendered.Refused)
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := data.answers(t, []question{tc.ask})[0]; got != tc.allowed {
				t.Errorf("%s: %+v is allowed: %t, want %t", tc.reason, tc.ask, got, tc.allowed)
			}
			// Argo CD's own roles are written as globs, not as regular expressions: with match mode regex no user has
			// them.
			if len(tc.ask.Groups) == 0 || tc.ask.Groups[0] == "platform:ops" {
				return
			}
			regexes, _ := render(t, shops(), policy{"policy.matchMode": "regex"})
			if got := regexes.answers(t, []question{tc.ask})[0]; got != tc.allowed {
				t.Errorf("%s: with regular expressions %+v is allowed: %t, want %t", tc.reason, tc.ask, got, tc.allowed)
			}
		})
	}
}

// TestDirectoryNames has groups as directories issue them. Argo CD treats each as one name, and none of its parts as a
// name.
func TestDirectoryNames(t *testing.T) {
	for what, group := range fixtures.GoodNames() {
		t.Run(what, func(t *testing.T) {
			entry := shops()[0]
			entry.Customers, entry.EndUsers, entry.ProductOwner = []string{group}, nil, nil
			data, rendered := render(t, []rbaccsv.Entry{entry}, policy{"policy.csv": platform})
			if len(rendered.Refused) != 0 {
				t.Fatalf("refused: %v", rendered.Refused)
			}
			asked := []question{{Groups: []string{group}, Resource: "applications", Action: "sync", Object: entry.Project + "/web"}}
			for _, part := range strings.FieldsFunc(group, func(r rune) bool { return strings.ContainsRune(",\"\\' ", r) }) {
				if part != group {
					asked = append(asked, question{Groups: []string{part}, Resource: "applications", Action: "sync", Object: entry.Project + "/web"})
				}
			}
			// A part with the name of an Argo CD role has the rights of the role, also without our key.
			already := policy{"policy.csv": platform}.answers(t, asked)
			for i, allowed := range data.answers(t, asked) {
				if allowed != (i == 0 || already[i]) {
					t.Errorf("the group %q gives the group %q the right to sync: %t", group, asked[i].Groups, allowed)
				}
			}
		})
	}
}

// TestTokenWithoutPrefix uses a map that names groups as the cluster does, with a prefix. Argo CD sees the groups of a
// token, which have none.
func TestTokenWithoutPrefix(t *testing.T) {
	m := fixtures.Minimal()
	m.Spec.Product.ArgoCDProject = "shop"
	m.Spec.Customers[0].Subjects = []v1alpha1.Subject{fixtures.Group("oidc:board"), fixtures.Group("buyers"), fixtures.Group("oidc:role:admin")}
	m.Spec.Customers[0].Handles = nil
	table := route.Table(m, topics.Assign(m, nil, fixtures.Now))
	entry := rbaccsv.EntryOf(v1alpha1.Identities{GroupsPrefix: "oidc:"}, table)
	data, rendered := render(t, []rbaccsv.Entry{entry}, policy{"policy.csv": platform})
	if len(rendered.Refused) != 1 {
		t.Errorf("refused: %v", rendered.Refused)
	}
	asked := []question{
		{"", []string{"board"}, "applications", "sync", "shop/web"}, {"", []string{"oidc:board"}, "applications", "sync", "shop/web"},
		{"", []string{"buyers"}, "applications", "sync", "shop/web"},
	}
	for i, allowed := range data.answers(t, asked) {
		if allowed != (i == 0) {
			t.Errorf("a token with the groups %q may sync: %t", asked[i].Groups, allowed)
		}
	}
}

// TestBuiltIn compares what Argo CD's own roles may do with and without our key.
func TestBuiltIn(t *testing.T) {
	without := policy{"policy.csv": platform}
	with, _ := render(t, shops(), without)
	var questions []question
	for _, subject := range []string{"admin", "role:admin", "role:readonly", "role:ops", "auditor", "platform:ops", "proj:shop:deployer", ""} {
		for _, resource := range resources {
			for _, action := range verbs {
				questions = append(questions, question{Subject: subject, Resource: resource, Action: action, Object: "shop/web"},
					question{Groups: []string{subject}, Resource: resource, Action: action, Object: "shop/web"})
			}
		}
	}
	before, after := without.answers(t, questions), with.answers(t, questions)
	some := 0
	for i := range questions {
		if before[i] != after[i] {
			t.Errorf("%+v was allowed: %t, and is now: %t", questions[i], before[i], after[i])
		}
		if before[i] {
			some++
		}
	}
	if some < len(questions)/8 {
		t.Errorf("only %d of %d answers are yes", some, len(questions))
	}
}

// TestOtherMatchMode tests the time between a change of policy.matchMode and the next rendering.
func TestOtherMatchMode(t *testing.T) {
	for _, modes := range [][2]string{{"glob", "regex"}, {"regex", "glob"}} {
		data, _ := render(t, shops(), policy{"policy.matchMode": modes[0]})
		data["policy.matchMode"] = modes[1]
		var questions []question
		for _, resource := range resources {
			for _, action := range verbs {
				for _, object := range []string{"shop/web", "shop2/web", "myshop/web", "other/shop/web", "other/myshop", "shop"} {
					questions = append(questions, question{Groups: []string{"acme:board"}, Resource: resource, Action: action, Object: object},
						question{Groups: []string{"acme:cashiers"}, Resource: resource, Action: action, Object: object})
				}
			}
		}
		for i, allowed := range data.answers(t, questions) {
			q := questions[i]
			if allowed && !ours(shops(), nil, &q) {
				t.Errorf("rendered for %s and read as %s, %+v is allowed", modes[0], modes[1], q)
			}
		}
	}
}

// TestDormantRights : a line p for a group has no effect in Argo CD until some line g names the group.
func TestDormantRights(t *testing.T) {
	without := policy{"policy.csv": "p, alice, applications, delete, */*, allow\n"}
	entries := shops()
	entries[0].Customers = append(entries[0].Customers, "alice")
	with, rendered := render(t, entries, without)
	asks := []question{{Groups: []string{"alice"}, Resource: "applications", Action: "delete", Object: "other/web"}}
	if before, after := without.answers(t, asks)[0], with.answers(t, asks)[0]; before || after {
		t.Errorf("members of a group alice may delete: before %t, after %t; refused %v", before, after, rendered.Refused)
	}
}
