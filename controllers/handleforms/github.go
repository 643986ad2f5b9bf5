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

// Package handleforms defines the form of handles. The CRD and every renderer use the same forms, so a handle that a
// map may have can be rendered. It is pure.
package handleforms

import (
	"regexp"
	"strings"
)

// GitHub is the system of GitHub handles.
const GitHub = "github"

// GitHubForm matches a user, or an organization and the slug of a team, with or without @. The CRD has the same
// expression.
//
// A login has 1 to 39 letters, digits and hyphens. GitHub no longer issues logins that end with a hyphen or have two in
// a row, but old ones exist. The login of an enterprise managed user ends with an underscore and the short code of the
// enterprise. An organization has no underscore, and a team's slug has no dot.
const GitHubForm = `^@?([a-zA-Z0-9][a-zA-Z0-9_-]{0,38}|[a-zA-Z0-9][a-zA-Z0-9-]{0,38}/[a-zA-Z0-9_-]{1,100})$`

var githubForm = regexp.MustCompile(GitHubForm)

// GitHubAccount is a user or a team on GitHub. Exactly one field is set.
type GitHubAccount struct {
	// User is a login, without @.
	User string
	// Team is org/team, without @.
	Team string
}

// ParseGitHub parses a GitHub handle. It returns false for a value that GitHub cannot have.
func ParseGitHub(value string) (GitHubAccount, bool) {
	if !githubForm.MatchString(value) {
		return GitHubAccount{}, false
	}
	name := strings.TrimPrefix(value, "@")
	if strings.Contains(name, "/") {
		return GitHubAccount{Team: name}, true
	}
	return GitHubAccount{User: name}, true
}
