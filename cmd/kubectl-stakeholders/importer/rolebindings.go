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
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/terminal"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/visible"
)

// RBAC has the objects that say who may do what. Not all have to be there: roles that are missing have unknown rules.
type RBAC struct {
	Bindings

	Roles        []rbacv1.Role
	ClusterRoles []rbacv1.ClusterRole
	// Staying are the bindings that no map replaces.
	Staying Bindings
}

// Bindings give roles to subjects.
type Bindings struct {
	RoleBindings        []rbacv1.RoleBinding
	ClusterRoleBindings []rbacv1.ClusterRoleBinding
}

// grantee is a subject with the names of its roles.
type grantee struct {
	subject v1alpha1.Subject
	roles   []string
	// makes says that one of its roles changes what runs, and approves that one lets it approve something.
	makes, approves bool
}

// RoleBindings makes a draft of RBAC objects. Subjects whose roles may change what runs are the development team. The
// others are grouped by their roles, as candidates for end users: a right in the cluster does not tell whether people
// pay for the product or use it.
func RoleBindings(r *RBAC, o Options) *Draft {
	r = r.withoutGrants()
	d := &Draft{Source: "RoleBindings", Namespace: r.Namespace()}
	grantees, left := r.grantees(cmp.Or(o.Namespace, d.Namespace))
	if len(left) > 0 {
		d.Notes = append(d.Notes, "Left out, because a map cannot name them: "+messages.And(left, maxListed)+".")
	}
	team := slices.DeleteFunc(slices.Clone(grantees), func(g *grantee) bool { return !g.makes })
	others := slices.DeleteFunc(slices.Clone(grantees), func(g *grantee) bool { return g.makes })
	d.team(team)
	d.candidates(others)
	d.CustomerNotes = append(d.CustomerNotes, approvers(grantees)...)
	d.ProductOwner.Notes = append(d.ProductOwner.Notes, "If the product owner is among the subjects of this file, move the subject here.")
	d.apply(o)
	return d
}

// withoutGrants leaves out what the operator has written for maps.
func (r *RBAC) withoutGrants() *RBAC {
	return r.without(func(b rbacv1.RoleBinding) bool { return names.IsGrantName(b.Name) })
}

// keepGrantsOfOthers lets the bindings stay that the operator has written for other maps than one, and counts them.
func (r *RBAC) keepGrantsOfOthers(owner names.Owner) (out *RBAC, others int) {
	isOfOther := func(b rbacv1.RoleBinding) bool {
		of, isGrant := names.OwnerOfGrant(b.Namespace, b.Name)
		return isGrant && (of.Namespace != owner.Namespace || of.Name != owner.Name)
	}
	out = r.without(isOfOther)
	out.Staying.RoleBindings = slices.Clone(r.Staying.RoleBindings)
	for i := range r.RoleBindings {
		if isOfOther(r.RoleBindings[i]) {
			out.Staying.RoleBindings = append(out.Staying.RoleBindings, r.RoleBindings[i])
		}
	}
	return out, len(r.RoleBindings) - len(out.RoleBindings)
}

// without leaves out RoleBindings.
func (r *RBAC) without(leftOut func(rbacv1.RoleBinding) bool) *RBAC {
	out := *r
	out.RoleBindings = slices.DeleteFunc(slices.Clone(r.RoleBindings), leftOut)
	return &out
}

// approvers says who approves something today, because customers may be among them.
func approvers(grantees []*grantee) []string {
	var out []string
	for _, g := range grantees {
		if g.approves && g.subject.Kind != v1alpha1.SubjectServiceAccount {
			out = append(out, SubjectName(g.subject))
		}
	}
	if len(out) == 0 {
		return nil
	}
	return []string{"These subjects may approve something today: " + messages.And(out, maxListed) + ". Move those who are customers here."}
}

// Namespace returns that of the RoleBindings, or "" if there are several.
func (r *RBAC) Namespace() string {
	var out string
	for i := range r.RoleBindings {
		switch ns := r.RoleBindings[i].Namespace; {
		case i == 0:
			out = ns
		case ns != out:
			return ""
		}
	}
	return out
}

// each calls a function for every binding.
func (r *Bindings) each(each func(namespace string, ref rbacv1.RoleRef, subjects []rbacv1.Subject)) {
	for i := range r.RoleBindings {
		b := &r.RoleBindings[i]
		each(b.Namespace, b.RoleRef, b.Subjects)
	}
	for i := range r.ClusterRoleBindings {
		each("", r.ClusterRoleBindings[i].RoleRef, r.ClusterRoleBindings[i].Subjects)
	}
}

// grantees returns the subjects, sorted, and the names of those that a map cannot have. A ServiceAccount of the map's
// namespace has none in the map.
func (r *RBAC) grantees(namespace string) (out []*grantee, left []string) {
	byName := map[v1alpha1.Subject]*grantee{}
	r.each(func(ns string, ref rbacv1.RoleRef, subjects []rbacv1.Subject) {
		for i := range subjects {
			s := subjectOf(&subjects[i], ns)
			if !isCarried(s) {
				left = append(left, terminal.Escape(s.Name))
				continue
			}
			if s.Namespace == namespace {
				s.Namespace = ""
			}
			g := byName[s]
			if g == nil {
				g = &grantee{subject: s}
				byName[s] = g
				out = append(out, g)
			}
			g.roles = append(g.roles, ref.Name)
			g.makes = g.makes || r.changesWorkloads(ns, ref)
			g.approves = g.approves || r.letsApprove(ns, ref)
		}
	})
	for _, g := range out {
		slices.Sort(g.roles)
		g.roles = slices.Compact(g.roles)
	}
	slices.SortFunc(out, func(a, b *grantee) int { return compareSubjects(a.subject, b.subject) })
	slices.Sort(left)
	return out, slices.Compact(left)
}

func compareSubjects(a, b v1alpha1.Subject) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
}

// subjectOf converts a subject of a binding in a namespace. A user that stands for a ServiceAccount becomes one.
func subjectOf(s *rbacv1.Subject, namespace string) v1alpha1.Subject {
	if rest, found := strings.CutPrefix(s.Name, "system:serviceaccount:"); found && s.Kind == rbacv1.UserKind {
		if ns, name, ok := strings.Cut(rest, ":"); ok {
			return v1alpha1.Subject{Kind: v1alpha1.SubjectServiceAccount, Namespace: ns, Name: name}
		}
	}
	out := v1alpha1.Subject{Kind: v1alpha1.SubjectKind(s.Kind), Name: s.Name}
	if s.Kind == rbacv1.ServiceAccountKind {
		out.Namespace = cmp.Or(s.Namespace, namespace)
	}
	return out
}

// isCarried reports whether a map can name a subject.
func isCarried(s v1alpha1.Subject) bool {
	return s.Name != "" && !strings.HasPrefix(s.Name, "system:") && visible.Line(s.Name) && strings.TrimSpace(s.Name) == s.Name &&
		len([]rune(s.Name)) <= maxSubject
}
