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

package importer

import (
	"cmp"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
)

// rowKey is what the verbs of a row have in common.
type rowKey struct {
	scope         Scope
	before, after Held
}

// rows compares the rights of every subject, and joins the verbs that change alike. A right that stays is held before and
// after.
func rows(had, has, staying holdings) []Row {
	subjects := subjectsOf(had, has)
	out := make([]Row, 0, len(subjects))
	for _, subject := range subjects {
		verbs := map[rowKey][]string{}
		for _, rights := range []map[atom]bool{had[subject], has[subject]} {
			for right := range rights {
				stays := staying.has(subject, right)
				key := rowKey{right.Scope, either(stays, had.has(subject, right)), either(stays, has.has(subject, right))}
				verbs[key] = append(verbs[key], right.verb)
			}
		}
		for key, list := range verbs {
			slices.SortFunc(list, compareVerbs)
			list = slices.Compact(list)
			right := strings.TrimSpace(strings.Join(list, ", ") + " " + key.scope.String())
			out = append(out, Row{
				Subject: subject, Right: right, Verbs: list, Scope: key.scope, Before: key.before, After: key.after, Change: change(key.before, key.after),
			})
		}
	}
	slices.SortFunc(out, func(a, b Row) int {
		return cmp.Or(compareSubjects(a.Subject, b.Subject), strings.Compare(a.Right, b.Right), cmp.Compare(a.Before, b.Before), cmp.Compare(a.After, b.After))
	})
	return out
}

// Concerning returns the bindings that give something to a subject of the proof about a map.
func (r *RBAC) Concerning(p *product.Product, all []rbacv1.ClusterRoleBinding) []rbacv1.ClusterRoleBinding {
	after, _ := inPlace(p, r)
	had, _ := r.holdings(&r.Bindings)
	has, _ := after.holdings(&after.Bindings)
	wanted := map[v1alpha1.Subject]bool{}
	for _, subject := range subjectsOf(had, has) {
		wanted[subject] = true
		for _, group := range groupsOf(subject) {
			wanted[v1alpha1.Subject{Kind: v1alpha1.SubjectGroup, Name: group}] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(all), func(b rbacv1.ClusterRoleBinding) bool {
		return !slices.ContainsFunc(b.Subjects, func(s rbacv1.Subject) bool { return wanted[subjectOf(&s, "")] })
	})
}

func subjectsOf(all ...holdings) []v1alpha1.Subject {
	var out []v1alpha1.Subject
	for _, h := range all {
		for subject := range h {
			out = append(out, subject)
		}
	}
	slices.SortFunc(out, compareSubjects)
	return slices.Compact(out)
}

func change(before, after Held) string {
	switch {
	case before == Unknown, after == Unknown:
		return mayChange
	case before == after:
		return keeps
	case after == Yes:
		return gains
	default:
		return loses
	}
}
