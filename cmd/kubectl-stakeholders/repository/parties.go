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
	"maps"
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

// partiesOf returns all parties of a role in the table, sorted by name and without duplicates.
func partiesOf(table *routing.RoutingTable, role string) []routing.Party {
	return partiesIn(slices.Concat(table.Topics, []routing.Topic{table.Default}), role)
}

// partiesIn returns all parties of a role in some topics, sorted by name and without duplicates.
func partiesIn(topics []routing.Topic, role string) []routing.Party {
	byName := map[string]routing.Party{}
	for i := range topics {
		topic := &topics[i]
		for _, party := range slices.Concat(topic.To, topic.CC, topic.DecidedBy, topic.EscalateTo) {
			if _, seen := byName[party.Name]; party.Role == role && !seen {
				byName[party.Name] = party
			}
		}
	}
	return slices.SortedFunc(maps.Values(byName), func(a, b routing.Party) int { return cmp.Compare(a.Name, b.Name) })
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
