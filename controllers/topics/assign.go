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

package topics

import (
	"cmp"
	"slices"
	"time"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// Declared of an assignment whose topic the map does not declare itself.
const (
	// FromCatalogue : the topic is the catalogue's.
	FromCatalogue = -1
	// FromPolicy : the topic is the policy's.
	FromPolicy = -2
)

// DevelopmentTeamName is the name under which the development team, which has none in a map, stands
// in a routing table.
const DevelopmentTeamName = "development-team"

// Party is a party of any role, in the one shape that routing needs.
type Party struct {
	Role         v1alpha1.Role
	Name         string
	DisplayName  string
	Organization string
	Segment      v1alpha1.Segment
	Subjects     []v1alpha1.Subject
	Handles      []v1alpha1.Handle
	// narrowed has the only topics that the party takes part in. Empty: all that its role has to do with.
	narrowed map[string]bool
}

func (p *Party) takesPartIn(topic string) bool {
	return len(p.narrowed) == 0 || p.narrowed[topic]
}

// Assignment is a topic with its roles resolved to parties. Each list is sorted by role (customers
// first) and name, and names nobody twice.
type Assignment struct {
	// Topic as it is declared, with DecidedBy filled in where it is left out.
	Topic v1alpha1.Topic
	// Declared is the topic's index in the map's spec.topics, FromPolicy or FromCatalogue.
	Declared int
	// To may be empty, which makes the topic unroutable.
	To []*Party
	// CC leaves out those who stand under To.
	CC []*Party
	// DecidedBy may be empty, which makes the topic unroutable.
	DecidedBy  []*Party
	EscalateTo []*Party
}

// roleOrder puts customers first, because those with the cheque books come first.
var roleOrder = []v1alpha1.Role{
	v1alpha1.RoleCustomer, v1alpha1.RoleEndUser, v1alpha1.RoleProductOwner, v1alpha1.RoleDevelopmentTeam,
}

// Assign resolves every topic of a map to the parties that are valid at a moment, sorted by name, and the
// fallback for whatever no topic names. A nil policy is the default. It works on invalid maps too: what cannot
// be resolved is empty.
func Assign(
	spec *v1alpha1.StakeholderMapSpec, policy *v1alpha1.StakeholderPolicySpec, now time.Time,
) (assignments []Assignment, fallback Assignment) {
	byRole := parties(spec, now)
	var platforms []v1alpha1.Topic
	if policy != nil {
		platforms = policy.Topics
	}
	all, declared := effective(platforms, spec.Topics)
	assignments = make([]Assignment, len(all))
	for i := range all {
		assignments[i] = assign(all[i], declared[i], byRole)
	}
	return assignments, assignFallback(byRole)
}

func assign(topic v1alpha1.Topic, declared int, byRole map[v1alpha1.Role][]*Party) Assignment {
	pick := func(roles []v1alpha1.Role) []*Party {
		return resolve(byRole, roles, func(p *Party) bool { return p.takesPartIn(topic.Name) })
	}
	topic.DecidedBy = deciders(&topic)
	a := Assignment{
		Topic: topic, Declared: declared,
		To: pick(topic.To), DecidedBy: pick(topic.DecidedBy), EscalateTo: pick(topic.EscalateTo),
	}
	for _, p := range pick(topic.CC) {
		// Without a product owner a copy can come to those who have the original.
		if !slices.Contains(a.To, p) {
			a.CC = append(a.CC, p)
		}
	}
	return a
}

// deciders are the roles that decide a topic, also where it does not say.
func deciders(topic *v1alpha1.Topic) []v1alpha1.Role {
	switch {
	case len(topic.DecidedBy) > 0:
		return topic.DecidedBy
	case topic.Class == v1alpha1.ClassApproval:
		// Those who are asked for a yes or a no decide by giving it.
		return topic.To
	default:
		return []v1alpha1.Role{v1alpha1.RoleProductOwner}
	}
}

// assignFallback answers for what no topic names. A party that has narrowed itself to some topics does
// not want it; only if all have is somebody who did not ask for it better than nobody.
func assignFallback(byRole map[v1alpha1.Role][]*Party) Assignment {
	roles := []v1alpha1.Role{v1alpha1.RoleProductOwner}
	to := resolve(byRole, roles, func(p *Party) bool { return len(p.narrowed) == 0 })
	if len(to) == 0 {
		to = resolve(byRole, roles, func(*Party) bool { return true })
	}
	return Assignment{
		Topic:     v1alpha1.Topic{Name: Fallback, Class: v1alpha1.ClassConsultation, To: roles, DecidedBy: roles},
		Declared:  FromCatalogue,
		To:        to,
		DecidedBy: to,
	}
}

// resolve lists the parties of some roles. With no product owner, what would go to that role goes to
// the customers.
func resolve(byRole map[v1alpha1.Role][]*Party, roles []v1alpha1.Role, keep func(*Party) bool) []*Party {
	wanted := make(map[v1alpha1.Role]bool, len(roles))
	for _, role := range roles {
		if role == v1alpha1.RoleProductOwner && len(byRole[role]) == 0 {
			role = v1alpha1.RoleCustomer
		}
		wanted[role] = true
	}
	var out []*Party
	for _, role := range roleOrder {
		if !wanted[role] {
			continue
		}
		for _, p := range byRole[role] {
			if keep(p) {
				out = append(out, p)
			}
		}
	}
	return out
}

// Parties lists the parties of a map that are valid at a moment: customers first, then end users, the
// product owner and the development team, each sorted by name.
func Parties(spec *v1alpha1.StakeholderMapSpec, now time.Time) []*Party {
	byRole := parties(spec, now)
	var out []*Party
	for _, role := range roleOrder {
		out = append(out, byRole[role]...)
	}
	return out
}

// parties brings the roles of a map into one shape, sorted by name within each role. A party outside its
// window is treated as absent.
func parties(spec *v1alpha1.StakeholderMapSpec, now time.Time) map[v1alpha1.Role][]*Party {
	byRole := make(map[v1alpha1.Role][]*Party, len(roleOrder))
	for i := range spec.Customers {
		if !spec.Customers[i].ValidAt(now) {
			continue
		}
		byRole[v1alpha1.RoleCustomer] = append(byRole[v1alpha1.RoleCustomer],
			fromParty(v1alpha1.RoleCustomer, &spec.Customers[i].Party, ""))
	}
	for i := range spec.EndUsers {
		if !spec.EndUsers[i].ValidAt(now) {
			continue
		}
		byRole[v1alpha1.RoleEndUser] = append(byRole[v1alpha1.RoleEndUser],
			fromParty(v1alpha1.RoleEndUser, &spec.EndUsers[i].Party, spec.EndUsers[i].Segment))
	}
	if po := &spec.ProductOwner; po.Declared() {
		byRole[v1alpha1.RoleProductOwner] = []*Party{{
			Role: v1alpha1.RoleProductOwner, Name: po.Name, DisplayName: po.DisplayName,
			Subjects: po.Subjects, Handles: po.Handles,
		}}
	}
	if team := &spec.DevelopmentTeam; team.Declared() {
		byRole[v1alpha1.RoleDevelopmentTeam] = []*Party{{
			Role: v1alpha1.RoleDevelopmentTeam, Name: DevelopmentTeamName,
			Subjects: team.Subjects, Handles: team.Handles,
		}}
	}
	for _, list := range byRole {
		slices.SortStableFunc(list, func(a, b *Party) int { return cmp.Compare(a.Name, b.Name) })
	}
	return byRole
}

func fromParty(role v1alpha1.Role, p *v1alpha1.Party, segment v1alpha1.Segment) *Party {
	narrowed := make(map[string]bool, len(p.Topics))
	for _, topic := range p.Topics {
		narrowed[topic] = true
	}
	return &Party{
		Role: role, Name: p.Name, DisplayName: p.DisplayName, Organization: p.Organization, Segment: segment,
		Subjects: p.Subjects, Handles: p.Handles, narrowed: narrowed,
	}
}
