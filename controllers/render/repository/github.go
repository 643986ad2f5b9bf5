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
)

// Systems of handles that the renderers know.
const (
	githubSystem = "github"
	emailSystem  = "email"
)

// maxLogin is the most characters of a login, and of an organisation.
const maxLogin = 39

var (
	githubUser = regexp.MustCompile(`^[A-Za-z0-9](-?[A-Za-z0-9])*$`)
	githubTeam = regexp.MustCompile(`^[A-Za-z0-9](-?[A-Za-z0-9])*/[A-Za-z0-9][A-Za-z0-9_-]{0,99}$`)
	// Narrower than what an address may be: nothing that begins a comment, or ends a word, in CODEOWNERS.
	plainEmail = regexp.MustCompile(`^[A-Za-z0-9._%+-]+@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?([.][A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*[.][A-Za-z]{2,63}$`)
)

// account is who a party is on GitHub. At most one of user and team is there.
type account struct {
	// user is a login, without @.
	user string
	// team is an organisation and a team, org/team, without @.
	team string
	// problem completes a sentence that begins with the party. Empty if the party has an account.
	problem string
}

// accountOf reads a party's handle of the system github.
func accountOf(party *routing.Party) account {
	value := party.Handle(githubSystem)
	name := strings.TrimPrefix(value, "@")
	switch {
	case value == "":
		return account{problem: "has no handle of the system github: add one"}
	case isUser(name):
		return account{user: name}
	case isTeam(name):
		return account{team: name}
	}
	return account{problem: "has the github handle " + quoted(value) + ", which is no user and no team: correct it"}
}

func isUser(name string) bool { return len(name) <= maxLogin && githubUser.MatchString(name) }

func isTeam(name string) bool {
	organisation, _, _ := strings.Cut(name, "/")
	return len(organisation) <= maxLogin && githubTeam.MatchString(name)
}
