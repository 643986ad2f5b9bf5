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

package validate

import (
	"regexp"
	"strings"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// The CRD has the same expression. A star or a brace would make a pattern.
var argoCDAction = regexp.MustCompile(`^(sync|action/[a-z0-9.-]*/[A-Za-z0-9]+/[A-Za-z0-9_-]+)$`)

// IsArgoCDAction reports whether a policy of Argo CD can list an action.
func IsArgoCDAction(action v1alpha1.ArgoCDAction) bool {
	return argoCDAction.MatchString(string(action))
}

// ArgoCDGroupProblem returns why a group's name cannot be in Argo CD's policy, or "". The policy has one namespace of
// names for users, groups, roles and the roles of projects. A group with the name of a role would give its rights to
// every user who has that role.
func ArgoCDGroupProblem(name string) string {
	if problem := lineProblem(name); problem != "" {
		return problem
	}
	switch {
	case strings.HasPrefix(name, "role:"):
		return "is called like one of Argo CD's roles: everybody who has that role would be meant; use another group"
	case strings.HasPrefix(name, "proj:"):
		return "is called like a role of one of Argo CD's projects: everybody who has that role would be meant; use another group"
	case name == "admin":
		return "is called like Argo CD's own administrator: that account would be meant; use another group"
	case strings.Contains(name, "$$"):
		return "holds \"$$\", by which Argo CD tells the parts of a question apart when it remembers the answer: use another group"
	case strings.HasPrefix(name, "#"):
		return "begins with '#', as comments do in Argo CD's policy: use another group"
	}
	return ""
}
