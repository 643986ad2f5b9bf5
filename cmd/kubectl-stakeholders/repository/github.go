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
	"strings"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/handleforms"
)

const emailSystem = "email"

// plainEmail matches a subset of valid addresses: none with a character that starts a comment or ends a word in
// CODEOWNERS.
var plainEmail = regexp.MustCompile(`^[A-Za-z0-9._%+-]+@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?([.][A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*[.][A-Za-z]{2,63}$`)

// accountOf parses the github handle of a party. If there is none, problem says why; it completes a sentence whose
// subject is the party.
func accountOf(party *routing.Party) (account handleforms.GitHubAccount, problem string) {
	value := party.Handle(handleforms.GitHub)
	if value == "" {
		return account, "has no handle of the system github: add one"
	}
	account, ok := handleforms.ParseGitHub(value)
	if !ok {
		return account, "has the github handle " + quoted(value) + ", which is no user and no team: correct it"
	}
	return account, ""
}

// userOf returns the login of a party that is a user on GitHub. Otherwise it returns "" and adds a finding. The text
// ends with ofTeam if the party is a team, and with otherwise if it is not on GitHub.
func (o *Output) userOf(path string, party *routing.Party, ofTeam, otherwise string) string {
	on, problem := accountOf(party)
	switch {
	case problem != "":
		o.found(path, CodeNoGitHubUser, who(party)+" "+problem+otherwise)
	case on.Team != "":
		o.found(path, CodeTeam, who(party)+" is the team "+quoted("@"+on.Team)+" on GitHub, "+ofTeam)
	}
	return on.User
}

// isOnGitHub reports whether a name is @user or @org/team.
func isOnGitHub(name string) bool {
	_, ok := handleforms.ParseGitHub(name)
	return ok && strings.HasPrefix(name, "@")
}
