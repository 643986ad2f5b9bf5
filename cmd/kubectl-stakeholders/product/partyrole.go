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
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/words"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/topics"
)

// Phase says where a moment is in the window of a party.
type Phase string

// The values of Phase.
const (
	// Valid : the party has its role.
	Valid Phase = "Valid"
	// NotYet : its window opens later.
	NotYet Phase = "NotYet"
	// Ended : its window has closed.
	Ended Phase = "Ended"
)

// PartyRole is a party of a product and when it has its role.
type PartyRole struct {
	Role        string       `json:"role"`
	Name        string       `json:"name"`
	DisplayName string       `json:"displayName,omitempty"`
	Phase       Phase        `json:"phase"`
	ValidFrom   *metav1.Time `json:"validFrom,omitempty"`
	ValidUntil  *metav1.Time `json:"validUntil,omitempty"`
}

// RoleOf returns the role of a party that a map declares, at a moment.
func RoleOf(p *topics.Party, now time.Time) PartyRole {
	out := PartyRole{
		Role: string(p.Role), Name: p.Name, DisplayName: p.DisplayName, Phase: Valid, ValidFrom: p.ValidFrom, ValidUntil: p.ValidUntil,
	}
	switch {
	case p.ValidAt(now):
	case p.ValidUntil != nil && !now.Before(p.ValidUntil.Time):
		out.Phase = Ended
	default:
		out.Phase = NotYet
	}
	return out
}

// String describes the party in a sentence: "acme-board (customer, until 2027-12-31)".
func (p PartyRole) String() string {
	about := words.Role(p.Role)
	if window := p.Window(); window != "" {
		about += ", " + window
	}
	return p.Name + " (" + about + ")"
}

// Window says in words when the party has its role, or "" if always.
func (p PartyRole) Window() string {
	switch {
	case p.Phase == NotYet:
		return "from " + words.Moment(p.ValidFrom)
	case p.Phase == Ended:
		return "ended " + words.Moment(p.ValidUntil)
	case p.ValidUntil != nil:
		return "until " + words.Moment(p.ValidUntil)
	default:
		return ""
	}
}

// partyRole adds to a party of the table its window, which is in the map. A party that has left an invalid map has none.
func (p *Product) partyRole(party *routing.Party) PartyRole {
	for i := range p.Assigned.AllParties {
		if declared := &p.Assigned.AllParties[i]; string(declared.Role) == party.Role && declared.Name == party.Name {
			return RoleOf(declared, p.At)
		}
	}
	return PartyRole{Role: party.Role, Name: party.Name, DisplayName: party.DisplayName, Phase: Valid}
}

// tableParty is a declared party as a routing table has it, as far as it says who a person is.
func tableParty(p *topics.Party) routing.Party {
	out := routing.Party{Role: string(p.Role), Name: p.Name}
	for _, s := range p.Subjects {
		out.Subjects = append(out.Subjects, routing.Subject{Kind: string(s.Kind), Name: s.Name, Namespace: s.Namespace})
	}
	return out
}
