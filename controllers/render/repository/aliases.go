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
	"regexp"
	"slices"
	"strings"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
)

// OwnersAliasesPath is where OwnersAliases has its file, in the only place where Prow looks.
const OwnersAliasesPath = "OWNERS_ALIASES"

// OwnersAliasesOptions are there to say that the file is wanted.
type OwnersAliasesOptions struct{}

// aliasName keeps to what every alias is made of: lower-case, as Prow compares.
var aliasName = regexp.MustCompile(`^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$`)

// aliasRoles are the aliases for roles.
var aliasRoles = []struct{ role, suffix string }{
	{roleCustomer, "customers"}, {roleEndUser, "end-users"}, {roleProductOwner, "product-owner"}, {roleDevelopmentTeam, "development-team"},
}

// OwnersAliases renders an OWNERS_ALIASES file: an alias for each role, <map>-customers, <map>-end-users,
// <map>-product-owner and <map>-development-team; and one for each topic, <map>-<topic>-approvers of those who
// approve, <map>-<topic>-triagers of those who triage feature requests, and <map>-<topic>-reviewers of those who are
// consulted.
//
// An alias holds users only: Prow knows no teams there. One that comes to nobody is there all the same, and empty,
// because Prow would take a name that it does not know for somebody's login. There is never an error.
func OwnersAliases(table *routing.RoutingTable, _ OwnersAliasesOptions) (Output, error) {
	var out Output
	aliases := map[string][]string{}
	var empty []string
	add := func(suffix string, parties []routing.Party) {
		alias := table.Source.Name + "-" + suffix
		if !aliasName.MatchString(alias) {
			out.found(OwnersAliasesPath, CodeNotCarried, "the alias "+quoted(alias)+" cannot stand in the file: use lower-case letters, digits and '-' in names of maps and topics")
			return
		}
		aliases[alias] = out.loginsOf(parties)
		if len(aliases[alias]) == 0 {
			empty = append(empty, alias)
		}
	}
	for _, entry := range aliasRoles {
		add(entry.suffix, partiesOf(table, entry.role))
	}
	for i := range table.Topics {
		topic := &table.Topics[i]
		switch topic.Class {
		case classApproval:
			add(topic.Name+"-approvers", topic.To)
		case classFeatureRequest:
			add(topic.Name+"-triagers", topic.DecidedBy)
		default:
			add(topic.Name+"-reviewers", topic.To)
		}
	}
	if len(empty) > 0 {
		slices.Sort(empty)
		out.found(OwnersAliasesPath, CodeNobody, "nobody on GitHub stands in "+strings.Join(empty, ", ")+": what a file OWNERS gives to one of these alone, nobody there can approve")
	}
	content := header(table) + string(marshal(map[string]any{"aliases": aliases}))
	out.Files = []File{{Path: OwnersAliasesPath, Content: []byte(content)}}
	return out.sorted(), nil
}

// loginsOf are the parties that are GitHub users, sorted, each once.
func (o *Output) loginsOf(parties []routing.Party) []string {
	logins := []string{}
	for i := range parties {
		on := accountOf(&parties[i])
		switch {
		case on.user != "":
			// Prow compares without case.
			logins = append(logins, strings.ToLower(on.user))
		case on.team != "":
			o.found(OwnersAliasesPath, CodeTeam, who(&parties[i])+" is the team "+quoted("@"+on.team)+" on GitHub, and an alias holds users only: list its members in the file OWNERS yourself")
		default:
			o.found(OwnersAliasesPath, CodeNoGitHubUser, who(&parties[i])+" "+on.problem)
		}
	}
	return uniqueFold(logins)
}
