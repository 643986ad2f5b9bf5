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
	rbacv1 "k8s.io/api/rbac/v1"
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"
	rbacv1ac "k8s.io/client-go/applyconfigurations/rbac/v1"
)

// What a map has in a target namespace: a copy of its routing table, and for each role a RoleBinding to the
// ClusterRole of that role. The ClusterRoles' names stand here and nowhere in a map, so that no map can ever
// choose what is bound.

// ClusterRoleName is the name of the aggregated ClusterRole that ships with the operator for a role.
func ClusterRoleName(role string) string { return "stakeholders-" + role }

// TargetConfigMapName is the name of the copy of a map's routing table in every target namespace. No
// namespace has a dot in its name, so no two maps come to the same; and no map's own ConfigMap ends so.
func TargetConfigMapName(owner Owner) string { return owner.Namespace + "." + owner.Name + ".routing" }

// TargetBindingName is the name of a role's RoleBinding in every target namespace. It has more colons than
// a grant's name can have.
func TargetBindingName(owner Owner, role string) string {
	return grantPrefix + "target:" + owner.Namespace + ":" + owner.Name + ":" + role
}

// TargetBindingRole is the role whose RoleBinding in a target namespace has a name, or "".
func TargetBindingRole(owner Owner, name string) string {
	for _, role := range Roles {
		if name == TargetBindingName(owner, role) {
			return role
		}
	}
	return ""
}

// TargetRoleRef is what a role's RoleBinding in a target namespace refers to.
func TargetRoleRef(role string) rbacv1.RoleRef {
	return rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: ClusterRoleName(role)}
}

// TargetBinding is a role's RoleBinding in a target namespace as the operator applies it. The map's own
// namespace can be one.
func TargetBinding(owner Owner, namespace, role string, subjects map[rbacv1.Subject]bool) *rbacv1ac.RoleBindingApplyConfiguration {
	ref := TargetRoleRef(role)
	binding := rbacv1ac.RoleBinding(TargetBindingName(owner, role), namespace).
		WithLabels(TargetLabels(owner, role)).
		WithAnnotations(owner.annotations()).
		WithRoleRef(rbacv1ac.RoleRef().WithAPIGroup(ref.APIGroup).WithKind(ref.Kind).WithName(ref.Name))
	if namespace == owner.Namespace {
		binding.WithOwnerReferences(owner.reference())
	}
	return withSubjects(binding, subjects)
}

// TargetLabels are those of a role's RoleBinding in a target namespace or, with no role, of the copy of the
// table.
func TargetLabels(owner Owner, role string) map[string]string {
	labels := owner.labels()
	if role != "" {
		labels[LabelRole] = role
	}
	return labels
}

// RoleRef is what the RoleBinding of a name refers to, if it is the map's: a RoleBinding of a grant or in a target
// namespace. A roleRef never changes, so one that refers to anything else was made by somebody else.
func RoleRef(owner Owner, binding string) rbacv1.RoleRef {
	if role := TargetBindingRole(owner, binding); role != "" {
		return TargetRoleRef(role)
	}
	return (&Grant{Name: binding}).RoleRef()
}

// TargetConfigMap is the copy of a map's routing table in another namespace as the operator applies it. It
// has the very data of the map's own ConfigMap.
func TargetConfigMap(owner Owner, namespace string, data map[string]string) *corev1ac.ConfigMapApplyConfiguration {
	return corev1ac.ConfigMap(TargetConfigMapName(owner), namespace).
		WithLabels(TargetLabels(owner, "")).
		WithAnnotations(owner.annotations()).
		WithData(data)
}

// HoldersOf are the subjects of some grants by the value of LabelRole.
func HoldersOf(grants []Grant) map[string]map[rbacv1.Subject]bool {
	out := make(map[string]map[rbacv1.Subject]bool, len(Roles))
	for i := range grants {
		role := grants[i].Role
		if out[role] == nil {
			out[role] = make(map[rbacv1.Subject]bool)
		}
		for s := range grants[i].Subjects {
			out[role][s] = true
		}
	}
	return out
}

func (o Owner) annotations() map[string]string {
	return map[string]string{AnnotationMapUID: string(o.UID)}
}
