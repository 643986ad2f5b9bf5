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
	"unicode/utf8"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/visible"
)

// maxName is the maximum length of names and handles, in characters. The CRD has the same bound.
const maxName = 253

func invalidSubject(in *input, found report) {
	for _, role := range in.roles() {
		for _, m := range role.list {
			if child, problem := subjectProblem(m.subject); problem != "" {
				found(m.path().Child(child), describe(m.subject)+" "+problem)
			}
		}
	}
	people := func(role *members, why string) {
		for _, m := range role.list {
			if m.subject.Kind == v1alpha1.SubjectServiceAccount {
				found(m.path().Child("kind"), describe(m.subject)+" "+why)
			}
		}
	}
	people(&in.customers, "is listed as a customer: only people pay; list a system under spec.endUsers")
	people(&in.productOwner, "is listed as product owner: only people own a product")
}

// subjectProblem returns the invalid field of a subject and its problem, or two empty strings.
func subjectProblem(s v1alpha1.Subject) (child, problem string) {
	switch {
	// A map in a file can have no namespace, and then its ServiceAccounts have none either.
	case s.Kind == v1alpha1.SubjectServiceAccount && s.Namespace != "" && !isDNSLabel(s.Namespace):
		return "namespace", "has a namespace that is no DNS label: use at most 63 lower-case letters, digits and '-'"
	case s.Kind == v1alpha1.SubjectServiceAccount && !serviceAccountName.MatchString(s.Name):
		return "name", "is no name of a ServiceAccount: use lower-case letters, digits, '-' and '.', with a letter or digit at both ends of each part"
	case s.Kind != v1alpha1.SubjectServiceAccount && s.Namespace != "":
		return "namespace", "has a namespace, which only a ServiceAccount has: remove it"
	}
	if problem := lineProblem(s.Name); problem != "" {
		return "name", problem
	}
	if strings.HasPrefix(s.Name, "system:") {
		return "name", "belongs to Kubernetes and plays no role: name people and their groups, " +
			"and ServiceAccounts by kind ServiceAccount"
	}
	return "", ""
}

// The API server refuses RoleBindings with other names of ServiceAccounts.
var serviceAccountName = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`)

// isDNSLabel uses no regular expression, because it is called for every topic of every party.
func isDNSLabel(s string) bool {
	const inner = "abcdefghijklmnopqrstuvwxyz0123456789-"
	return s != "" && len(s) <= 63 && strings.Trim(s, inner) == "" && s[0] != '-' && s[len(s)-1] != '-'
}

const invisibleProblem = "holds a line break, a control or an invisible character: remove it"

// lineProblem returns why a text is not one line that every tool can carry, or "".
func lineProblem(s string) string {
	switch {
	case s == "":
		return "is empty"
	case utf8.RuneCountInString(s) > maxName:
		return "is longer than 253 characters"
	case !visible.Line(s):
		return invisibleProblem
	case strings.HasPrefix(s, " ") || strings.HasSuffix(s, " "):
		return "begins or ends with a space: remove it"
	}
	return ""
}
