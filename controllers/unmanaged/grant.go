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

// Package unmanaged finds grants that no map gives: RoleBindings, ClusterRoleBindings and Roles that hand out what the
// operator hands out, and are not its outputs. Admission policies refuse new ones; those from before, and those of people who
// may write them, are reported.
//
// A cluster can have tens of thousands of RoleBindings, so nothing is kept of those that are not concerned.
package unmanaged

import (
	"cmp"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

const (
	// maxMaps and maxMapBytes bound what is kept of the names of maps in a grant. More of them are all maps of its namespace.
	maxMaps     = 64
	maxMapBytes = 4 << 10
	// allMaps are all maps of a namespace.
	allMaps = "*"
)

// Kinds of grants.
const (
	KindRoleBinding        = "RoleBinding"
	KindClusterRoleBinding = "ClusterRoleBinding"
	KindRole               = "Role"
)

// Kinds are all kinds of grants.
var Kinds = []string{KindRoleBinding, KindClusterRoleBinding, KindRole}

// Grant is an object that hands out what a map would, and is not an output of a map.
type Grant struct {
	Kind string
	// Namespace is empty for a ClusterRoleBinding.
	Namespace, Name string
	// Gives says what it gives, for people.
	Gives string
	// Maps are the maps of its namespace, separated by a space, on which it gives rights, or "*" for all of them. It is "*"
	// too if there are too many to be kept.
	Maps string
	// InTarget is true if it gives what the ClusterRoles of stakeholders give in a namespace.
	InTarget bool
}

// OnMap tells whether it gives a right on a map of its namespace.
func (g *Grant) OnMap(name string) bool {
	return g.Maps == allMaps || g.Maps != "" && slices.Contains(strings.Split(g.Maps, " "), name)
}

func compareGrants(a, b Grant) int {
	return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name))
}

// memberResources are what the ClusterRoles of stakeholders let people act as.
var memberResources = []string{"customers", "endusers", "productowners"}

// OfRoleBinding is the grant that a RoleBinding makes, if it makes one.
func OfRoleBinding(b *rbacv1.RoleBinding) (Grant, bool) {
	g := Grant{Kind: KindRoleBinding, Namespace: b.Namespace, Name: b.Name, Gives: b.RoleRef.Kind + " " + b.RoleRef.Name}
	if b.RoleRef.Kind == "ClusterRole" {
		g.InTarget = names.ClusterRoleRole(b.RoleRef.Name) != ""
	} else if mapName, _, ok := names.ParseGrantName(b.RoleRef.Name); ok {
		g.Maps = namesOfMaps([]string{mapName})
		if g.Maps == allMaps {
			// No map has so long a name.
			return g, false
		}
	}
	return g, (g.InTarget || g.Maps != "") && !isOutput(b, &b.RoleRef)
}

// OfClusterRoleBinding is the grant that a ClusterRoleBinding makes, if it makes one. The operator writes none.
func OfClusterRoleBinding(b *rbacv1.ClusterRoleBinding) (Grant, bool) {
	g := Grant{Kind: KindClusterRoleBinding, Name: b.Name, Gives: b.RoleRef.Kind + " " + b.RoleRef.Name, InTarget: true}
	return g, names.ClusterRoleRole(b.RoleRef.Name) != ""
}

// OfRole is the grant that a Role makes, if it makes one. Rules for all API groups are those of administrators, who have
// every right, and are not counted.
func OfRole(r *rbacv1.Role) (Grant, bool) {
	g := Grant{Kind: KindRole, Namespace: r.Namespace, Name: r.Name}
	var gives, maps []string
	for i := range r.Rules {
		rule := &r.Rules[i]
		if !slices.Contains(rule.APIGroups, v1alpha1.GroupVersion.Group) {
			continue
		}
		if verbs := verbsOf(rule, render.VerbApprove, render.VerbRequest, render.VerbTriage); len(verbs) > 0 && slices.ContainsFunc(rule.Resources, isTopic) {
			gives = append(gives, verbs...)
			if maps = append(maps, rule.ResourceNames...); len(rule.ResourceNames) == 0 {
				maps = append(maps, allMaps)
			}
		}
		if verbs := verbsOf(rule, render.VerbActAs); len(verbs) > 0 && slices.ContainsFunc(rule.Resources, isMember) {
			gives, g.InTarget = append(gives, verbs...), true
		}
	}
	g.Maps = namesOfMaps(maps)
	g.Gives = strings.Join(sorted(gives), ", ")
	return g, len(gives) > 0 && !isOutput(r, nil)
}

// namesOfMaps has the names of maps sorted, in memory of its own, or stands for all of them if there are too many.
func namesOfMaps(maps []string) string {
	maps = sorted(maps)
	bytes := 0
	for _, name := range maps {
		bytes += 1 + len(name)
	}
	if slices.Contains(maps, allMaps) || len(maps) > maxMaps || bytes > maxMapBytes {
		return allMaps
	}
	return strings.Clone(strings.Join(maps, " "))
}

// verbsOf are those of some verbs that a rule gives.
func verbsOf(rule *rbacv1.PolicyRule, some ...string) []string {
	all := slices.Contains(rule.Verbs, rbacv1.VerbAll)
	return slices.DeleteFunc(some, func(verb string) bool { return !all && !slices.Contains(rule.Verbs, verb) })
}

// isTopic tells whether a resource is a topic of a map, or any.
func isTopic(resource string) bool {
	return resource == rbacv1.ResourceAll || strings.HasPrefix(resource, "*/") || strings.HasPrefix(resource, render.MapResource+"/")
}

func isMember(resource string) bool {
	return resource == rbacv1.ResourceAll || slices.Contains(memberResources, resource)
}

func sorted(words []string) []string {
	slices.Sort(words)
	return slices.Compact(words)
}

// isOutput tells whether an object is what the operator calls an output: it has the name of one for the map that its labels
// name, that map's UID, and refers to what an output refers to. Those the operator knows itself, and what is wrong with
// one, or is left of an earlier map, it puts right.
func isOutput(object metav1.Object, ref *rbacv1.RoleRef) bool {
	owner, ok := names.OwnerOfMetadata(object)
	if !ok {
		return false
	}
	inHome := object.GetNamespace() == owner.Namespace && names.GrantRole(owner.Name, object.GetName()) != ""
	if ref == nil {
		return inHome
	}
	return (inHome || names.TargetBindingRole(owner, object.GetName()) != "") && *ref == render.RoleRef(owner, object.GetName())
}
