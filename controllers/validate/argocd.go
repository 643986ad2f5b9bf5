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
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// ArgoCDSystem is the system of the handle that names a party's group in Argo CD.
const ArgoCDSystem = "argocd"

// ArgoCDGroupProblem says what keeps the name of a group from standing in Argo CD's policy, or "". In the policy one
// name can be a user, a group, a role or a project's role: a group that is called like a role would give to everybody
// who has that role what is meant for the group.
func ArgoCDGroupProblem(name string) string {
	if problem := lineProblem(name); problem != "" {
		return problem
	}
	switch {
	case strings.ContainsAny(name, ",\"'`\\"):
		return "holds a quote, a comma or a backslash, which would break Argo CD's policy: use a group without them"
	case strings.HasPrefix(name, "role:"):
		return "is called like one of Argo CD's roles: everybody who has that role would be meant; use another group"
	case strings.HasPrefix(name, "proj:"):
		return "is called like a role of one of Argo CD's projects: whoever has that role would be meant; use another group"
	case name == "admin":
		return "is called like Argo CD's own administrator: that account would be meant; use another group"
	case strings.Contains(name, "$$"):
		return "holds \"$$\", by which Argo CD tells the parts of a question apart when it remembers the answer: use another group"
	case strings.HasPrefix(name, "#"):
		return "begins with '#', as comments do in Argo CD's policy: use another group"
	}
	return ""
}

// groupNotCarried looks at the groups that stand for the parties of a product in Argo CD: the handle of that system,
// or the groups among the subjects.
func groupNotCarried(in *input, found report) {
	if in.policy.Outputs.ArgoCD.Namespace == "" || in.spec.Product.ArgoCDProject == "" {
		return
	}
	check := func(path *field.Path, what, name string) {
		if problem := ArgoCDGroupProblem(name); problem != "" {
			found(path, fmt.Sprintf("%s %s cannot stand in Argo CD's policy, so it gets nothing there: it %s", what, quote(name), problem))
		}
	}
	for _, h := range in.holders() {
		if h.role == v1alpha1.RoleDevelopmentTeam {
			continue
		}
		named := false
		for i, handle := range h.handles {
			if handle.System == ArgoCDSystem {
				named = true
				check(h.path.Child("handles").Index(i).Child("value"), "the group", handle.Value)
			}
		}
		for i, subject := range h.subjects {
			if !named && subject.Kind == v1alpha1.SubjectGroup {
				check(h.path.Child("subjects").Index(i).Child("name"), "Group", subject.Name)
			}
		}
	}
}
