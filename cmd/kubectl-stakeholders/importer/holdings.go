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
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// Held says whether a subject has a right.
type Held string

// The values of Held.
const (
	Yes Held = "yes"
	No  Held = "no"
	// Unknown : a role of the subject has unknown rules, which may give it.
	Unknown Held = "unknown"
)

// holdings are the rights of subjects.
type holdings map[v1alpha1.Subject]map[atom]bool

// holdings returns the rights of every subject by some bindings, and the roles whose rules are unknown.
func (r *RBAC) holdings(by *Bindings) (out holdings, unknown []string) {
	out = holdings{}
	by.each(func(namespace string, ref rbacv1.RoleRef, subjects []rbacv1.Subject) {
		rules, known := r.rules(namespace, ref)
		rights := atoms(namespace, rules)
		if !known {
			role := ref.Kind + " " + ref.Name
			unknown = append(unknown, role)
			rights = []atom{{Scope: Scope{Namespace: namespace, Role: role}}}
		}
		for i := range subjects {
			subject := subjectOf(&subjects[i], namespace)
			if out[subject] == nil {
				out[subject] = map[atom]bool{}
			}
			for _, right := range rights {
				out[subject][right] = true
			}
		}
	})
	slices.Sort(unknown)
	return out, slices.Compact(unknown)
}

// has says whether a subject has a right, of its own or as a member of a group.
func (h holdings) has(subject v1alpha1.Subject, right atom) Held {
	held := h.hasItself(subject, right)
	for _, group := range groupsOf(subject) {
		held = either(held, h.hasItself(v1alpha1.Subject{Kind: v1alpha1.SubjectGroup, Name: group}, right))
	}
	return held
}

// either says whether a right is held that one of two things may give.
func either(a, b Held) Held {
	switch {
	case a == Yes || b == Yes:
		return Yes
	case a == Unknown || b == Unknown:
		return Unknown
	default:
		return No
	}
}

const (
	authenticated   = "system:authenticated"
	serviceAccounts = "system:serviceaccounts"
)

// groupsOf returns the groups to which the API server adds a subject. Those of a group are the groups of its members.
func groupsOf(s v1alpha1.Subject) []string {
	switch {
	case s.Kind == v1alpha1.SubjectServiceAccount:
		return []string{serviceAccounts, serviceAccounts + ":" + s.Namespace, authenticated}
	case strings.HasPrefix(s.Name, serviceAccounts+":"):
		return []string{serviceAccounts, authenticated}
	case s.Name == "system:anonymous", s.Name == "system:unauthenticated", s.Name == authenticated:
		return nil
	default:
		return []string{authenticated}
	}
}

func (h holdings) hasItself(subject v1alpha1.Subject, right atom) Held {
	rights := h[subject]
	if rights[right] {
		return Yes
	}
	held := No
	for own := range rights {
		if own.covers(right) {
			return Yes
		}
		if own.Role != "" && right.Role == "" && (own.Namespace == "" || own.Namespace == right.Namespace) {
			held = Unknown
		}
	}
	return held
}
