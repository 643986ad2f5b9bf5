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

	"k8s.io/apimachinery/pkg/util/sets"

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

// Party is a party of any role.
type Party struct {
	*v1alpha1.Party

	Role v1alpha1.Role
	// Index is the party's place in the map's list of customers or end users. It is 0 for other roles.
	Index   int
	Segment v1alpha1.Segment
	// onlyTopics has the only topics that the party takes part in. Empty means all topics of its role. Assign sets it.
	onlyTopics sets.Set[string]
}

func (p *Party) takesPartIn(topic string) bool {
	return len(p.onlyTopics) == 0 || p.onlyTopics.Has(topic)
}

// Assignment is a topic with its roles resolved to parties. Each list is sorted by role (customers first) and name, and
// has no duplicates.
type Assignment struct {
	// Topic is the declared topic, with the default for DecidedBy filled in.
	Topic *v1alpha1.Topic
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

// Assignments has the parties and topics of a map at a moment. It shares memory with the map, the policy and the
// catalogue, so it must not be changed.
type Assignments struct {
	// AllParties are the parties of the map in the order of the document, also those outside of their windows.
	AllParties []Party
	// Parties are those that are valid at the moment: customers first, then end users, the product owner and the development
	// team, each sorted by name.
	Parties []*Party
	// Topics are sorted by name.
	Topics []Assignment
	// Fallback is for everything that no topic names.
	Fallback Assignment
}

// Assign resolves every topic of a map to the parties that are valid at a moment. A nil policy means the defaults. Assign
// accepts invalid maps: what it cannot resolve is empty.
func Assign(m *v1alpha1.StakeholderMap, policy *v1alpha1.StakeholderPolicySpec, now time.Time) *Assignments {
	spec := m.EffectiveSpec()
	parties := Declared(spec)
	valid := validAt(parties, now)
	all := declared(spec, policy)
	out := &Assignments{AllParties: parties, Parties: valid, Topics: make([]Assignment, len(all)), Fallback: assignFallback(valid)}
	for i := range all {
		out.Topics[i] = assign(all[i], valid)
	}
	return out
}

func assign(d declaration, parties []*Party) Assignment {
	pick := func(roles []v1alpha1.Role) []*Party {
		return resolve(parties, roles, func(p *Party) bool { return p.takesPartIn(d.topic.Name) })
	}
	topic := d.topic
	if len(topic.DecidedBy) == 0 {
		topic = new(*d.topic)
		topic.DecidedBy = defaultDeciders(topic)
	}
	a := Assignment{
		Topic: topic, Declared: d.declared,
		To: pick(topic.To), CC: pick(topic.CC), DecidedBy: pick(topic.DecidedBy), EscalateTo: pick(topic.EscalateTo),
	}
	// Without a product owner, customers stand in for it, so a party can be both recipient and copied.
	a.CC = slices.DeleteFunc(a.CC, func(p *Party) bool { return slices.Contains(a.To, p) })
	return a
}

// defaultDeciders returns the roles that decide a topic that names none.
func defaultDeciders(topic *v1alpha1.Topic) []v1alpha1.Role {
	if topic.Class == v1alpha1.ClassApproval {
		// The recipients decide an approval by their answer.
		return topic.To
	}
	return []v1alpha1.Role{v1alpha1.RoleProductOwner}
}

// assignFallback routes everything that no topic names. It skips parties that take part in only some topics. If all
// parties do so, it keeps them, because a party that did not ask for the topic is better than none.
func assignFallback(parties []*Party) Assignment {
	roles := []v1alpha1.Role{v1alpha1.RoleProductOwner}
	to := resolve(parties, roles, func(p *Party) bool { return len(p.onlyTopics) == 0 })
	if len(to) == 0 {
		to = resolve(parties, roles, func(*Party) bool { return true })
	}
	return Assignment{
		Topic:     &v1alpha1.Topic{Name: Fallback, Class: v1alpha1.ClassConsultation, To: roles, DecidedBy: roles},
		Declared:  FromCatalogue,
		To:        to,
		DecidedBy: to,
	}
}

// resolve lists the parties of some roles. Without a product owner, customers take that role.
func resolve(parties []*Party, roles []v1alpha1.Role, keep func(*Party) bool) []*Party {
	if len(roles) == 0 {
		return nil
	}
	standIn := slices.Contains(roles, v1alpha1.RoleProductOwner) &&
		!slices.ContainsFunc(parties, func(p *Party) bool { return p.Role == v1alpha1.RoleProductOwner })
	var out []*Party
	for _, p := range parties {
		if (slices.Contains(roles, p.Role) || standIn && p.Role == v1alpha1.RoleCustomer) && keep(p) {
			out = append(out, p)
		}
	}
	return out
}

// validAt lists the parties that are valid now, in the order of Assignments. Tools ask customers first, because they pay.
func validAt(parties []Party, now time.Time) []*Party {
	out := make([]*Party, 0, len(parties))
	for i := range parties {
		p := &parties[i]
		if !p.ValidAt(now) {
			continue
		}
		if len(p.Topics) > 0 {
			p.onlyTopics = sets.New(p.Topics...)
		}
		out = append(out, p)
	}
	slices.SortStableFunc(out, func(a, b *Party) int {
		return cmp.Or(cmp.Compare(slices.Index(roleOrder, a.Role), slices.Index(roleOrder, b.Role)), cmp.Compare(a.Name, b.Name))
	})
	return out
}

// roleOrder is the order of Declared and of Assignments.
var roleOrder = []v1alpha1.Role{v1alpha1.RoleCustomer, v1alpha1.RoleEndUser, v1alpha1.RoleProductOwner, v1alpha1.RoleDevelopmentTeam}

// Declared lists all parties of a map in the order of the document, also those outside of their windows.
func Declared(spec *v1alpha1.StakeholderMapSpec) []Party {
	out := make([]Party, 0, len(spec.Customers)+len(spec.EndUsers)+2)
	for i := range spec.Customers {
		out = append(out, Party{Party: &spec.Customers[i].Party, Role: v1alpha1.RoleCustomer, Index: i})
	}
	for i := range spec.EndUsers {
		p := &spec.EndUsers[i]
		out = append(out, Party{Party: &p.Party, Role: v1alpha1.RoleEndUser, Index: i, Segment: p.Segment})
	}
	if po := &spec.ProductOwner; po.Declared() {
		party := &v1alpha1.Party{Name: po.Name, DisplayName: po.DisplayName, Subjects: po.Subjects, Handles: po.Handles}
		out = append(out, Party{Party: party, Role: v1alpha1.RoleProductOwner})
	}
	if team := &spec.DevelopmentTeam; team.Declared() {
		party := &v1alpha1.Party{Name: DevelopmentTeamName, Subjects: team.Subjects, Handles: team.Handles}
		out = append(out, Party{Party: party, Role: v1alpha1.RoleDevelopmentTeam})
	}
	return out
}
