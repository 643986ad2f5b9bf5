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
	"maps"
	"strings"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// ApproverGroupPrefix marks a group in the parameters of the manual-approval-gate.
const ApproverGroupPrefix = "group:"

// ApproverProblem returns why the manual-approval-gate cannot get a subject's name, or "". The gate would refuse such a
// name, and the whole approval with it, or would take it for another user.
func ApproverProblem(kind v1alpha1.SubjectKind, name string) string {
	switch {
	case strings.TrimSpace(name) == "":
		return "is blank"
	case strings.Contains(name, "$("):
		return "holds \"$(\", by which a pipeline begins a variable"
	case kind == v1alpha1.SubjectGroup && strings.ContainsAny(name, ": "):
		return "holds a colon or a space, which the gate allows in no group"
	case kind == v1alpha1.SubjectUser && strings.HasPrefix(name, ApproverGroupPrefix):
		return "begins with \"group:\", so that the gate would take it for a group"
	case kind == v1alpha1.SubjectUser && (strings.Contains(name, " :") || strings.Contains(name, ": ")):
		return "holds a colon beside a space, which the gate refuses"
	}
	return ""
}

type partyKey struct {
	role v1alpha1.Role
	name string
}

// approvers returns the parties that receive an approval now. For each party it has the users who receive the same
// approvals.
func (in *input) approvers() map[partyKey]map[string]bool {
	parties := make(map[partyKey]map[string]bool)
	for i := range in.assignments {
		if in.assignments[i].Topic.Class != v1alpha1.ClassApproval {
			continue
		}
		users := make(map[string]bool)
		for _, p := range in.assignments[i].To {
			for _, s := range p.Subjects {
				if s.Kind == v1alpha1.SubjectUser {
					users[s.Name] = true
				}
			}
		}
		for _, p := range in.assignments[i].To {
			key := partyKey{p.Role, p.Name}
			if parties[key] == nil {
				parties[key] = make(map[string]bool)
			}
			maps.Copy(parties[key], users)
		}
	}
	return parties
}
