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

// In a target namespace a map has a copy of its routing table, and for each role a RoleBinding to the ClusterRole of that
// role. The names of these ClusterRoles are fixed, so no map can choose what is bound.

// TargetRoleRef returns the reference of a role's RoleBinding in a target namespace.
func TargetRoleRef(role string) rbacv1.RoleRef {
	return rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: names.ClusterRoleName(role)}
}

// TargetBinding returns a role's RoleBinding in a target namespace, which can be the map's own.
func TargetBinding(owner names.Owner, namespace, role string, subjects map[rbacv1.Subject]bool) *rbacv1.RoleBinding {
	return newRoleBinding(metadata(owner, namespace, names.TargetBindingName(owner, role), owner.Labels(role)), TargetRoleRef(role), subjects)
}

// RoleRef returns the reference that the map's RoleBinding of a given name has, be it a grant or in a target namespace.
// A roleRef is immutable, so another reference means that the operator did not create the RoleBinding.
func RoleRef(owner names.Owner, binding string) rbacv1.RoleRef {
	if role := names.TargetBindingRole(owner, binding); role != "" {
		return TargetRoleRef(role)
	}
	return (&Grant{Name: binding}).RoleRef()
}

// TargetConfigMap returns the copy of a map's routing table in another namespace, with the same data as the map's own
// ConfigMap.
func TargetConfigMap(owner names.Owner, namespace string, data map[string]string) *corev1.ConfigMap {
	return newConfigMap(metadata(owner, namespace, names.TargetConfigMapName(owner), owner.Labels("")), data)
}
