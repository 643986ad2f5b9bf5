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

// Package unmanaged finds grants that no map gives: RoleBindings, ClusterRoleBindings and Roles that give what only the
// operator gives, and are not its outputs. Admission policies refuse new ones. The operator reports older ones, and
// those of users who may bypass the policies.
//
// A cluster can have tens of thousands of RoleBindings, so the operator keeps only grants in memory.
package unmanaged

import (
	"cmp"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	toolscache "k8s.io/client-go/tools/cache"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

const (
	// maxMaps and maxMapBytes bound the names of maps in a Grant. A grant with more of them counts for all maps of its
	// namespace.
	maxMaps     = 64
	maxMapBytes = 4 << 10
	// allMaps stands for all maps of a namespace.
	allMaps = "*"
)

// Kinds of grants.
const (
	KindRoleBinding        = "RoleBinding"
	KindClusterRoleBinding = "ClusterRoleBinding"
	KindRole               = "Role"
)

// Kinds lists all kinds of grants.
var Kinds = []string{KindRoleBinding, KindClusterRoleBinding, KindRole}

// Grant is an object that gives what a map gives, and is not an output of a map.
type Grant struct {
	Kind string
	// Namespace is empty for a ClusterRoleBinding.
	Namespace, Name string
	// Gives describes the rights that it gives, for messages.
	Gives string
	// Maps are the maps of its namespace on which it gives rights, separated by spaces, or "*" for all of them or too
	// many.
	Maps string
	// InTarget is set if it gives what the ClusterRoles of stakeholders give in a namespace, or what approvals open there.
	InTarget bool
}

// OnMap reports whether it gives a right on a map of its namespace.
func (g *Grant) OnMap(name string) bool {
	return g.Maps == allMaps || g.Maps != "" && slices.Contains(strings.Split(g.Maps, " "), name)
}

// key returns the key of the object in the stores of client-go.
func (g *Grant) key() string { return toolscache.NewObjectName(g.Namespace, g.Name).String() }

func compareGrants(a, b Grant) int {
	return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name))
}

// memberResources are the resources of VerbActAs.
var memberResources = []string{"customers", "endusers", "productowners"}

// OfRoleBinding returns the grant of a RoleBinding, and false if it is none.
func OfRoleBinding(b *rbacv1.RoleBinding) (Grant, bool) {
	g := Grant{Kind: KindRoleBinding, Namespace: b.Namespace, Name: b.Name, Gives: b.RoleRef.Kind + " " + b.RoleRef.Name}
	if b.RoleRef.Kind == "ClusterRole" {
		g.InTarget = names.ClusterRoleRole(b.RoleRef.Name) != ""
	} else if mapName, _, ok := names.ParseGrantName(b.RoleRef.Name); ok {
		g.Maps = namesOfMaps([]string{mapName})
		if g.Maps == allMaps {
			// No map has such a long name.
			return g, false
		}
	}
	return g, (g.InTarget || g.Maps != "") && !isOutput(b, &b.RoleRef)
}

// OfClusterRoleBinding returns the grant of a ClusterRoleBinding, and false if it is none. The operator writes no
// ClusterRoleBindings.
func OfClusterRoleBinding(b *rbacv1.ClusterRoleBinding) (Grant, bool) {
	g := Grant{Kind: KindClusterRoleBinding, Name: b.Name, Gives: b.RoleRef.Kind + " " + b.RoleRef.Name, InTarget: true}
	return g, names.ClusterRoleRole(b.RoleRef.Name) != ""
}

// OfRole returns the grant of a Role, and false if it is none. Rules for all API groups do not count: they are those of
// administrators, who have every right.
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
		if verbs := verbsOf(rule, render.VerbUse); len(verbs) > 0 && slices.ContainsFunc(rule.Resources, isRequestTopic) {
			// The names in the rule are what was approved, and not those of maps. It counts in target namespaces, too.
			gives, maps, g.InTarget = append(gives, verbs...), append(maps, allMaps), true
		}
		if verbs := verbsOf(rule, render.VerbActAs); len(verbs) > 0 && slices.ContainsFunc(rule.Resources, isMember) {
			gives, g.InTarget = append(gives, verbs...), true
		}
	}
	g.Maps = namesOfMaps(maps)
	g.Gives = strings.Join(sorted(gives), ", ")
	return g, len(gives) > 0 && !isOutput(r, nil)
}

// namesOfMaps returns Grant.Maps for names of maps. The result is a copy, so that it does not keep the object in
// memory.
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

// verbsOf returns those of some verbs that a rule gives.
func verbsOf(rule *rbacv1.PolicyRule, some ...string) []string {
	all := slices.Contains(rule.Verbs, rbacv1.VerbAll)
	return slices.DeleteFunc(some, func(verb string) bool { return !all && !slices.Contains(rule.Verbs, verb) })
}

// isTopic reports whether a resource matches topics of a map.
func isTopic(resource string) bool {
	return resource == rbacv1.ResourceAll || strings.HasPrefix(resource, "*/") || strings.HasPrefix(resource, render.MapResource+"/")
}

// isRequestTopic reports whether a resource matches the topics by which approvals are open.
func isRequestTopic(resource string) bool {
	return resource == rbacv1.ResourceAll || strings.HasPrefix(resource, "*/") || strings.HasPrefix(resource, render.RequestResource+"/")
}

func isMember(resource string) bool {
	return resource == rbacv1.ResourceAll || slices.Contains(memberResources, resource)
}

func sorted(words []string) []string {
	slices.Sort(words)
	return slices.Compact(words)
}

// isOutput reports whether an object is an output: its labels name a map and its UID, it has the name of an output of
// that map, and its reference is that of an output. The operator itself repairs or removes outputs that are wrong or
// belong to an earlier map.
func isOutput(object metav1.Object, ref *rbacv1.RoleRef) bool {
	owner, ok := names.OwnerOfMetadata(object)
	if !ok {
		return false
	}
	inHome := object.GetNamespace() == owner.Namespace && names.GrantRole(owner.Name, object.GetName()) != ""
	isApproved := object.GetName() == names.ApprovedName(owner)
	if ref == nil {
		return inHome || isApproved
	}
	return (inHome || isApproved || names.TargetBindingRole(owner, object.GetName()) != "") && *ref == render.RoleRef(owner, object.GetName())
}
