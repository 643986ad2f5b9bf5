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
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

// Verbs on topics. Topics are virtual subresources of the map.
const (
	// VerbApprove is for the recipients of an Approval.
	VerbApprove = "approve"
	// VerbRequest is for the recipients of a FeatureRequest.
	VerbRequest = "request"
	// VerbTriage is for the deciders of a FeatureRequest.
	VerbTriage = "triage"
	// VerbActAs is what the ClusterRoles of stakeholders grant by default: to act as a customer, end user or product
	// owner in a namespace.
	VerbActAs = "act-as"
	// VerbGet is on the map itself, for customers and product owners with any other verb on a topic.
	VerbGet = "get"
)

// TopicVerbs has the verbs that grants give on topics, in the order of rendering.
var TopicVerbs = []string{VerbApprove, VerbRequest, VerbTriage}

// Verbs on StakeholderRequests of the map's namespace. VerbGet is one of them, too.
const (
	VerbList  = "list"
	VerbWatch = "watch"
	// VerbPatch lets a person answer. Admission holds each person to their own answer, and to the verbs on topics.
	VerbPatch = "patch"
	// VerbCreate is for parties with VerbRequest on a topic.
	VerbCreate = "create"
)

// requestVerbs has the verbs on requests in the order of rendering.
var requestVerbs = []string{VerbGet, VerbList, VerbWatch, VerbPatch, VerbCreate}

const (
	// MapResource is the resource of maps. Topics are its virtual subresources.
	MapResource = "stakeholdermaps"
	// RequestResource is the resource of StakeholderRequests. Topics are its virtual subresources, too.
	RequestResource = "stakeholderrequests"
)

// Right is a verb on one topic of the map, on the map itself, or on requests.
type Right struct {
	Verb string
	// Topic is empty for a right on the map itself, or on requests.
	Topic string
	// OnRequests says that the right is one on all StakeholderRequests of the map's namespace. RBAC knows no narrower one, because
	// nobody knows the names of requests in advance.
	OnRequests bool
}

// Grant gives rights on one map to subjects. It becomes a Role and a RoleBinding with the same name.
type Grant struct {
	Name string
	// Role is the value of names.LabelRole.
	Role string
	// Rights is never empty.
	Rights map[Right]bool
	// Subjects is never empty.
	Subjects map[rbacv1.Subject]bool
}

// Grants returns the grants of a map, sorted by name. Each role with rights has one grant, and each party with fewer
// rights than its role has a grant of its own. Every grant lets its subjects read and answer requests. Who only receives
// Consultations gets no other right. The development team gets no rights.
func Grants(mapName string, table *routing.RoutingTable) []Grant {
	byRole := grantees(table)
	var out []Grant
	for _, label := range names.Roles {
		parties := byRole[string(names.PartyRole(label))]
		shared := Grant{Name: names.GrantName(mapName, label, ""), Role: label, Rights: map[Right]bool{}, Subjects: map[rbacv1.Subject]bool{}}
		for _, p := range parties {
			addRights(shared.Rights, p.rights)
		}
		for _, p := range parties {
			switch {
			case len(p.Subjects) == 0:
			case len(p.rights) == len(shared.Rights):
				addSubjects(shared.Subjects, p.Subjects)
			default:
				own := Grant{Name: names.GrantName(mapName, label, p.Name), Role: label, Rights: map[Right]bool{}, Subjects: map[rbacv1.Subject]bool{}}
				addRights(own.Rights, p.rights)
				addSubjects(own.Subjects, p.Subjects)
				out = append(out, own)
			}
		}
		if len(shared.Subjects) > 0 {
			out = append(out, shared)
		}
	}
	for i := range out {
		out[i].addRightsBesideTopics()
	}
	slices.SortFunc(out, func(a, b Grant) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// addRightsBesideTopics adds the rights that follow from those on topics.
func (g *Grant) addRightsBesideTopics() {
	onTopic, asks := g.onTopic(), false
	for right := range g.Rights {
		asks = asks || right.Verb == VerbRequest
	}
	// The map shows all customers and how to reach them. End users are often strangers to them, and no tool needs
	// it to let end users use their rights.
	if onTopic && g.Role != names.RoleEndUser {
		g.Rights[Right{Verb: VerbGet}] = true
	}
	for _, verb := range requestVerbs {
		if verb != VerbCreate || asks {
			g.Rights[Right{Verb: verb, OnRequests: true}] = true
		}
	}
}

// onTopic reports whether the grant gives a right on any topic.
func (g *Grant) onTopic() bool {
	for right := range g.Rights {
		if slices.Contains(TopicVerbs, right.Verb) {
			return true
		}
	}
	return false
}

func addRights(set map[Right]bool, rights []Right) {
	for _, right := range rights {
		set[right] = true
	}
}

type partyKey struct{ role, name string }

// grantee is a party with rights on topics, each once, or with none if it only receives Consultations.
type grantee struct {
	*routing.Party

	rights []Right
}

// grantees returns the parties of each role that have rights on topics or receive Consultations, in the order of the table.
func grantees(table *routing.RoutingTable) map[string][]*grantee {
	byRole := make(map[string][]*grantee)
	known := make(map[partyKey]*grantee)
	grant := func(list []routing.Party, verb, topic string) {
		for i := range list {
			p := &list[i]
			key := partyKey{p.Role, p.Name}
			g := known[key]
			if g == nil {
				g = &grantee{Party: p}
				known[key], byRole[p.Role] = g, append(byRole[p.Role], g)
			}
			if verb != "" {
				g.rights = append(g.rights, Right{Verb: verb, Topic: topic})
			}
		}
	}
	for i := range table.Topics {
		t := &table.Topics[i]
		for _, verb := range TopicVerbs {
			grant(Grantees(t, verb), verb, t.Name)
		}
		if v1alpha1.TopicClass(t.Class) == v1alpha1.ClassConsultation {
			grant(t.To, "", t.Name)
		}
	}
	return byRole
}

// Grantees returns the parties that have a verb on a topic.
func Grantees(t *routing.Topic, verb string) []routing.Party {
	switch class := v1alpha1.TopicClass(t.Class); {
	case class == v1alpha1.ClassApproval && verb == VerbApprove, class == v1alpha1.ClassFeatureRequest && verb == VerbRequest:
		return t.To
	case class == v1alpha1.ClassFeatureRequest && verb == VerbTriage:
		return t.DecidedBy
	default:
		return nil
	}
}

// RoleRules returns the rules of the grant's Role in a canonical form.
func (g *Grant) RoleRules(mapName string) []rbacv1.PolicyRule {
	var rules []rbacv1.PolicyRule
	for _, verb := range append(slices.Clone(TopicVerbs), VerbGet) {
		var resources []string
		for right := range g.Rights {
			if right.Verb == verb && !right.OnRequests {
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
	var verbs []string
	for _, verb := range requestVerbs {
		if g.Rights[Right{Verb: verb, OnRequests: true}] {
			verbs = append(verbs, verb)
		}
	}
	if len(verbs) > 0 {
		rules = append(rules, rbacv1.PolicyRule{
			Verbs: verbs, APIGroups: []string{v1alpha1.GroupVersion.Group}, Resources: []string{RequestResource},
		})
	}
	return rules
}

// RequestVerb reports whether a verb is one that a grant can give on requests.
func RequestVerb(verb string) bool { return slices.Contains(requestVerbs, verb) }

func (r Right) resource() string {
	if r.Topic == "" {
		return MapResource
	}
	return MapResource + "/" + r.Topic
}

// BindingSubjects returns the subjects of the grant's RoleBinding, sorted.
func (g *Grant) BindingSubjects() []rbacv1.Subject { return SortedSubjects(g.Subjects) }

// RoleRef returns the reference of the grant's RoleBinding: the Role of the same name.
func (g *Grant) RoleRef() rbacv1.RoleRef {
	return rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: g.Name}
}

// RoleObject returns the grant's Role.
func (g *Grant) RoleObject(owner names.Owner) *rbacv1.Role {
	return &rbacv1.Role{
		TypeMeta:   metav1.TypeMeta{APIVersion: rbacVersion, Kind: "Role"},
		ObjectMeta: metadata(owner, owner.Namespace, g.Name, owner.Labels(g.Role)),
		Rules:      g.RoleRules(owner.Name),
	}
}

// BindingObject returns the grant's RoleBinding.
func (g *Grant) BindingObject(owner names.Owner) *rbacv1.RoleBinding {
	return newRoleBinding(metadata(owner, owner.Namespace, g.Name, owner.Labels(g.Role)), g.RoleRef(), g.Subjects)
}

func newRoleBinding(meta metav1.ObjectMeta, ref rbacv1.RoleRef, subjects map[rbacv1.Subject]bool) *rbacv1.RoleBinding {
	return &rbacv1.RoleBinding{
		TypeMeta:   metav1.TypeMeta{APIVersion: rbacVersion, Kind: "RoleBinding"},
		ObjectMeta: meta, RoleRef: ref, Subjects: SortedSubjects(subjects),
	}
}
