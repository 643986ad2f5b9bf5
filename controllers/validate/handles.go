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
	"regexp"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/topics"
)

// holder is somebody who has handles.
type holder struct {
	role    v1alpha1.Role
	name    string
	path    *field.Path
	segment v1alpha1.Segment

	subjects []v1alpha1.Subject
	handles  []v1alpha1.Handle
}

// holders lists everybody who can have handles, in the order of the document.
func (in *input) holders() []holder {
	var out []holder
	for i := range in.spec.Customers {
		p := &in.spec.Customers[i].Party
		out = append(out, holder{
			role: v1alpha1.RoleCustomer, name: p.Name, path: customersPath.Index(i), subjects: p.Subjects, handles: p.Handles,
		})
	}
	for i := range in.spec.EndUsers {
		p := &in.spec.EndUsers[i]
		out = append(out, holder{
			role: v1alpha1.RoleEndUser, name: p.Name, path: endUsersPath.Index(i), segment: p.Segment,
			subjects: p.Subjects, handles: p.Handles,
		})
	}
	if po := &in.spec.ProductOwner; po.Declared() {
		out = append(out, holder{
			role: v1alpha1.RoleProductOwner, name: po.Name, path: productOwnerPath, subjects: po.Subjects, handles: po.Handles,
		})
	}
	if team := &in.spec.DevelopmentTeam; team.Declared() {
		out = append(out, holder{
			role: v1alpha1.RoleDevelopmentTeam, name: topics.DevelopmentTeamName, path: developmentTeamPath,
			subjects: team.Subjects, handles: team.Handles,
		})
	}
	return out
}

func invalidHandle(in *input, found report) {
	systems := make(map[string]handleSystem, len(in.policy.HandleSystems))
	for i := range in.policy.HandleSystems {
		if system := &in.policy.HandleSystems[i]; system.Pattern != "" {
			// A policy that is in force has patterns that compile.
			if form, err := wholly(system.Pattern); err == nil {
				systems[system.Name] = handleSystem{form, system}
			}
		}
	}
	for _, h := range in.holders() {
		for i, handle := range h.handles {
			problem := handleProblem(handle)
			if system, known := systems[handle.System]; known && problem == "" {
				problem = system.problem(handle)
			}
			if problem != "" {
				found(h.path.Child("handles").Index(i).Child("value"), "the "+plain(handle.System)+" handle "+quote(handle.Value)+" "+problem)
			}
		}
	}
}

func handleMissing(in *input, found report) {
	for _, h := range in.holders() {
		if h.segment == v1alpha1.SegmentSystem {
			continue
		}
		for i := range in.policy.HandleSystems {
			system := &in.policy.HandleSystems[i]
			if !slices.Contains(system.RequiredFor, h.role) ||
				slices.ContainsFunc(h.handles, func(handle v1alpha1.Handle) bool { return handle.System == system.Name }) {
				continue
			}
			such := ""
			if system.Example != "" {
				such = ", such as " + plain(system.Example)
			}
			found(h.path.Child("handles"), fmt.Sprintf("%s has no %s handle, which the platform's policy requires of every %s: add one%s",
				quote(h.name), plain(system.Name), plain(string(h.role)), such))
		}
	}
}

// handleSystem is a system of the policy with its pattern compiled.
type handleSystem struct {
	form   *regexp.Regexp
	system *v1alpha1.HandleSystem
}

func (s handleSystem) problem(h v1alpha1.Handle) string {
	if s.form.MatchString(h.Value) {
		return ""
	}
	problem := "does not match " + plain(s.system.Pattern) + ", as the platform's policy wants it to: correct it"
	if s.system.Example != "" {
		problem += "; an example is " + plain(s.system.Example)
	}
	return problem
}

// wholly compiles a pattern that has to match the whole of a value.
func wholly(pattern string) (*regexp.Regexp, error) {
	// Alone first: a pattern with an unmatched parenthesis could be one that compiles inside of others.
	if _, err := regexp.Compile(pattern); err != nil {
		return nil, err
	}
	return regexp.Compile(`^(?:` + pattern + `)$`)
}

func handleProblem(h v1alpha1.Handle) string {
	if problem := lineProblem(h.Value); problem != "" {
		return problem
	}
	i := slices.IndexFunc(handleForms, func(f handleForm) bool { return f.system == h.System })
	if i >= 0 && !handleForms[i].form.MatchString(h.Value) {
		return handleForms[i].problem
	}
	return ""
}

// handleForm is what a value of a known system looks like. The CRD has the same expressions.
type handleForm struct {
	system  string
	form    *regexp.Regexp
	problem string
}

var handleForms = []handleForm{
	// The form that the HTML standard gives for addresses, without quotes.
	{"email", regexp.MustCompile(`^[a-zA-Z0-9.!#$%&*+/=?^_{|}~-]+@[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?([.][a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?)*$`),
		"is no e-mail address: use one such as approvals@acme.example"},
	{"slack", regexp.MustCompile(`^[#@]?[^#@, ]+$`),
		"is nothing that Slack knows: use a channel such as #acme-approvals, a member such as @dana, or an id"},
	{"github", regexp.MustCompile(`^@?[a-zA-Z0-9][a-zA-Z0-9-]*(/[a-zA-Z0-9._-]+)?$`),
		"is nothing that GitHub knows: use a user such as @dana or a team such as @acme/procurement"},
	{"argocd", regexp.MustCompile(`^[^,"]+$`),
		"holds a comma or a quote, which would break Argo CD's policy file: use the group claim as it is issued"},
}
