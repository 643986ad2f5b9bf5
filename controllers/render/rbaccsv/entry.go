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

// Package rbaccsv renders routing tables to Argo CD's RBAC policy, for all maps of a cluster together. It is pure.
package rbaccsv

import (
	"cmp"
	"maps"
	"slices"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/claims"
)

// Entry is what one map contributes to the policy. The operator keeps one for each map of the cluster, so it is small.
type Entry struct {
	// Source is the map.
	Source routing.Source
	// Project is the name of the Argo CD project. If it is empty, the map contributes nothing.
	Project string
	// Customers, EndUsers and ProductOwner are the groups of each role in Argo CD, sorted and without duplicates.
	Customers, EndUsers, ProductOwner []string
}

// EntryOf returns what a table contributes: the groups of all parties of any topic. The groups of a party are its
// argocd handles or, if it has none, the Groups among its subjects as they appear in a token. Users and ServiceAccounts
// are left out, because Argo CD recognizes people by their groups. A party without subjects has no rights.
func EntryOf(identities v1alpha1.Identities, table *routing.RoutingTable) Entry {
	lists := make([][]routing.Party, 0, 4+4*len(table.Topics))
	for _, topic := range slices.Concat(table.Topics, []routing.Topic{table.Default}) {
		lists = append(lists, topic.To, topic.CC, topic.DecidedBy, topic.EscalateTo)
	}
	return EntryOfParties(identities, table.Source, table.Product.ArgoCDProject, lists...)
}

// EntryOfParties returns what a map with a project and some parties contributes.
func EntryOfParties(identities v1alpha1.Identities, source routing.Source, project string, lists ...[]routing.Party) Entry {
	entry := Entry{Source: source, Project: project}
	if project == "" {
		return entry
	}
	byRole := map[string]map[string]bool{}
	for _, parties := range lists {
		for i := range parties {
			role := parties[i].Role
			if byRole[role] == nil {
				byRole[role] = map[string]bool{}
			}
			for _, group := range groupsOf(identities, &parties[i]) {
				byRole[role][group] = true
			}
		}
	}
	entry.Customers = slices.Sorted(maps.Keys(byRole[string(v1alpha1.RoleCustomer)]))
	entry.EndUsers = slices.Sorted(maps.Keys(byRole[string(v1alpha1.RoleEndUser)]))
	entry.ProductOwner = slices.Sorted(maps.Keys(byRole[string(v1alpha1.RoleProductOwner)]))
	return entry
}

func groupsOf(identities v1alpha1.Identities, party *routing.Party) []string {
	if len(party.Subjects) == 0 {
		return nil
	}
	var out []string
	for _, handle := range party.HandlesOf(claims.ArgoCD) {
		out = append(out, handle.Value)
	}
	if out != nil {
		return out
	}
	for _, subject := range party.Subjects {
		if subject.Kind != string(v1alpha1.SubjectGroup) {
			continue
		}
		if claim, problem := claims.OfGroup(identities, subject.Name); problem == "" {
			out = append(out, claim.Value)
		}
	}
	return out
}

// Intersect returns the groups that are in both entries of one map. It adds no group to the first.
func (e Entry) Intersect(other Entry) Entry {
	if e.Project != other.Project {
		return Entry{Source: e.Source}
	}
	both := func(a, b []string) []string {
		return slices.DeleteFunc(slices.Clone(a), func(group string) bool { return !slices.Contains(b, group) })
	}
	e.Customers, e.EndUsers = both(e.Customers, other.Customers), both(e.EndUsers, other.EndUsers)
	e.ProductOwner = both(e.ProductOwner, other.ProductOwner)
	return e
}

// Equal reports whether two entries contribute the same.
func (e Entry) Equal(other Entry) bool {
	return e.Source == other.Source && e.Project == other.Project && slices.Equal(e.Customers, other.Customers) &&
		slices.Equal(e.EndUsers, other.EndUsers) && slices.Equal(e.ProductOwner, other.ProductOwner)
}

// Compare orders entries by namespace and name of the map.
func Compare(a, b Entry) int {
	return cmp.Or(cmp.Compare(a.Source.Namespace, b.Source.Namespace), cmp.Compare(a.Source.Name, b.Source.Name))
}
