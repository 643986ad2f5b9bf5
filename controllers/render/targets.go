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
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

// What a map has in a target namespace: a copy of its routing table, and for each role a RoleBinding to the
// ClusterRole of that role. No part of a map stands in the ClusterRoles' names, so no map can choose what is bound.

// TargetRoleRef is what a role's RoleBinding in a target namespace refers to.
func TargetRoleRef(role string) rbacv1.RoleRef {
	return rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: names.ClusterRoleName(role)}
}

// TargetBinding is a role's RoleBinding in a target namespace. The map's own
// namespace can be one.
func TargetBinding(owner names.Owner, namespace, role string, subjects map[rbacv1.Subject]bool) *rbacv1.RoleBinding {
	return newRoleBinding(metadata(owner, namespace, names.TargetBindingName(owner, role), owner.Labels(role)), TargetRoleRef(role), subjects)
}

// RoleRef is what the RoleBinding of a name refers to, if it is the map's: a RoleBinding of a grant or in a target
// namespace. A roleRef never changes, so one that refers to anything else was made by somebody else.
func RoleRef(owner names.Owner, binding string) rbacv1.RoleRef {
	if role := names.TargetBindingRole(owner, binding); role != "" {
		return TargetRoleRef(role)
	}
	return (&Grant{Name: binding}).RoleRef()
}

// TargetConfigMap is the copy of a map's routing table in another namespace. It
// has the very data of the map's own ConfigMap.
func TargetConfigMap(owner names.Owner, namespace string, data map[string]string) *corev1.ConfigMap {
	return newConfigMap(metadata(owner, namespace, names.TargetConfigMapName(owner), owner.Labels("")), data)
}

// GrantSubjects are the subjects of some grants by the value of names.LabelRole.
func GrantSubjects(grants []Grant) map[string]map[rbacv1.Subject]bool {
	out := make(map[string]map[rbacv1.Subject]bool, len(names.Roles))
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
