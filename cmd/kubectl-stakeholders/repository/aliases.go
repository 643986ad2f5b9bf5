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
	"fmt"
	"regexp"
	"slices"
	"strings"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/handleforms"
)

// OwnersAliasesPath is the path of the file of OwnersAliases. Prow looks only there.
const OwnersAliasesPath = "OWNERS_ALIASES"

// PlaceholderLogin cannot be a login: on GitHub, GitLab and Gitea none starts with a hyphen.
const PlaceholderLogin = "-nobody-"

// OwnersAliasesOptions configure OwnersAliases.
type OwnersAliasesOptions struct {
	// Placeholder is the only member of an alias without parties. The default is PlaceholderLogin. If Prow's
	// configuration does not list the repository under owners.skip_collaborators, Prow drops members who are not
	// collaborators. It then treats the empty alias as if the file OWNERS did not name it. In such a repository,
	// Placeholder must be a collaborator who never approves, such as a robot account.
	Placeholder string
}

// aliasName matches valid aliases. Prow compares in lower case.
var aliasName = regexp.MustCompile(`^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$`)

var aliasRoles = map[v1alpha1.Role]string{
	v1alpha1.RoleCustomer: "customers", v1alpha1.RoleEndUser: "end-users", v1alpha1.RoleProductOwner: "product-owner", v1alpha1.RoleDevelopmentTeam: "development-team",
}

// AliasesOfRoles returns the names of the aliases for the roles of a map.
func AliasesOfRoles(mapName string) map[v1alpha1.Role]string {
	out := map[v1alpha1.Role]string{}
	for role, suffix := range aliasRoles {
		out[role] = mapName + "-" + suffix
	}
	return out
}

// OwnersAliases renders an OWNERS_ALIASES file. It has an alias for each role: <map>-customers, <map>-end-users,
// <map>-product-owner and <map>-development-team. It also has an alias for each topic: <map>-<topic>-approvers with the
// recipients of an approval, <map>-<topic>-triagers with the deciders of a feature request, or <map>-<topic>-reviewers
// with the recipients of a consultation.
//
// Aliases contain only users, because Prow does not support teams there. An alias without parties is rendered too: Prow
// would take an unknown name for a login. Its only member is a placeholder: for an empty alias Prow lets the approvers
// of the parent folders approve, even with no_parent_owners.
//
// The error wraps ErrOptions.
func OwnersAliases(table *routing.RoutingTable, options OwnersAliasesOptions) (Output, error) {
	placeholder, err := options.placeholder()
	if err != nil {
		return Output{}, err
	}
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
			aliases[alias] = []string{placeholder}
			empty = append(empty, alias)
		}
	}
	for role, suffix := range aliasRoles {
		add(suffix, partiesOf(table, string(role)))
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
		out.found(OwnersAliasesPath, CodeNoParty, options.foundNoParty(empty))
	}
	out.Files = []File{yamlFile(OwnersAliasesPath, table, map[string]any{"aliases": aliases})}
	return out.sorted(), nil
}

// placeholder returns the login of the member of empty aliases.
func (o OwnersAliasesOptions) placeholder() (string, error) {
	if o.Placeholder == "" {
		return PlaceholderLogin, nil
	}
	account, ok := handleforms.ParseGitHub(o.Placeholder)
	if !ok || account.User == "" {
		return "", fmt.Errorf("%w: %q, the placeholder in %s, is no user: name a collaborator who never approves, such as a robot account",
			ErrOptions, o.Placeholder, OwnersAliasesPath)
	}
	return strings.ToLower(account.User), nil
}

// foundNoParty returns the message of a finding about aliases without parties.
func (o OwnersAliasesOptions) foundNoParty(empty []string) string {
	message := "no party in " + strings.Join(empty, ", ") + " is a user on GitHub, so "
	if o.Placeholder == "" {
		message += quoted(PlaceholderLogin) + ", which is no GitHub user, is the only member; if Prow's configuration does not list the repository under owners.skip_collaborators, " +
			"Prow drops that member and lets the approvers of the parent folders approve: list it there, or name a collaborator who never approves in the options"
	} else {
		message += quoted(o.Placeholder) + " is the only member; that account must be a collaborator and never approve"
	}
	return message + "; the approvers of the parent folders can approve too where a file OWNERS lacks the option no_parent_owners"
}

// loginsOf returns the logins of parties that are GitHub users, sorted and without duplicates.
func (o *Output) loginsOf(parties []routing.Party) []string {
	logins := []string{}
	for i := range parties {
		if login := o.userOf(OwnersAliasesPath, &parties[i], "and an alias holds users only: list its members in the file OWNERS yourself", ""); login != "" {
			// Prow compares without case.
			logins = append(logins, strings.ToLower(login))
		}
	}
	return uniqueFold(logins)
}
