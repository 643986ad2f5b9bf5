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

package product

import (
	"cmp"
	"slices"
	"strings"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// GrantedSubject is a subject that has a verb on a topic through a party.
type GrantedSubject struct {
	// Kind is User, Group or ServiceAccount.
	Kind string `json:"kind"`
	// Name as the API server knows the subject: "system:serviceaccount:payments:ledger" for a ServiceAccount.
	Name  string    `json:"name"`
	Party PartyRole `json:"party"`
	// Confirmed says whether the API server lets the subject do it. Nil: the user may not ask about others.
	Confirmed *bool `json:"confirmed,omitempty"`
}

// Identity of the subject.
func (g *GrantedSubject) Identity() Identity {
	if g.Kind == string(v1alpha1.SubjectGroup) {
		return Identity{Groups: []string{g.Name}}
	}
	return Identity{User: g.Name}
}

// Argument is the subject as ParseSubject reads it.
func (g *GrantedSubject) Argument() string {
	if g.Kind == string(v1alpha1.SubjectGroup) {
		return groupPrefix + g.Name
	}
	return userPrefix + g.Name
}

// GrantedSubjects are the subjects that have a verb on a topic, sorted by party, kind and name.
func (p *Product) GrantedSubjects(topic, verb string) []GrantedSubject {
	out := []GrantedSubject{}
	grantees := p.Grantees(topic, verb)
	for i := range grantees {
		role := p.partyRole(&grantees[i])
		for _, s := range grantees[i].Subjects {
			out = append(out, GrantedSubject{Kind: s.Kind, Name: SubjectName(s), Party: role})
		}
	}
	slices.SortStableFunc(out, func(a, b GrantedSubject) int {
		return cmp.Or(strings.Compare(a.Party.Name, b.Party.Name), strings.Compare(a.Kind, b.Kind), strings.Compare(a.Name, b.Name))
	})
	return out
}

// AnyMay reports whether the API server does not refuse all of some subjects. One that was not checked counts as not refused.
func AnyMay(subjects []GrantedSubject) bool {
	return slices.ContainsFunc(subjects, func(g GrantedSubject) bool { return g.Confirmed == nil || *g.Confirmed })
}

// SubjectName is how the API server calls a subject.
func SubjectName(s routing.Subject) string {
	if name := s.UserName(); name != "" {
		return name
	}
	return s.Name
}

// WithoutAccount are the names of the parties that have a verb on a topic, but no subject.
func (p *Product) WithoutAccount(topic, verb string) []string {
	var names []string
	for _, party := range p.Grantees(topic, verb) {
		if len(party.Subjects) == 0 {
			names = append(names, party.Name)
		}
	}
	return names
}

// UnmanagedGrants are the messages of the operator about rights on the product that its map does not give.
func (p *Product) UnmanagedGrants() []string {
	var out []string
	for _, f := range p.Map.Status.Findings {
		if f.Code == v1alpha1.UnmanagedGrant {
			out = append(out, f.Message)
		}
	}
	return out
}

// WhyNoSubjects says why no subject has a verb on a topic.
func (p *Product) WhyNoSubjects(topic, verb string) string {
	if without := p.WithoutAccount(topic, verb); len(without) > 0 {
		return "only " + strings.Join(without, ", ") + " may, without an account in the cluster"
	}
	t, _ := p.Topic(topic)
	return p.whyNoParty(t, verb)
}
