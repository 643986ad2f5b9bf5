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
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/claims"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/topics"
)

// notCarried reports subjects and handles that the operator leaves out of the outputs for enabled tools.
func notCarried(in *input, found report) {
	tools := in.toolsByClaims()
	var approvers map[partyKey]map[string]bool
	if in.policy.Outputs.ManualApprovalGate == v1alpha1.Enabled {
		approvers = in.approvers()
	}
	for _, h := range in.parties {
		if h.Role == v1alpha1.RoleDevelopmentTeam {
			continue
		}
		var all omissions
		for _, t := range tools {
			t.omissions(h, &all)
		}
		if users := approvers[partyKey{h.Role, h.Name}]; users != nil {
			gateOmissions(h, users, &all)
		}
		all.report(found)
	}
}

// omissions collects what several tools leave out of one party. Tools that leave out the same subject share one
// finding.
type omissions []omission

type omission struct {
	path *field.Path
	// text names the subject or handle, and the outputs that leave it out, each with the reason.
	text string
	// remedies say what to do if the reasons do not.
	remedies string
}

func (o *omissions) add(path *field.Path, what, output, problem, remedy string) {
	i := slices.IndexFunc(*o, func(other omission) bool { return other.path.String() == path.String() })
	if i < 0 {
		*o, i = append(*o, omission{path: path, text: what + " is left out of "}), len(*o)
	} else {
		(*o)[i].text += "; and of "
	}
	(*o)[i].text += output + ": it " + problem
	if remedy != "" {
		(*o)[i].remedies += "; " + remedy
	}
}

func (o *omissions) report(found report) {
	for _, at := range *o {
		found(at.path, at.text+at.remedies)
	}
}

// tool is a tool that recognizes people by token claims.
type tool struct {
	// output is what the operator writes for the tool, and system the name of its handles.
	output, system string
	// subjectProblem returns why a subject has no claim that the tool could recognize, or "".
	subjectProblem func(s v1alpha1.Subject) string
	// handleProblem returns why a handle cannot be in the output, or "".
	handleProblem func(value string) string
}

// toolsByClaims returns the tools that have an output for this map.
func (in *input) toolsByClaims() []tool {
	var tools []tool
	if in.policy.Outputs.ArgoCD.Namespace != "" && in.spec.Product.ArgoCDProject != "" {
		tools = append(tools, tool{"Argo CD's policy", claims.ArgoCD, in.argoCDProblem, ArgoCDGroupProblem})
	}
	// Only the cluster knows which target namespaces are Kargo projects, so any target namespace counts.
	targets := &in.spec.TargetNamespaces
	if in.policy.Outputs.Kargo == v1alpha1.Enabled && (len(targets.Names) > 0 || targets.Selector != nil) {
		tools = append(tools, tool{"the ServiceAccounts for Kargo", claims.Kargo, in.kargoProblem, func(string) string { return "" }})
	}
	return tools
}

// omissions checks a party's handles in the tool's system or, if it has none, its subjects.
func (t *tool) omissions(h topics.Party, all *omissions) {
	named := false
	for i, handle := range h.Handles {
		if handle.System != t.system {
			continue
		}
		named = true
		problem, remedy := t.handleProblem(handle.Value), ""
		if len(h.Subjects) == 0 {
			problem, remedy = "belongs to a party without subjects, which has no rights", "add a subject, or remove the handle"
		}
		if problem != "" {
			all.add(pathOf(h).Child("handles").Index(i).Child("value"), fmt.Sprintf("the %s handle %s", t.system, quote(handle.Value)), t.output, problem, remedy)
		}
	}
	if named {
		return
	}
	for i, s := range h.Subjects {
		if problem := t.subjectProblem(s); problem != "" {
			all.add(pathOf(h).Child("subjects").Index(i).Child("name"), describe(s), t.output, problem,
				fmt.Sprintf("give %s a handle of the system %s", quote(h.Name), t.system))
		}
	}
}

func (in *input) argoCDProblem(s v1alpha1.Subject) string {
	if s.Kind == v1alpha1.SubjectUser {
		return "is a user, and Argo CD knows people by their groups"
	}
	claim, problem := claims.OfSubject(in.policy.Identities, s.Kind, s.Name)
	if s.Kind == v1alpha1.SubjectGroup && problem == "" {
		problem = ArgoCDGroupProblem(claim.Value)
	}
	return problem
}

func (in *input) kargoProblem(s v1alpha1.Subject) string {
	_, problem := claims.OfSubject(in.policy.Identities, s.Kind, s.Name)
	return problem
}

// gateOmissions checks a party that receives an approval now. Users are all users who receive the same one.
func gateOmissions(h topics.Party, users map[string]bool, all *omissions) {
	const output = "the approvers for the manual-approval-gate"
	if len(h.Subjects) == 0 {
		all.add(pathOf(h).Child("subjects"), quote(h.Name), output, "has no subjects", "add a user or a group")
	}
	for i, s := range h.Subjects {
		problem := ApproverProblem(s.Kind, s.Name)
		if problem == "" && s.Kind == v1alpha1.SubjectGroup && users[s.Name] {
			problem = "is called like a user who receives the same approval, and the gate keeps one of the two"
		}
		if problem != "" {
			all.add(pathOf(h).Child("subjects").Index(i).Child("name"), describe(s), output, problem, "name users, or another group, for the gate")
		}
	}
}
