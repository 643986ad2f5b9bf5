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

// Package names holds the names and labels of everything that the operator writes, and parses them. It is pure.
//
// A name is immutable, so the name alone decides to which map an output belongs. Other tools, admission, a restore or a
// copy can change labels and annotations.
package names

import (
	"slices"
	"strings"
)

const (
	// grantPrefix starts the names of all Roles and RoleBindings that the operator writes.
	grantPrefix = "stakeholders:"
	// accountPrefix starts the names of all ServiceAccounts that the operator writes.
	accountPrefix = "stakeholders."
	// approved ends the names of what approvals open.
	approved = "approved"
	// tableSuffix ends the name of a map's routing ConfigMap, and copySuffix the names of its copies.
	tableSuffix, copySuffix = "-routing", ".routing"
)

// ConfigMapName returns the name of a map's routing ConfigMap, which is in the map's namespace.
func ConfigMapName(mapName string) string { return mapName + tableSuffix }

// TargetConfigMapName returns the name of the copy of a map's routing table in a target namespace. It is unique: a
// namespace's name has no dot, and no ConfigMap of ConfigMapName ends with copySuffix.
func TargetConfigMapName(owner Owner) string {
	return owner.Namespace + "." + owner.Name + copySuffix
}

// GrantName returns the name of a Role and its RoleBinding: those of one party or, if party is empty, of the whole
// role. It is unique, because the names of maps and parties have no colon.
func GrantName(mapName, role, party string) string {
	name := grantPrefix + mapName + ":" + role
	if party != "" {
		name += ":" + party
	}
	return name
}

// QualifiedTopic returns a name for the topic of one map. It is unique: neither a namespace's name nor a topic's has a dot.
func QualifiedTopic(owner Owner, topic string) string {
	return owner.Namespace + "." + owner.Name + "." + topic
}

// IsGrantName reports whether a name can be that of a Role or a RoleBinding that the operator writes for any map.
func IsGrantName(name string) bool { return strings.HasPrefix(name, grantPrefix) }

// GrantRole returns the value of LabelRole for the name of a grant of the map. It returns "" if the map cannot have a
// grant of that name.
func GrantRole(mapName, grant string) string {
	if m, role, ok := ParseGrantName(grant); ok && m == mapName {
		return role
	}
	return ""
}

// ParseGrantName is the inverse of GrantName without the party. It returns the map, which is in the grant's namespace,
// and the value of LabelRole; false if no map can have a grant of that name.
func ParseGrantName(grant string) (mapName, role string, ok bool) {
	rest, isGrant := strings.CutPrefix(grant, grantPrefix)
	mapName, rest, _ = strings.Cut(rest, ":")
	role, _, _ = strings.Cut(rest, ":")
	if !isGrant || mapName == "" || !slices.Contains(Roles, role) {
		return "", "", false
	}
	return mapName, role, true
}

// TargetBindingName returns the name of a role's RoleBinding in a target namespace. It has more colons than any
// GrantName.
func TargetBindingName(owner Owner, role string) string {
	return grantPrefix + "target:" + owner.Namespace + ":" + owner.Name + ":" + role
}

// TargetBindingRole is the inverse of TargetBindingName: it returns the role, or "".
func TargetBindingRole(owner Owner, name string) string {
	return roleOf(func(role string) bool { return name == TargetBindingName(owner, role) })
}

// ApprovedName returns the name of the Role and the RoleBinding that open the subjects which were approved for a map. They are in the
// map's namespace and in its target namespaces. No role is called so, so it differs from every TargetBindingName.
func ApprovedName(owner Owner) string { return TargetBindingName(owner, approved) }

// IsApprovedName reports whether a name is an ApprovedName of any map.
func IsApprovedName(name string) bool {
	owner, ok := OwnerOfGrant("", name)
	return ok && name == ApprovedName(owner)
}

// AccountName returns the name of a role's ServiceAccount in a target namespace. It is unique, because the names of
// namespaces and roles have no dot.
func AccountName(owner Owner, role string) string {
	return accountPrefix + owner.Namespace + "." + owner.Name + "." + role
}

// IsAccountName reports whether a name can be that of a ServiceAccount of any map.
func IsAccountName(name string) bool { return strings.HasPrefix(name, accountPrefix) }

// AccountRole is the inverse of AccountName: it returns the role, or "".
func AccountRole(owner Owner, name string) string {
	return roleOf(func(role string) bool { return name == AccountName(owner, role) })
}
