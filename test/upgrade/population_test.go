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

package upgrade

import (
	"fmt"
	"slices"
	"testing"
	"time"

	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// image is what a request has approved.
const image = "registry.example/shop/checkout@sha256:0123"

// simpleMaps is how many maps there are beside the special ones.
const simpleMaps = 5

// population is what is in force in a cluster before an upgrade.
type population struct {
	suite *suite.Suite
	maps  []*v1alpha1.StakeholderMap
	// targets are the namespaces that each map reaches beside its own.
	targets map[*v1alpha1.StakeholderMap][]string
	// users who may have a right somewhere, with their groups.
	users map[string][]string
}

// populate fills a cluster with the help of the operator that runs there: a policy, maps with and without target namespaces, one
// with windows, narrowed topics and an approved request, and one that has become invalid.
func populate(t *testing.T, s *suite.Suite) *population {
	t.Helper()
	p := &population{suite: s, targets: make(map[*v1alpha1.StakeholderMap][]string), users: map[string][]string{
		"carla": nil, "eve": nil, "paul": nil, "audra": nil, "sam": nil, "fred": nil, "bo": {"acme:board"},
	}}
	if err := s.Unguard(t.Context(), suite.Unguarded, suite.PolicyRoles); err != nil {
		t.Fatal(err)
	}
	policy, err := s.PutPolicy(t.Context(), &v1alpha1.StakeholderPolicySpec{
		Topics:  []v1alpha1.Topic{{Name: "security-exception", Class: v1alpha1.ClassApproval, To: []v1alpha1.Role{v1alpha1.RoleCustomer}}},
		Outputs: v1alpha1.PolicyOutputs{ManualApprovalGate: v1alpha1.Enabled},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.WaitPolicyInForce(t.Context(), policy); err != nil {
		t.Fatal(err)
	}
	checkout := p.addCheckout(t)
	billing := suite.NewMap(s.NewNamespace(t), "billing")
	target := s.NewTarget(t, billing.Namespace)
	billing.Spec.TargetNamespaces.Names = []string{target}
	p.add(t, billing, target)
	for i := range simpleMaps {
		p.add(t, suite.NewMap(s.NewNamespace(t), fmt.Sprintf("product-%d", i)))
	}
	for _, m := range p.maps {
		s.WaitReady(t, m)
	}
	p.addInvalid(t)
	p.approve(t, checkout)
	return p
}

// add creates a map that reaches some namespaces beside its own.
func (p *population) add(t *testing.T, m *v1alpha1.StakeholderMap, targets ...string) {
	t.Helper()
	p.suite.Create(t, m)
	p.maps, p.targets[m] = append(p.maps, m), targets
}

// addCheckout creates the map with the most features: sam's window is open, fred's has closed, and audra decides on budgets only.
func (p *population) addCheckout(t *testing.T) *v1alpha1.StakeholderMap {
	t.Helper()
	namespace := p.suite.NewNamespace(t)
	m := suite.Selecting(namespace, "checkout", namespace)
	open, closed := new(metav1.NewTime(time.Now().Add(-time.Hour))), new(metav1.NewTime(time.Now().Add(24*time.Hour)))
	m.Spec.Customers = append(m.Spec.Customers,
		v1alpha1.Customer{Party: v1alpha1.Party{Name: "acme", Subjects: []v1alpha1.Subject{{Kind: v1alpha1.SubjectGroup, Name: "acme:board"}}}},
		v1alpha1.Customer{Party: v1alpha1.Party{Name: "auditors", Subjects: suite.Users("audra"), Topics: []string{"budget"}}},
		v1alpha1.Customer{Party: v1alpha1.Party{Name: "seasonal", Subjects: suite.Users("sam"), ValidFrom: open, ValidUntil: closed}},
		v1alpha1.Customer{Party: v1alpha1.Party{Name: "former", Subjects: suite.Users("fred"), ValidUntil: open}},
	)
	var targets []string
	for range 3 {
		targets = append(targets, p.suite.NewTarget(t, namespace, "product", namespace))
	}
	p.add(t, m, targets...)
	p.suite.Create(t, suite.Editor(namespace))
	return m
}

// addInvalid creates a map that was valid once, so that its last valid table is in force.
func (p *population) addInvalid(t *testing.T) {
	t.Helper()
	m := suite.NewMap(p.suite.NewNamespace(t, suite.Unguarded, ""), "invalid")
	p.add(t, m)
	p.suite.WaitReady(t, m)
	p.suite.Edit(t, m, func(s *v1alpha1.StakeholderMapSpec) { s.EndUsers[0].Subjects = suite.Users("eve", "carla") })
	p.suite.WaitFor(t, m, v1alpha1.ConditionAuthorized, metav1.ConditionTrue, v1alpha1.ReasonLastValidKept)
}

// approve opens an image by a request.
func (p *population) approve(t *testing.T, m *v1alpha1.StakeholderMap) {
	t.Helper()
	p.suite.WaitAuthorsChecked(t)
	r := suite.NewRequest(m, "release-1", "release")
	r.Spec.Subject, r.Spec.ValidFor = image, "24h"
	p.suite.Ask(t, r)
	p.suite.Answer(t, r, "carla", v1alpha1.VerdictApprove)
	open := map[string]bool{m.Namespace: true}
	for _, target := range p.targets[m] {
		open[target] = true
	}
	p.suite.WaitOpen(t, "release", image, open)
}

// rights are questions about all rights that users have now.
func (p *population) rights(t *testing.T) []question {
	t.Helper()
	var have []question
	holders := make(map[string]bool)
	for _, q := range p.candidates() {
		yes, err := q.ask(t.Context(), p.suite.Admin)
		if err != nil {
			t.Fatal(err)
		}
		if yes {
			have = append(have, q)
			holders[q.User] = true
		}
	}
	for user := range p.users {
		if holders[user] != (user != "fred") {
			t.Errorf("that %s has rights is %t", user, holders[user])
		}
	}
	return have
}

// candidates are questions about all rights that some user may have.
func (p *population) candidates() []question {
	var out []question
	add := func(user string, groups []string, a authorizationv1.ResourceAttributes) {
		a.Group = "stakeholders.dev"
		groups = slices.Concat(groups, []string{"system:authenticated"})
		out = append(out, question{User: user, Groups: groups, ResourceAttributes: &a})
	}
	for _, m := range p.maps {
		for user, groups := range p.users {
			add(user, groups, authorizationv1.ResourceAttributes{Namespace: m.Namespace, Verb: "get", Resource: "stakeholdermaps", Name: m.Name})
			for _, topic := range []string{"budget", "release", "security-exception", "feature-request", "usability"} {
				for _, verb := range []string{"approve", "request", "triage"} {
					add(user, groups, authorizationv1.ResourceAttributes{
						Namespace: m.Namespace, Verb: verb, Resource: "stakeholdermaps", Subresource: topic, Name: m.Name,
					})
				}
			}
			for _, target := range p.targets[m] {
				for _, resource := range []string{"customers", "endusers", "productowners"} {
					add(user, groups, authorizationv1.ResourceAttributes{Namespace: target, Verb: "act-as", Resource: resource})
				}
			}
		}
		for _, namespace := range append([]string{m.Namespace}, p.targets[m]...) {
			// An approval opens for all users.
			add("anybody", nil, authorizationv1.ResourceAttributes{
				Namespace: namespace, Verb: "use", Resource: "stakeholderrequests", Subresource: "release", Name: image,
			})
		}
	}
	return out
}
