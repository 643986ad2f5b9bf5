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

package product_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

func declared(t *testing.T, m *v1alpha1.StakeholderMap) *product.Product {
	t.Helper()
	p, err := product.Declared(m, nil, fixtures.Now)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// document is the published table of a map in which mallory is the customer, and its revision.
func document(t *testing.T) (content, revision string) {
	t.Helper()
	m := fixtures.Minimal()
	m.Spec.Customers[0].Subjects = []v1alpha1.Subject{fixtures.User("mallory")}
	p := declared(t, m)
	content, err := p.Table.Seal()
	if err != nil {
		t.Fatal(err)
	}
	return content, p.Table.Revision
}

func TestTakePublished(t *testing.T) {
	t.Parallel()
	content, revision := document(t)
	cases := map[string]struct {
		reason   string
		status   v1alpha1.StakeholderMapStatus
		document string
		want     bool
	}{
		"in force": {"the status names the table", v1alpha1.StakeholderMapStatus{RoutingRevision: revision}, content, true},
		"pending":  {"the table is written before the status", v1alpha1.StakeholderMapStatus{RoutingRevision: "sha256:1", PendingRoutingRevision: revision}, content, true},
		"forged":   {"who may write ConfigMaps gives the table a digest that fits", v1alpha1.StakeholderMapStatus{RoutingRevision: "sha256:1"}, content, false},
		"changed":  {"the digest does not fit", v1alpha1.StakeholderMapStatus{RoutingRevision: revision}, content + " ", false},
		"none":     {"there is no table", v1alpha1.StakeholderMapStatus{}, "", false},
		"no table": {"the status names none, nor does the document", v1alpha1.StakeholderMapStatus{}, `{"revision":""}`, false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := declared(t, fixtures.Minimal())
			p.Map.Status = tc.status
			if got := p.TakePublished(tc.document); got != tc.want || got != (p.Basis == product.InForce) {
				t.Errorf("%s: %v, %s", tc.reason, got, p.Basis)
			}
			if got := p.Table.Resolve("budget").To[0].Subjects[0].Name == "mallory"; got != tc.want {
				t.Errorf("%s: the table is the published one: %v", tc.reason, got)
			}
		})
	}
}

func TestTakeStatus(t *testing.T) {
	t.Parallel()
	m := fixtures.Minimal()
	m.Generation = 2
	m.Status.Findings = []v1alpha1.Finding{{Code: v1alpha1.UnmanagedGrant, Level: v1alpha1.LevelWarning, Message: "friend"}}
	m.Status.Conditions = []metav1.Condition{{Type: v1alpha1.ConditionValid, Status: metav1.ConditionTrue, ObservedGeneration: 1}}
	p := declared(t, m)
	p.TakeStatus()
	if len(p.Findings) != 0 {
		t.Errorf("findings of another generation say nothing about this one: %v", p.Findings)
	}
	m.Status.Conditions[0].ObservedGeneration = 2
	p.TakeStatus()
	if diff := cmp.Diff([]string{"friend"}, p.UnmanagedGrants()); diff != "" || len(p.Findings) != 1 {
		t.Errorf("the operator knows more: %v (-want +got):\n%s", p.Findings, diff)
	}
}

func TestNotes(t *testing.T) {
	t.Parallel()
	broken := func() *v1alpha1.StakeholderMap {
		m := fixtures.Minimal()
		m.Spec.Customers[0].ValidUntil = &metav1.Time{Time: fixtures.Now.Add(-time.Hour)}
		return m
	}
	const (
		unroutable = `UnroutableTopic at spec.customers: no party receives the topic "budget": it goes to Customer, and there is no such party, ` +
			`or each is narrowed to other topics or outside its window; add it to the topics of one, or route it elsewhere under spec.topics`
		unread = "You may not read the policy of the platform, so its topics are missing here."
	)
	cases := map[string]struct {
		reason string
		m      *v1alpha1.StakeholderMap
		change func(*product.Product)
		want   []string
	}{
		"file":     {"a file is what the user named", fixtures.Minimal(), func(*product.Product) {}, nil},
		"in force": {"nothing to add, also if the policy is unread", fixtures.Minimal(), func(p *product.Product) { p.Basis, p.PolicyUnread = product.InForce, true }, nil},
		"unreadable": {"the map may differ from what is in force", fixtures.Minimal(), func(p *product.Product) { p.Basis, p.PolicyUnread = product.Unreadable, true }, []string{
			"Declared by the map. The table in force cannot be read with your rights.", unread,
		}},
		"unpublished": {"the map is not in force", fixtures.Minimal(), func(p *product.Product) { p.Basis = product.Unpublished }, []string{
			"Declared by the map. The operator has published no table for it.",
		}},
		"another time": {"the map may change until then", fixtures.Minimal(), func(p *product.Product) { p.Basis = product.AnotherTime }, []string{
			"Declared by the map for 2026-06-01T12:00:00Z.",
		}},
		"another policy": {"the policy is not in force", fixtures.Minimal(), func(p *product.Product) { p.Basis = product.AnotherPolicy }, []string{
			"Declared by the map under the policy of --policy. It is not what is in force.",
		}},
		"deleted": {"rights end soon", fixtures.Minimal(), func(p *product.Product) { p.Map.DeletionTimestamp = &metav1.Time{Time: fixtures.Now} }, []string{
			"The map is being deleted.",
		}},
		"invalid": {"one error of each rule shows what is wrong", broken(), func(*product.Product) {}, []string{
			"The map is invalid, so the operator does not put it in force.", unroutable, "The map has 4 more errors. `kubectl stakeholders lint` shows all.",
		}},
		"last valid": {"the answer is an old one", broken(), func(p *product.Product) { p.Basis = product.InForce }, []string{
			"The map is invalid. This answer comes from the last valid table, without the parties that have left the map since.",
			unroutable, "The map has 4 more errors. The status of the map has all.",
		}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := declared(t, tc.m)
			tc.change(p)
			if diff := cmp.Diff(tc.want, p.Notes()); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestLacks(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason string
		topic  string
		basis  product.Basis
		unread bool
		want   bool
	}{
		"listed":          {"the product has it", "budget", product.InForce, false, false},
		"unknown":         {"the table is complete", "bugdet", product.InForce, true, true},
		"default":         {"the default recipient is no topic", routing.DefaultTopic, product.InForce, false, true},
		"of the policy":   {"it can be a topic of the policy", "audit", product.Unreadable, true, false},
		"not of a policy": {"the policy is read, too", "audit", product.Unpublished, false, true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := declared(t, fixtures.Minimal())
			p.Basis, p.PolicyUnread = tc.basis, tc.unread
			if got := p.Lacks(tc.topic); got != tc.want {
				t.Errorf("%s: %v", tc.reason, got)
			}
		})
	}
}

func TestQuorumWords(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason  string
		count   int32
		parties int
		want    string
	}{
		"one of one":   {"there is no choice", 1, 1, "this one approval is enough"},
		"one of three": {"any", 1, 3, "one approval of these 3 parties is enough"},
		"some":         {"at least", 2, 3, "at least 2 of these 3 parties have to approve"},
		"all":          {"every one", 3, 3, "all 3 parties have to approve"},
		"too few":      {"a party has left an invalid map", 2, 1, "2 approvals are needed, but only 1 party can give one now"},
		"none":         {"all parties have left", 1, 0, "no party can approve now"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := product.QuorumWords(&routing.Quorum{Count: tc.count}, tc.parties); got != tc.want {
				t.Errorf("%s: %q, want %q", tc.reason, got, tc.want)
			}
		})
	}
}
