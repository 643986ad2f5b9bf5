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

package repository

import (
	"cmp"
	"slices"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// Roles in a routing table.
const (
	roleCustomer        = string(v1alpha1.RoleCustomer)
	roleEndUser         = string(v1alpha1.RoleEndUser)
	roleProductOwner    = string(v1alpha1.RoleProductOwner)
	roleDevelopmentTeam = string(v1alpha1.RoleDevelopmentTeam)
)

// Classes in a routing table.
const (
	classApproval       = string(v1alpha1.ClassApproval)
	classFeatureRequest = string(v1alpha1.ClassFeatureRequest)
)

// partyKey identifies a party in a table.
type partyKey struct{ role, name string }

// partiesOf returns all parties of a role in the table, sorted by name and without duplicates.
func partiesOf(table *routing.RoutingTable, role string) []routing.Party {
	seen := map[partyKey]bool{}
	var out []routing.Party
	add := func(parties []routing.Party) {
		for i := range parties {
			key := partyKey{parties[i].Role, parties[i].Name}
			if parties[i].Role == role && !seen[key] {
				seen[key] = true
				out = append(out, parties[i])
			}
		}
	}
	for i := range table.Topics {
		eachEntry(&table.Topics[i], add)
	}
	eachEntry(&table.Default, add)
	slices.SortFunc(out, func(a, b routing.Party) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

func eachEntry(topic *routing.Topic, do func([]routing.Party)) {
	do(topic.To)
	do(topic.CC)
	do(topic.DecidedBy)
	do(topic.EscalateTo)
}

// topicNamed returns a topic by name, and false if it does not exist. "default" is the entry for everything that no
// topic names.
func topicNamed(table *routing.RoutingTable, name string) (*routing.Topic, bool) {
	if name == routing.DefaultTopic {
		return &table.Default, true
	}
	topic := table.Resolve(name)
	return &topic, topic.Name == name
}

func label(party *routing.Party) string {
	return cmp.Or(party.DisplayName, party.Name)
}
