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

package importer

import (
	"cmp"
	"slices"
	"strings"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/repository"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/handleforms"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
)

// takeAliases takes the members of the aliases of the roles, if export has made all of them.
func (d *Draft) takeAliases(aliases map[string][]string) bool {
	members := map[v1alpha1.Role][]string{}
	for role, alias := range repository.AliasesOfRoles(d.Name) {
		all, found := aliases[alias]
		if !found {
			return false
		}
		for _, login := range all {
			if account, ok := handleforms.ParseGitHub(login); ok && account.User != "" {
				members[role] = append(members[role], "@"+account.User)
			}
		}
	}
	d.takeCustomers(members[v1alpha1.RoleCustomer])
	if d.EndUsers = onGitHub(members[v1alpha1.RoleEndUser], maxEndUsers); len(d.EndUsers) > 0 {
		d.EndUserNotes = append(d.EndUserNotes, renameNote)
	}
	d.ProductOwner = onlyMember(members[v1alpha1.RoleProductOwner], "TODO: Which of them is it? The members of the alias are: ")
	d.Team = onlyMember(members[v1alpha1.RoleDevelopmentTeam], "TODO: A party has one handle for each system, such as a team on GitHub. The members of the alias are: ")
	if len(d.Team.Handles) == 0 {
		d.Team.Notes = append(d.Team.Notes, "TODO: Which team on GitHub, or which channel, is it? Or remove developmentTeam.")
	}
	return true
}

// onlyMember is the party of an alias with one member.
func onlyMember(members []string, severalNote string) Party {
	switch len(members) {
	case 0:
		return Party{}
	case 1:
		return Party{Handles: []v1alpha1.Handle{handleOf(members[0])}}
	default:
		return Party{Notes: []string{severalNote + messages.And(members, maxListed) + "."}}
	}
}

// takeSource takes the name of the map from which export has made the files. If there are several, it is the one of the
// given name.
func (d *Draft) takeSource(files []File, name string) bool {
	var sources []routing.Source
	for _, file := range files {
		sources = append(sources, repository.Sources(file.Content)...)
	}
	sources = slices.Compact(sources)
	if len(sources) > 1 {
		others := make([]string, len(sources))
		for i, s := range sources {
			others[i] = s.Name
		}
		d.Notes = append(d.Notes, "The files come from several StakeholderMaps: "+messages.And(others, maxListed)+".")
		sources = slices.DeleteFunc(sources, func(s routing.Source) bool { return s.Name != name })
	}
	if len(sources) != 1 {
		return false
	}
	d.Name, d.Namespace = nameOfMap(sources[0].Name), nameOfMap(sources[0].Namespace)
	d.Product = d.Name
	return true
}

// onGitHub makes a party of each owner of files or member of an alias. Neither file has the names of parties.
func onGitHub(owners []string, most int) []Party {
	used := map[string]bool{}
	out := make([]Party, 0, min(len(owners), most))
	for _, owner := range owners[:min(len(owners), most)] {
		out = append(out, Party{Name: uniqueName(strings.Trim(owner, "@"), used), Handles: []v1alpha1.Handle{handleOf(owner)}})
	}
	return out
}

// exportedOwners returns the team and the product owner of a file of export, and takes the customers.
func (d *Draft) exportedOwners(owners []*codeOwner) (team, productOwner *codeOwner) {
	var customers, deciders []string
	for _, owner := range owners {
		if owner.hasRole(v1alpha1.RoleCustomer) {
			customers = append(customers, owner.name)
		}
		if owner.hasRole(v1alpha1.RoleDevelopmentTeam) {
			team = cmp.Or(team, owner)
		}
		if owner.hasRole(v1alpha1.RoleProductOwner) {
			productOwner = cmp.Or(productOwner, owner)
		}
		if len(owner.roles) == 0 && len(owner.topics) > 0 {
			deciders = append(deciders, owner.name+" about "+messages.And(owner.topics, maxListed))
		}
	}
	d.takeCustomers(customers)
	if len(deciders) > 0 {
		d.CustomerNotes = append(d.CustomerNotes, "Customers, or the product owner, decide: "+messages.And(deciders, maxListed)+".")
	}
	return team, productOwner
}

func (d *Draft) takeCustomers(owners []string) {
	if d.Customers = onGitHub(owners, maxCustomers); len(d.Customers) > 0 {
		d.CustomerNotes = append(d.CustomerNotes, renameNote)
	}
}

const renameNote = "TODO: The file does not have the names of these parties: name them after who they are. Add their subjects in Kubernetes."
