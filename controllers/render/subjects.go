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

package render

import (
	"cmp"
	"maps"
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

// PartySubjects returns the subjects of parties by role (the value of names.LabelRole). They are the most that a grant
// of that role may have.
func PartySubjects(parties []routing.Party) map[string]map[rbacv1.Subject]bool {
	out := make(map[string]map[rbacv1.Subject]bool, len(names.Roles))
	for _, label := range names.Roles {
		out[label] = make(map[rbacv1.Subject]bool)
		for i := range parties {
			if parties[i].Role == string(names.PartyRole(label)) {
				addSubjects(out[label], parties[i].Subjects)
			}
		}
	}
	return out
}

// GrantSubjects returns the subjects of grants by role (the value of names.LabelRole). They get the rights of their roles in target
// namespaces and in tools, so those who may only read and answer requests are left out.
func GrantSubjects(grants []Grant) map[string]map[rbacv1.Subject]bool {
	out := make(map[string]map[rbacv1.Subject]bool, len(names.Roles))
	for i := range grants {
		if !grants[i].onTopic() {
			continue
		}
		role := grants[i].Role
		if out[role] == nil {
			out[role] = make(map[rbacv1.Subject]bool)
		}
		maps.Copy(out[role], grants[i].Subjects)
	}
	return out
}

func addSubjects(set map[rbacv1.Subject]bool, subjects []routing.Subject) {
	for _, s := range subjects {
		subject := rbacv1.Subject{Kind: s.Kind, Name: s.Name, Namespace: s.Namespace}
		if s.Kind != rbacv1.ServiceAccountKind {
			subject.APIGroup = rbacv1.GroupName
		}
		set[subject] = true
	}
}

// SortedSubjects returns subjects in the order of a RoleBinding.
func SortedSubjects(set map[rbacv1.Subject]bool) []rbacv1.Subject {
	subjects := slices.AppendSeq(make([]rbacv1.Subject, 0, len(set)), maps.Keys(set))
	slices.SortFunc(subjects, func(a, b rbacv1.Subject) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
	return subjects
}
