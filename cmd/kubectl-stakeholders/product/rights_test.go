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

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// till has parties of all roles, one of them outside of its window.
func till() *v1alpha1.StakeholderMap {
	m := fixtures.Minimal()
	m.Spec.Customers[0].Subjects = append(m.Spec.Customers[0].Subjects, fixtures.Group("acme:board"))
	m.Spec.Customers[0].ValidUntil = &metav1.Time{Time: fixtures.Now.Add(36 * time.Hour)}
	later := fixtures.Customer("later", fixtures.User("lea"))
	later.ValidFrom = &metav1.Time{Time: time.Date(2027, time.January, 1, 0, 0, 0, 0, time.UTC)}
	former := fixtures.Customer("former", fixtures.User("fay"))
	former.ValidUntil = &metav1.Time{Time: time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)}
	m.Spec.Customers = append(m.Spec.Customers, later, former)
	m.Spec.EndUsers = append(m.Spec.EndUsers, fixtures.EndUser("ledger", fixtures.ServiceAccount("", "ledger")))
	return m
}

func TestStanding(t *testing.T) {
	t.Parallel()
	const only = "only board may approve budget, and "
	cases := map[string]struct {
		reason, topic, verb string
		who                 product.Identity
		want                bool
		why                 string
	}{
		"user":            {"the map names the user", "budget", "approve", user("cfo@acme.example"), true, "cfo@acme.example speaks for board (customer, until 2026-06-03)"},
		"group":           {"the map names the group", "budget", "approve", user("eve", "acme:board"), true, "eve speaks for board (customer, until 2026-06-03)"},
		"group alone":     {"a group is a subject, too", "budget", "approve", product.Identity{Groups: []string{"acme:board"}}, true, "group acme:board speaks for board (customer, until 2026-06-03)"},
		"stranger":        {"the map does not name the user", "budget", "approve", user("eve"), false, only + "eve speaks for no party of payments/checkout"},
		"user as group":   {"a user is not a group of the same name", "budget", "approve", user("acme:board"), false, only + "acme:board speaks for no party of payments/checkout"},
		"another role":    {"other roles do other things", "budget", "approve", user("dana@vendor.example"), false, only + "dana@vendor.example speaks for dana (product owner)"},
		"too early":       {"the window opens later", "budget", "approve", user("lea"), false, only + "lea speaks for later (customer, from 2027-01-01)"},
		"too late":        {"the window has closed", "budget", "approve", user("fay"), false, only + "fay speaks for former (customer, ended 2026-01-01)"},
		"service account": {"its namespace is that of the map", "usability", "request", user("system:serviceaccount:payments:ledger"), true, "system:serviceaccount:payments:ledger speaks for ledger (end user)"},
		"asks":            {"who may request may ask", "usability", "ask", user("system:serviceaccount:payments:ledger"), true, "system:serviceaccount:payments:ledger speaks for ledger (end user)"},
		"asks about all":  {"that is a right in the namespace", "budget", "ask", user("cfo@acme.example"), false, "budget is no FeatureRequest, so a map lets no party ask about it. Users with the role edit in the namespace may"},
		"triage":          {"who decides triages", "usability", "triage", user("dana@vendor.example"), true, "dana@vendor.example speaks for dana (product owner)"},
		"class":           {"there is no such verb on the topic", "product-vision", "approve", user("dana@vendor.example"), false, "product-vision has the class Consultation, so a map lets no party approve it"},
		"no topic":        {"there is no such topic", "nothing", "approve", user("dana@vendor.example"), false, "payments/checkout has no topic nothing"},
		"default":         {"the default is no topic", "default", "approve", user("dana@vendor.example"), false, "payments/checkout has no topic default"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := declared(t, till()).Standing(tc.topic, tc.verb, tc.who)
			if got.Declared != tc.want || got.Reason != tc.why || got.Declared != (len(got.Parties) > 0) {
				t.Errorf("%s: %+v, want %v %q", tc.reason, got, tc.want, tc.why)
			}
		})
	}
}

func user(name string, groups ...string) product.Identity {
	return product.Identity{User: name, Groups: groups}
}

func TestWithOwnGroups(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason string
		who    product.Identity
		want   []string
	}{
		"user":            {"the API server adds a group", user("eve", "a"), []string{"a", "system:authenticated"}},
		"group":           {"no user is named", product.Identity{Groups: []string{"a"}}, []string{"a"}},
		"service account": {"and more of a ServiceAccount", user("system:serviceaccount:payments:ledger"), []string{"system:authenticated", "system:serviceaccounts", "system:serviceaccounts:payments"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tc.want, tc.who.WithOwnGroups().Groups); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestFilter(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason string
		filter product.Filter
		want   []string
	}{
		"all":      {"an empty filter selects all", product.Filter{}, []string{"board", "later", "former", "cashiers", "ledger", "dana"}},
		"person":   {"also outside of the window", product.Filter{Who: []product.Identity{user("lea")}}, []string{"later"}},
		"several":  {"any of them", product.Filter{Who: []product.Identity{user("lea"), {Groups: []string{"acme:cashiers"}}}}, []string{"later", "cashiers"}},
		"role":     {"only this role", product.Filter{Role: v1alpha1.RoleEndUser}, []string{"cashiers", "ledger"}},
		"expiring": {"those that end, and not those that have ended", product.Filter{Expiring: 48 * time.Hour}, []string{"board"}},
		"later":    {"the end is too far away", product.Filter{Expiring: 24 * time.Hour}, nil},
		"exactly":  {"the end counts", product.Filter{Expiring: 36 * time.Hour}, []string{"board"}},
		"both":     {"everything has to fit", product.Filter{Who: []product.Identity{user("lea")}, Role: v1alpha1.RoleEndUser}, nil},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, row := range tc.filter.Rows(till(), fixtures.Now) {
				got = append(got, row.Name)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestArguments : what who-can prints for programs is what list reads.
func TestArguments(t *testing.T) {
	t.Parallel()
	m := till()
	m.Spec.Customers[0].Subjects = append(m.Spec.Customers[0].Subjects,
		fixtures.User("me"), fixtures.User("group:x"), fixtures.User("user:x"), fixtures.User("user/x"), fixtures.Group("group:x"), fixtures.Group("user:x"))
	p := declared(t, m)
	kinds := map[string]bool{}
	for _, s := range append(p.GrantedSubjects("budget", "approve"), p.GrantedSubjects("usability", "request")...) {
		kinds[s.Kind] = true
		got, err := product.ParseSubject(s.Argument())
		if diff := cmp.Diff(s.Identity(), got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", s.Argument(), err, diff)
		}
	}
	if len(kinds) != 3 {
		t.Errorf("only %v were compared", kinds)
	}
}

func TestAnyMay(t *testing.T) {
	t.Parallel()
	refused, allowed, unchecked := product.GrantedSubject{Confirmed: new(false)}, product.GrantedSubject{Confirmed: new(true)}, product.GrantedSubject{}
	for name, tc := range map[string]struct {
		reason   string
		subjects []product.GrantedSubject
		want     bool
	}{
		"none":      {reason: "no subject may"},
		"refused":   {reason: "what the map says is not in force", subjects: []product.GrantedSubject{refused, refused}},
		"some":      {reason: "one is enough", subjects: []product.GrantedSubject{refused, allowed}, want: true},
		"unchecked": {reason: "the user may not ask, so the map counts", subjects: []product.GrantedSubject{unchecked}, want: true},
	} {
		if got := product.AnyMay(tc.subjects); got != tc.want {
			t.Errorf("%s: %s: got %t", name, tc.reason, got)
		}
	}
}
