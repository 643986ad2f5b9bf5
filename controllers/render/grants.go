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
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

// Verbs on topics, which are virtual subresources of the map.
const (
	// VerbApprove is for the recipients of an Approval.
	VerbApprove = "approve"
	// VerbRequest is for the recipients of a FeatureRequest.
	VerbRequest = "request"
	// VerbTriage is for those who decide a FeatureRequest.
	VerbTriage = "triage"
	// VerbActAs is what the ClusterRoles of stakeholders give from the start: to be what one is, in a namespace.
	VerbActAs = "act-as"
	// VerbGet is on the map itself, for customers and product owners who have one of the others.
	VerbGet = "get"
)

// MapResource is the resource of which topics are virtual subresources.
const MapResource = "stakeholdermaps"

// Right is a verb on one topic of the map or, with no topic, on the map itself.
type Right struct {
	Verb  string
	Topic string
}

// Grant gives some subjects some rights on one map. It becomes a Role and a RoleBinding of one name.
type Grant struct {
	Name string
	// Role is the value of names.LabelRole.
	Role string
	// Rights is never empty, and always has get on the map.
	Rights map[Right]bool
	// Subjects is never empty.
	Subjects map[rbacv1.Subject]bool
}

// Grants lists who may do what, sorted by name: one grant for each role that has something to do, and
// one of its own for each party that takes part in less than the rest of its role. The development
// team gains nothing, and neither does anybody by being consulted.
func Grants(mapName string, table *routing.RoutingTable) []Grant {
	rights, parties := rightsByParty(table)
	var out []Grant
	for _, label := range names.Roles {
		role := string(names.PartyRole(label))
		all := make(map[Right]bool)
		for _, p := range parties[role] {
			maps.Copy(all, rights[partyKey{role, p.Name}])
		}
		shared := Grant{Name: names.GrantName(mapName, label, ""), Role: label, Rights: all, Subjects: map[rbacv1.Subject]bool{}}
		for _, p := range parties[role] {
			own := rights[partyKey{role, p.Name}]
			switch {
			case len(p.Subjects) == 0:
			case maps.Equal(own, all):
				addSubjects(shared.Subjects, p.Subjects)
			default:
				g := Grant{Name: names.GrantName(mapName, label, p.Name), Role: label, Rights: own, Subjects: map[rbacv1.Subject]bool{}}
				addSubjects(g.Subjects, p.Subjects)
				out = append(out, g)
			}
		}
		if len(shared.Subjects) > 0 {
			out = append(out, shared)
		}
	}
	for _, g := range out {
		// The map shows all customers and how to reach them. End users are often strangers to them, and no tool needs it
		// to let them do what they may.
		if g.Role != names.RoleEndUser {
			g.Rights[Right{Verb: VerbGet}] = true
		}
	}
	slices.SortFunc(out, func(a, b Grant) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// PartySubjects are the subjects of some parties by the value of names.LabelRole: who may hold a grant of that role.
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

type partyKey struct{ role, name string }

// rightsByParty collects the rights of each party, and the parties of each role in the order in which
// the table names them.
func rightsByParty(table *routing.RoutingTable) (rights map[partyKey]map[Right]bool, parties map[string][]routing.Party) {
	rights = make(map[partyKey]map[Right]bool)
	parties = make(map[string][]routing.Party)
	give := func(list []routing.Party, verb, topic string) {
		for _, p := range list {
			key := partyKey{p.Role, p.Name}
			if rights[key] == nil {
				rights[key] = make(map[Right]bool)
				parties[p.Role] = append(parties[p.Role], p)
			}
			rights[key][Right{verb, topic}] = true
		}
	}
	for i := range table.Topics {
		t := &table.Topics[i]
		switch v1alpha1.TopicClass(t.Class) {
		case v1alpha1.ClassApproval:
			give(t.To, VerbApprove, t.Name)
		case v1alpha1.ClassFeatureRequest:
			give(t.To, VerbRequest, t.Name)
			give(t.DecidedBy, VerbTriage, t.Name)
		case v1alpha1.ClassConsultation:
		}
	}
	return rights, parties
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

// RoleRules are the rules of the grant's Role, in one canonical form.
func (g *Grant) RoleRules(mapName string) []rbacv1.PolicyRule {
	var rules []rbacv1.PolicyRule
	for _, verb := range []string{VerbApprove, VerbRequest, VerbTriage, VerbGet} {
		var resources []string
		for right := range g.Rights {
			if right.Verb == verb {
				resources = append(resources, right.resource())
			}
		}
		if len(resources) == 0 {
			continue
		}
		slices.Sort(resources)
		rules = append(rules, rbacv1.PolicyRule{
			Verbs:         []string{verb},
			APIGroups:     []string{v1alpha1.GroupVersion.Group},
			Resources:     resources,
			ResourceNames: []string{mapName},
		})
	}
	return rules
}

func (r Right) resource() string {
	if r.Topic == "" {
		return MapResource
	}
	return MapResource + "/" + r.Topic
}

// BindingSubjects are the subjects of the grant's RoleBinding, sorted.
func (g *Grant) BindingSubjects() []rbacv1.Subject { return SortedSubjects(g.Subjects) }

// SortedSubjects are some subjects as they stand in a RoleBinding.
func SortedSubjects(set map[rbacv1.Subject]bool) []rbacv1.Subject {
	subjects := slices.Collect(maps.Keys(set))
	slices.SortFunc(subjects, func(a, b rbacv1.Subject) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
	return subjects
}

// RoleRef is what the grant's RoleBinding refers to: the Role of the same name.
func (g *Grant) RoleRef() rbacv1.RoleRef {
	return rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: g.Name}
}

// RoleObject is the grant's Role.
func (g *Grant) RoleObject(owner names.Owner) *rbacv1.Role {
	return &rbacv1.Role{
		TypeMeta:   metav1.TypeMeta{APIVersion: rbacv1.SchemeGroupVersion.String(), Kind: "Role"},
		ObjectMeta: metadata(owner, owner.Namespace, g.Name, owner.Labels(g.Role)),
		Rules:      g.RoleRules(owner.Name),
	}
}

// BindingObject is the grant's RoleBinding.
func (g *Grant) BindingObject(owner names.Owner) *rbacv1.RoleBinding {
	return newRoleBinding(metadata(owner, owner.Namespace, g.Name, owner.Labels(g.Role)), g.RoleRef(), g.Subjects)
}

func newRoleBinding(meta metav1.ObjectMeta, ref rbacv1.RoleRef, subjects map[rbacv1.Subject]bool) *rbacv1.RoleBinding {
	return &rbacv1.RoleBinding{
		TypeMeta:   metav1.TypeMeta{APIVersion: rbacv1.SchemeGroupVersion.String(), Kind: "RoleBinding"},
		ObjectMeta: meta, RoleRef: ref, Subjects: SortedSubjects(subjects),
	}
}
