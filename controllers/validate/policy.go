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
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/claims"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/visible"
)

// Policy returns everything that makes a policy invalid, in the order of the document. The CRD refuses most of it. The
// operator checks again because a policy can be older than a rule, and because only Go can compile the patterns.
func Policy(spec *v1alpha1.StakeholderPolicySpec) field.ErrorList {
	if spec == nil {
		return nil
	}
	var problems field.ErrorList
	for i := range spec.Topics {
		problems = append(problems, topicProblems(&spec.Topics[i], topicsPath.Index(i))...)
	}
	systems := specPath.Child("handleSystems")
	for i := range spec.HandleSystems {
		problems = append(problems, systemProblems(&spec.HandleSystems[i], systems.Index(i))...)
	}
	problems = append(problems, identityProblems(&spec.Identities, specPath.Child("identities"))...)
	argoCD := specPath.Child("outputs", "argoCD")
	for i, action := range spec.Outputs.ArgoCD.Customers {
		if !IsArgoCDAction(action) {
			problems = append(problems, field.Invalid(argoCD.Child("customers").Index(i), plain(string(action)),
				"an action is sync, or action/<group>/<kind>/<action> such as action/argoproj.io/Rollout/resume, without wildcards"))
		}
	}
	return problems
}

func topicProblems(topic *v1alpha1.Topic, path *field.Path) field.ErrorList {
	if topic.Class != v1alpha1.ClassApproval {
		return nil
	}
	var problems field.ErrorList
	checkApprovalRoles(topic, path, func(path *field.Path, message string) {
		problems = append(problems, field.Forbidden(path, string(v1alpha1.ApprovalRoutedToEndUsers)+": "+message))
	})
	return problems
}

func identityProblems(identities *v1alpha1.Identities, path *field.Path) field.ErrorList {
	return slices.Concat(
		claimProblems(path.Child("usernameClaim"), identities.UsernameClaim),
		claimProblems(path.Child("groupsClaim"), identities.GroupsClaim),
		invisible(path.Child("usernamePrefix"), identities.UsernamePrefix),
		invisible(path.Child("groupsPrefix"), identities.GroupsPrefix),
	)
}

func claimProblems(path *field.Path, name string) field.ErrorList {
	if name == "" || claims.IsName(name) {
		return nil
	}
	return field.ErrorList{field.Invalid(path, plain(name), "not the name of a claim such as email, sub or groups")}
}

// invisible returns the problem of a text with characters that people cannot see.
func invisible(path *field.Path, text string) field.ErrorList {
	if visible.Line(text) {
		return nil
	}
	return field.ErrorList{field.Invalid(path, plain(text), invisibleProblem)}
}

func systemProblems(system *v1alpha1.HandleSystem, path *field.Path) field.ErrorList {
	// Messages of admission contain these texts. The API server drops a message with a line break.
	problems := slices.Concat(invisible(path.Child("example"), system.Example), invisible(path.Child("pattern"), system.Pattern))
	if len(problems) > 0 || system.Pattern == "" {
		return problems
	}
	form, err := compileAnchored(system.Pattern)
	if err != nil {
		return field.ErrorList{field.Invalid(path.Child("pattern"), plain(system.Pattern),
			"no regular expression in Go's (RE2) syntax: "+plain(err.Error()))}
	}
	if system.Example != "" && !form.MatchString(system.Example) {
		return field.ErrorList{field.Invalid(path.Child("example"), plain(system.Example), "the pattern "+plain(system.Pattern)+" does not match it as a whole")}
	}
	return nil
}
