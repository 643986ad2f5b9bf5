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

// Values of Assignment.Declared for topics that the map does not declare.
const (
	// FromCatalogue : the catalogue declares the topic.
	FromCatalogue = -1
	// FromPolicy : the policy declares the topic.
	FromPolicy = -2
)

// DevelopmentTeamName names the development team in a routing table. In a map it has no name.
const DevelopmentTeamName = "development-team"

// Party is a party of any role, with the fields that routing needs.
type Party struct {
	Role         v1alpha1.Role
	Name         string
	DisplayName  string
	Organization string
	Segment      v1alpha1.Segment
	Subjects     []v1alpha1.Subject
	Handles      []v1alpha1.Handle
	// onlyTopics has the only topics that the party takes part in. Empty means all topics of its role.
	onlyTopics map[string]bool
}

func (p *Party) takesPartIn(topic string) bool {
	return len(p.onlyTopics) == 0 || p.onlyTopics[topic]
}

// Assignment is a topic with its roles resolved to parties. Each list is sorted by role (customers first) and name, and
// has no duplicates.
type Assignment struct {
	// Topic is the declared topic, with the default for DecidedBy filled in.
	Topic v1alpha1.Topic
	// Declared is the topic's index in the map's spec.topics, FromPolicy or FromCatalogue.
	Declared int
	// To can be empty: no party receives the topic, so it is unroutable.
	To []*Party
	// CC leaves out the parties in To.
	CC []*Party
	// DecidedBy can be empty: no party decides the topic, so it is unroutable.
	DecidedBy  []*Party
	EscalateTo []*Party
}

// roleOrder lists customers first: they pay, so tools ask them first.
var roleOrder = []v1alpha1.Role{
	v1alpha1.RoleCustomer, v1alpha1.RoleEndUser, v1alpha1.RoleProductOwner, v1alpha1.RoleDevelopmentTeam,
}

// Assign resolves every topic of a map to the parties that are valid at a moment, sorted by name. It also returns the
// fallback for everything that no topic names. A nil policy means the defaults. Assign accepts invalid maps: what it
// cannot resolve is empty.
func Assign(
	spec *v1alpha1.StakeholderMapSpec, policy *v1alpha1.StakeholderPolicySpec, now time.Time,
) (assignments []Assignment, fallback Assignment) {
	byRole := parties(spec, now)
	var platforms []v1alpha1.Topic
	if policy != nil {
		platforms = policy.Topics
	}
	all := merge(platforms, spec.Topics)
	assignments = make([]Assignment, len(all))
	for i := range all {
		assignments[i] = assign(*all[i].topic, all[i].declared, byRole)
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
		// Without a product owner, customers stand in for it, so a party can be both recipient and copied.
		if !slices.Contains(a.To, p) {
			a.CC = append(a.CC, p)
		}
	}
	return a
}

// deciders returns the roles that decide a topic, including the default if the topic names none.
func deciders(topic *v1alpha1.Topic) []v1alpha1.Role {
	switch {
	case len(topic.DecidedBy) > 0:
		return topic.DecidedBy
	case topic.Class == v1alpha1.ClassApproval:
		// The recipients decide an approval by their answer.
		return topic.To
	default:
		return []v1alpha1.Role{v1alpha1.RoleProductOwner}
	}
}

// assignFallback routes everything that no topic names. It skips parties that take part in some topics only,
// unless all of them did: then a party that did not ask for it is better than none.
func assignFallback(byRole map[v1alpha1.Role][]*Party) Assignment {
	roles := []v1alpha1.Role{v1alpha1.RoleProductOwner}
	to := resolve(byRole, roles, func(p *Party) bool { return len(p.onlyTopics) == 0 })
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

// resolve lists the parties of some roles. Without a product owner, customers take that role.
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

// Parties lists the parties of a map that are valid at a moment: customers first, then end users, the product owner and
// the development team, each sorted by name.
func Parties(spec *v1alpha1.StakeholderMapSpec, now time.Time) []*Party {
	byRole := parties(spec, now)
	var out []*Party
	for _, role := range roleOrder {
		out = append(out, byRole[role]...)
	}
	return out
}

// parties groups the parties that are valid now by role, sorted by name.
func parties(spec *v1alpha1.StakeholderMapSpec, now time.Time) map[v1alpha1.Role][]*Party {
	byRole := make(map[v1alpha1.Role][]*Party, len(roleOrder))
	for i := range spec.Customers {
		if !spec.Customers[i].ValidAt(now) {
			continue
		}
		byRole[v1alpha1.RoleCustomer] = append(byRole[v1alpha1.RoleCustomer],
			newParty(v1alpha1.RoleCustomer, &spec.Customers[i].Party, ""))
	}
	for i := range spec.EndUsers {
		if !spec.EndUsers[i].ValidAt(now) {
			continue
		}
		byRole[v1alpha1.RoleEndUser] = append(byRole[v1alpha1.RoleEndUser],
			newParty(v1alpha1.RoleEndUser, &spec.EndUsers[i].Party, spec.EndUsers[i].Segment))
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

func newParty(role v1alpha1.Role, p *v1alpha1.Party, segment v1alpha1.Segment) *Party {
	onlyTopics := make(map[string]bool, len(p.Topics))
	for _, topic := range p.Topics {
		onlyTopics[topic] = true
	}
	return &Party{
		Role: role, Name: p.Name, DisplayName: p.DisplayName, Organization: p.Organization, Segment: segment,
		Subjects: p.Subjects, Handles: p.Handles, onlyTopics: onlyTopics,
	}
}
