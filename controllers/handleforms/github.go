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

// Package handleforms says what a handle of a system looks like. The CRD and every renderer go by it, so that what a map may
// hold is what a file gets. It is pure.
package handleforms

import (
	"regexp"
	"strings"
)

// GitHub is the system of handles on GitHub.
const GitHub = "github"

// GitHubForm is a user, or an organization and a team by its slug, with or without @. The CRD has the same expression.
//
// A login has 1 to 39 letters, digits and hyphens. GitHub issues none that ends with a hyphen or has two in a row any more,
// but knows those that have been there before. The login of a user whom an enterprise manages has an underscore before the
// enterprise's short code. An organization's has none, and a team's slug has no dot.
const GitHubForm = `^@?([a-zA-Z0-9][a-zA-Z0-9_-]{0,38}|[a-zA-Z0-9][a-zA-Z0-9-]{0,38}/[a-zA-Z0-9_-]{1,100})$`

var githubForm = regexp.MustCompile(GitHubForm)

// GitHubAccount is who a party is on GitHub: either a user or a team.
type GitHubAccount struct {
	// User is a login, without @.
	User string
	// Team is an organization and a team, org/team, without @.
	Team string
}

// ParseGitHub reads a handle of the system github. It returns false if GitHub knows nobody of such a name.
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
