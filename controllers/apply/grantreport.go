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

package apply

import (
	"cmp"
	"maps"
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

// GrantReport describes the changes to the grants of a map in one session.
type GrantReport struct {
	Result
	// Changes lists the subjects that have gained or lost a right, sorted by role and subject.
	Changes []Change
	// Subjects has the subjects that hold a grant now, sorted, by the value of names.LabelRole. It is nil if they are
	// not known.
	Subjects map[string][]rbacv1.Subject
}

// Change describes the rights that one subject has gained and lost under one role.
type Change struct {
	// Role is the value of names.LabelRole.
	Role    string
	Subject rbacv1.Subject
	// Before and After are the rights that the subject had, and has, under this role.
	Before, After map[render.Right]bool
}

// Gained reports whether the subject has a right that it did not have before.
func (c *Change) Gained() bool { return !subset(c.After, c.Before) }

// Lost reports whether the subject had a right that it no longer has.
func (c *Change) Lost() bool { return !subset(c.Before, c.After) }

func subset[K comparable](a, b map[K]bool) bool {
	for right := range a {
		if !b[right] {
			return false
		}
	}
	return true
}

// holding is a subject under one role.
type holding struct {
	role    string
	subject rbacv1.Subject
}

func (h holding) compare(other holding) int {
	return cmp.Or(cmp.Compare(h.role, other.role), compareSubjects(h.subject, other.subject))
}

func compareSubjects(a, b rbacv1.Subject) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name),
		cmp.Compare(a.APIGroup, b.APIGroup))
}

// holdings returns the rights that some grants give to each subject, by role.
func holdings(mapName string, grants map[string]*pair) map[holding]rightSet {
	out := make(map[holding]rightSet)
	for name, p := range grants {
		role := names.GrantRole(mapName, name)
		for s := range p.subjects {
			if len(p.rights) == 0 {
				continue
			}
			h := holding{role, s}
			if out[h] == nil {
				out[h] = make(rightSet)
			}
			maps.Copy(out[h], p.rights)
		}
	}
	return out
}

func changes(before, after map[holding]rightSet) []Change {
	all := slices.AppendSeq(slices.Collect(maps.Keys(before)), maps.Keys(after))
	slices.SortFunc(all, holding.compare)
	var out []Change
	for _, h := range slices.Compact(all) {
		if !maps.Equal(before[h], after[h]) {
			out = append(out, Change{Role: h.role, Subject: h.subject, Before: before[h], After: after[h]})
		}
	}
	return out
}

func grantees(after map[holding]rightSet) map[string][]rbacv1.Subject {
	out := make(map[string][]rbacv1.Subject)
	for _, h := range slices.SortedFunc(maps.Keys(after), holding.compare) {
		out[h.role] = append(out[h.role], h.subject)
	}
	return out
}
