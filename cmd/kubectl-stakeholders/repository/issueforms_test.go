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

package repository_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/repository"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

type form struct {
	Name        string   `json:"name"`
	Description string   `json:"description"`
	Title       string   `json:"title"`
	Labels      []string `json:"labels"`
	Assignees   []string `json:"assignees"`
	Body        []struct {
		Type       string `json:"type"`
		ID         string `json:"id"`
		Attributes struct {
			Label       string   `json:"label"`
			Description string   `json:"description"`
			Value       string   `json:"value"`
			Options     []string `json:"options"`
		} `json:"attributes"`
		Validations map[string]bool `json:"validations"`
	} `json:"body"`
}

type config struct {
	BlankIssuesEnabled *bool `json:"blank_issues_enabled"`
	ContactLinks       []struct {
		Name  string `json:"name"`
		URL   string `json:"url"`
		About string `json:"about"`
	} `json:"contact_links"`
}

// formsOf parses the two files of a rendering.
func formsOf(tb testing.TB, out repository.Output, path string) (form, config) {
	tb.Helper()
	var f form
	if err := yaml.UnmarshalStrict(contentOf(tb, out, path), &f); err != nil {
		tb.Fatal(err)
	}
	var c config
	if err := yaml.UnmarshalStrict(contentOf(tb, out, configPath), &c); err != nil {
		tb.Fatal(err)
	}
	return f, c
}

func issueForms(t *testing.T, table *routing.RoutingTable, options repository.IssueFormsOptions) (form, config, repository.Output) {
	t.Helper()
	out, err := repository.IssueForms(table, options)
	if err != nil {
		t.Fatal(err)
	}
	f, c := formsOf(t, out, out.Files[1].Path)
	return f, c, out
}

// choices are the options of a form's dropdown.
func (f *form) choices() []string {
	for i := range f.Body {
		if f.Body[i].Type == "dropdown" {
			return f.Body[i].Attributes.Options
		}
	}
	return nil
}

func TestAssignees(t *testing.T) {
	cases := map[string]struct {
		reason string
		mutate func(*v1alpha1.StakeholderMap)
		want   []string
		code   repository.Code
	}{
		"a user":        {"the product owner gets a copy", func(*v1alpha1.StakeholderMap) {}, []string{"Dana"}, ""},
		"a team":        {"GitHub assigns no teams", func(m *v1alpha1.StakeholderMap) { m.Spec.ProductOwner.Handles = handles("github", "@a/b") }, nil, repository.CodeTeam},
		"not on GitHub": {"an address is no user", func(m *v1alpha1.StakeholderMap) { m.Spec.ProductOwner.Handles = handles("email", "a@b.example") }, nil, repository.CodeNoGitHubUser},
		"no product owner": {"customers order no backlog in a public form", func(m *v1alpha1.StakeholderMap) {
			m.Spec.Engagement, m.Spec.ProductOwner = v1alpha1.EngagementDirect, v1alpha1.ProductOwner{}
		}, nil, repository.CodeNoParty},
		"others decide too": {"customers are not assigned", func(m *v1alpha1.StakeholderMap) {
			m.Spec.Topics = []v1alpha1.Topic{{Name: "feature-request", Class: v1alpha1.ClassFeatureRequest, To: fixtures.Roles("EndUser"), DecidedBy: fixtures.Roles("Customer", "ProductOwner")}}
		}, []string{"Dana"}, ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			m := onGitHub()
			tc.mutate(m)
			f, _, out := issueForms(t, tableOf(t, m), repository.IssueFormsOptions{LinkBases: map[string]string{"github": "https://github.com/"}})
			if diff := cmp.Diff(tc.want, f.Assignees); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
			if codes := codesOf(out); (tc.code != "") != (len(codes[tc.code]) == 1) || tc.code == "" && len(codes) > 0 {
				t.Errorf("%s: findings %v", tc.reason, out.Findings)
			}
		})
	}
}

func TestContactLinks(t *testing.T) {
	bases := map[string]string{"slack": "https://slack.com/app_redirect?team=T0123&channel=", "email": "https://mail.acme.example/compose?to=", "forum": "https://forum.acme.example/c/"}
	cases := map[string]struct {
		reason  string
		handles []v1alpha1.Handle
		bases   map[string]string
		want    []string
	}{
		"a channel":            {"the base says where channels are", handles("slack", "#tills"), bases, []string{"https://slack.com/app_redirect?team=T0123&channel=tills"}},
		"a URL":                {"it leads there by itself, and comes before what needs a base", handles("email", "a@b.example", "forum", "https://forum.acme.example/c/tills?x=1", "slack", "#tills"), bases, []string{"https://forum.acme.example/c/tills?x=1"}},
		"an address":           {"GitHub links to no mailto", handles("email", "a@b.example"), nil, nil},
		"an address with base": {"a page to write to it is a page", handles("email", "a@b.example"), bases, []string{"https://mail.acme.example/compose?to=a%40b.example"}},
		"no base":              {"a name is no page", handles("slack", "#tills"), nil, nil},
		"more than a name":     {"no handle changes the host, the path or the query", handles("slack", "#../a?b=c&d e/f%"), bases, []string{"https://slack.com/app_redirect?team=T0123&channel=..%2Fa%3Fb%3Dc%26d%20e%2Ff%25"}},
		"a path":               {"no handle leads to another path", handles("forum", "../a b/c?d"), bases, []string{"https://forum.acme.example/c/..%2Fa%20b%2Fc%3Fd"}},
		"the way up":           {"a browser takes two dots for the folder above", handles("forum", ".."), bases, nil},
		"a script":             {"only http and https are pages", handles("web", "javascript:alert(1)"), bases, nil},
		"a password":           {"what looks like one host leads to another", handles("web", "https://acme.example@evil.example/"), bases, nil},
		"no host":              {"it leads nowhere", handles("web", "https:///a"), bases, nil},
		"a quote":              {"no URL holds one", handles("web", `https://a.example/"onclick`), bases, nil},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			m := onGitHub()
			m.Spec.EndUsers[0].Handles = tc.handles
			_, c, out := issueForms(t, tableOf(t, m), repository.IssueFormsOptions{LinkBases: tc.bases})
			var got []string
			for _, link := range c.ContactLinks {
				got = append(got, link.URL)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
			if notLinked := len(codesOf(out)[repository.CodeNotLinked]); (notLinked == 1) != (tc.want == nil) {
				t.Errorf("%s: findings %v", tc.reason, out.Findings)
			}
		})
	}
}

// TestContactLinksToEndUsersOnly renders a topic that customers receive too. No link may lead the public to them.
func TestContactLinksToEndUsersOnly(t *testing.T) {
	m := onGitHub()
	m.Spec.Topics = []v1alpha1.Topic{{Name: "ideas", Class: v1alpha1.ClassFeatureRequest, To: fixtures.Roles("Customer", "EndUser")}}
	m.Spec.Customers[0].Handles = handles("web", "https://board.acme.example/")
	m.Spec.EndUsers = append(m.Spec.EndUsers, m.Spec.EndUsers[0])
	m.Spec.EndUsers[0].Handles = handles("web", "https://tills.acme.example/")
	m.Spec.EndUsers[1].Name, m.Spec.EndUsers[1].Handles = "guards", handles("web", "https://tills.acme.example/")
	f, c, out := issueForms(t, tableOf(t, m), repository.IssueFormsOptions{Topic: "ideas", Labels: []string{"idea", "triage"}, BlankIssues: true})
	if len(c.ContactLinks) != 1 || c.ContactLinks[0].URL != "https://tills.acme.example/" || c.ContactLinks[0].Name != "Talk to cashiers and guards" {
		t.Errorf("links are %v, want one to the page of both end users", c.ContactLinks)
	}
	if !*c.BlankIssuesEnabled || f.Name != "Ideas" || out.Files[1].Path != repository.IssueTemplates+"/ideas.yml" || !cmp.Equal(f.Labels, []string{"idea", "triage"}) {
		t.Errorf("the form is %v, in %s", f, out.Files[1].Path)
	}
	if diff := cmp.Diff([]string{"cashiers", "guards", "A person who is not listed"}, f.choices()); diff != "" {
		t.Errorf("choices (-want +got):\n%s", diff)
	}
}

// TestChoices renders names that GitHub refuses, or would render as Markdown in the issue.
func TestChoices(t *testing.T) {
	m := onGitHub()
	m.Spec.EndUsers = nil
	for name, display := range map[string]string{
		"a": "@everyone", "b": "Everyone", "c": "none", "d": "a person who is not listed", "e": "yes", "f": "see www.evil.example or https://evil.example/a", "g": "GH-12 #7 :tada:",
		"h": "<img src=x>", "i": "Žaneta's team, Ltd.", "j": "1. first", "k": "\u202e\uff20dana", "l": "***", "m": "[x](y)", "n": "`a`", "o": "co-op",
	} {
		user := fixtures.EndUser(name, fixtures.Group("g"+name))
		user.DisplayName = display
		m.Spec.EndUsers = append(m.Spec.EndUsers, user)
	}
	robot := fixtures.EndUser("robot", fixtures.ServiceAccount("payments", "robot"))
	robot.Segment = v1alpha1.SegmentSystem
	m.Spec.EndUsers = append(m.Spec.EndUsers, robot)
	f, _, out := issueForms(t, tableOf(t, m), repository.IssueFormsOptions{})
	want := []string{
		"everyone", "yes", "see www evil example or https evil example a", "GH 12 7 tada", "img src x", "Žaneta's team, Ltd.", "1 first", "dana",
		"x y", "a", "co-op", "A person who is not listed",
	}
	if diff := cmp.Diff(want, f.choices()); diff != "" {
		t.Errorf("choices (-want +got):\n%s", diff)
	}
	// These are "Everyone", "none", "a person who is not listed" and the three asterisks.
	if refused := codesOf(out)[repository.CodeNotCarried]; len(refused) != 4 {
		t.Errorf("not carried: %v", refused)
	}
}

func TestIssueFormsOptions(t *testing.T) {
	m := onGitHub()
	m.Spec.Topics = []v1alpha1.Topic{{Name: "config", Class: v1alpha1.ClassFeatureRequest, To: fixtures.Roles("EndUser")}}
	for name, options := range map[string]repository.IssueFormsOptions{
		"an approval": {Topic: "budget"}, "a consultation": {Topic: "requirements"}, "no topic": {Topic: "wishes"}, "the default": {Topic: "default"},
		"the file of the links": {Topic: "config"}, "a path": {Topic: "../x"},
		"a comma": {Labels: []string{"a,b"}}, "no label": {Labels: []string{""}}, "a line break": {Labels: []string{"a\nb"}}, "a long label": {Labels: []string{strings.Repeat("a", 51)}}, "a label twice": {Labels: []string{"a", "A"}},
		"mailto": {LinkBases: map[string]string{"email": "mailto:"}}, "no base": {LinkBases: map[string]string{"slack": ""}},
	} {
		if _, err := repository.IssueForms(tableOf(t, m), options); !errors.Is(err, repository.ErrOptions) {
			t.Errorf("%s: the error is %v", name, err)
		}
	}
}
