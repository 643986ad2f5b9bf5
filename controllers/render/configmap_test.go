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
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// keyPattern is the API server's rule for the keys of a ConfigMap.
var keyPattern = regexp.MustCompile(`^[-._a-zA-Z0-9]+$`)

func data(t *testing.T, m *v1alpha1.StakeholderMap) map[string]string {
	t.Helper()
	return dataUnder(t, m, nil)
}

func dataUnder(t *testing.T, m *v1alpha1.StakeholderMap, policy *v1alpha1.StakeholderPolicySpec) map[string]string {
	t.Helper()
	return configMapOf(t, m, policy).Data
}

// flatKeysMap has two of everything that a flat key merges.
func flatKeysMap() *v1alpha1.StakeholderMap {
	m := fixtures.Minimal()
	second := fixtures.Customer("second", fixtures.User("cto@acme.example"), fixtures.Group("zz"), fixtures.Group("aa"))
	second.Handles = []v1alpha1.Handle{{System: "slack", Value: "#b"}, {System: "email", Value: "same@acme.example"}}
	m.Spec.Customers = append(m.Spec.Customers, second)
	m.Spec.Customers[0].Handles = []v1alpha1.Handle{{System: "slack", Value: "#a"}, {System: "email", Value: "same@acme.example"}}
	m.Spec.EndUsers[0].Subjects = append(m.Spec.EndUsers[0].Subjects,
		fixtures.ServiceAccount("payments", "ledger"), fixtures.User("zoe"), fixtures.User("abe"))
	m.Spec.ProductOwner.Handles = nil
	m.Spec.EndUsers[0].Handles = []v1alpha1.Handle{{System: "teams", Value: "Feedback, all"}}
	m.Spec.Topics = []v1alpha1.Topic{
		{Name: "rollout", Class: v1alpha1.ClassApproval, To: fixtures.Roles(v1alpha1.RoleProductOwner)},
		{Name: "chat", Class: v1alpha1.ClassConsultation, To: fixtures.Roles(v1alpha1.RoleCustomer, v1alpha1.RoleEndUser)},
	}
	return m
}

func TestFlatKeys(t *testing.T) {
	got := data(t, flatKeysMap())
	cases := map[string]struct {
		reason string
		want   string
	}{
		"budget.to.users":           {"one value a line, sorted, without a line break at the end", "cfo@acme.example\ncto@acme.example"},
		"budget.to.groups":          {"sorted, whatever the map's order", "aa\nzz"},
		"budget.to.slack":           {"a handle of each party", "#a\n#b"},
		"budget.to.email":           {"a value that two parties share stands there once", "same@acme.example"},
		"usability.to.users":        {"a ServiceAccount has the name that the API server gives it", "abe\nsystem:serviceaccount:payments:ledger\nzoe"},
		"usability.to.groups":       {"groups stand apart from users", "acme:cashiers"},
		"usability.to.teams":        {"a value is written as it is", "Feedback, all"},
		"rollout.to.users":          {"a topic of the map's own has its keys", "dana@vendor.example"},
		"rollout.to.groups":         {"the key is there when there are no groups", ""},
		"chat.to.users":             {"all roles of a topic come together", "abe\ncfo@acme.example\ncto@acme.example\nsystem:serviceaccount:payments:ledger\nzoe"},
		"approvals.to.users":        {"only the recipients of an approval", "cfo@acme.example\ncto@acme.example\ndana@vendor.example"},
		"approvals.to.groups":       {"only the recipients of an approval", "aa\nzz"},
		"approvals.to.slack":        {"only the recipients of an approval", "#a\n#b"},
		"feature-requests.to.users": {"only the recipients of a feature request", "abe\nsystem:serviceaccount:payments:ledger\nzoe"},
		"feature-requests.to.teams": {"only the recipients of a feature request", "Feedback, all"},
		"default.to.users":          {"the recipients of what no topic names", "dana@vendor.example"},
		"default.to.groups":         {"the key is there when there are no groups", ""},
	}
	for key, tc := range cases {
		t.Run(key, func(t *testing.T) {
			value, there := got[key]
			if !there {
				t.Fatalf("%s: there is no such key", tc.reason)
			}
			if diff := cmp.Diff(tc.want, value); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
	for _, key := range []string{"rollout.to.slack", "usability.to.slack", "feature-requests.to.slack", "default.to.email", "consultations.to.users"} {
		if value, there := got[key]; there {
			t.Errorf("there is a key %s with %q, though no party is reached there", key, value)
		}
	}
}

// TestKeys computes the keys independently, and compares.
func TestKeys(t *testing.T) {
	m := flatKeysMap()
	table := tableOf(m)
	want := []string{"routing.json", "approvals.to.slack", "approvals.to.email", "feature-requests.to.teams"}
	names := []string{"approvals", "feature-requests", "default"}
	for i := range table.Topics {
		name := table.Topics[i].Name
		names = append(names, name)
		systems := make(map[string]bool)
		for _, p := range table.Topics[i].To {
			for _, h := range p.Handles {
				systems[h.System] = true
			}
		}
		for system := range systems {
			want = append(want, name+".to."+system)
		}
	}
	for _, name := range names {
		want = append(want, name+".to.users", name+".to.groups")
	}
	var got []string
	for key := range data(t, m) {
		got = append(got, key)
		if !keyPattern.MatchString(key) {
			t.Errorf("the API server refuses the key %q", key)
		}
	}
	if diff := cmp.Diff(want, got, cmpopts.SortSlices(strings.Compare)); diff != "" {
		t.Errorf("keys (-want +got):\n%s", diff)
	}
}

// TestKeysHaveOneSource gives topics and systems the names of each other's keys, as far as the CRD allows, and checks
// that every value is under the right key.
func TestKeysHaveOneSource(t *testing.T) {
	m := fixtures.Minimal()
	names := []string{"a", "a-to", "to", "users", "groups", "approval", "approvals-to", "feature-request-s", "routing", "json", "routing-json", "defaults"}
	systems := []string{"to", "to-users", "user", "group", "json", "default", "approvals", "a", "users-to"}
	for i, name := range names {
		// Each topic has a customer of its own as recipient, with a value that no other party has.
		party := fixtures.Customer(fmt.Sprintf("party-%d", i), fixtures.User("only-"+name))
		party.Topics = []string{name}
		for _, system := range systems {
			party.Handles = append(party.Handles, v1alpha1.Handle{System: system, Value: name + " at " + system})
		}
		m.Spec.Customers = append(m.Spec.Customers, party)
		m.Spec.Topics = append(m.Spec.Topics, v1alpha1.Topic{
			Name: name, Class: v1alpha1.ClassConsultation, To: fixtures.Roles(v1alpha1.RoleCustomer),
		})
	}
	m.Spec.Customers[0].Topics = []string{"budget", "delivery-date", "scope-change", "release", "process-change"}
	got := dataUnder(t, m, gate)
	for _, name := range names {
		if diff := cmp.Diff("only-"+name, got[name+".to.users"]); diff != "" {
			t.Errorf("users of %s (-want +got):\n%s", name, diff)
		}
		for _, system := range systems {
			if diff := cmp.Diff(name+" at "+system, got[name+".to."+system]); diff != "" {
				t.Errorf("%s of %s (-want +got):\n%s", system, name, diff)
			}
		}
	}
	if _, err := routing.Parse([]byte(got[routing.DocumentKey])); err != nil {
		t.Errorf("the document was overwritten: %v", err)
	}
}
