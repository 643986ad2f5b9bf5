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

// Package names decides how everything that the operator writes is called and labelled, and reads names and labels back.
// It is pure.
//
// Nobody can change the name of an object, so the name alone decides to which map an output belongs: other tools, admission,
// a restore or a copy can change labels and annotations.
package names

import (
	"slices"
	"strings"
)

const (
	// grantPrefix begins the names of all Roles and RoleBindings that the operator writes.
	grantPrefix = "stakeholders:"
	// accountPrefix begins the names of all ServiceAccounts that the operator writes.
	accountPrefix = "stakeholders."
	// tableSuffix ends the name of the routing ConfigMap of a map, and copySuffix that of its copies.
	tableSuffix, copySuffix = "-routing", ".routing"
)

// ConfigMapName is the name of the routing ConfigMap of a map, in the map's namespace.
func ConfigMapName(mapName string) string { return mapName + tableSuffix }

// TargetConfigMapName is the name of the copy of a map's routing table in every target namespace. No namespace has a dot in
// its name, so no two maps come to the same; and no map's own ConfigMap ends so.
func TargetConfigMapName(owner Owner) string {
	return owner.Namespace + "." + owner.Name + copySuffix
}

// GrantName is the name of a Role and of the RoleBinding to it: that of one party, or of the whole role if party is empty.
// Neither a map's name nor a party's can hold a colon, so no two grants come to the same name.
func GrantName(mapName, role, party string) string {
	name := grantPrefix + mapName + ":" + role
	if party != "" {
		name += ":" + party
	}
	return name
}

// IsGrantName says whether some map's grant, or RoleBinding in a target namespace, can be called so.
func IsGrantName(name string) bool { return strings.HasPrefix(name, grantPrefix) }

// GrantRole is the value of LabelRole that a grant of a map has by its name. It is "" if no grant of the map can be called
// so.
func GrantRole(mapName, grant string) string {
	if m, role, ok := ParseGrantName(grant); ok && m == mapName {
		return role
	}
	return ""
}

// ParseGrantName is the inverse of GrantName, without the party: the map, in the namespace of the grant, and the value of
// LabelRole. It is false if no grant of any map can be called so.
func ParseGrantName(grant string) (mapName, role string, ok bool) {
	rest, isGrant := strings.CutPrefix(grant, grantPrefix)
	mapName, rest, _ = strings.Cut(rest, ":")
	role, _, _ = strings.Cut(rest, ":")
	if !isGrant || mapName == "" || !slices.Contains(Roles, role) {
		return "", "", false
	}
	return mapName, role, true
}

// TargetBindingName is the name of a role's RoleBinding in every target namespace. It has more colons than a grant's name
// can have.
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

// AccountName is the name of a role's ServiceAccount in every target namespace that has one. No namespace has a dot in its
// name, and no role, so no two maps come to the same.
func AccountName(owner Owner, role string) string {
	return accountPrefix + owner.Namespace + "." + owner.Name + "." + role
}

// IsAccountName says whether some map's ServiceAccount can be called so.
func IsAccountName(name string) bool { return strings.HasPrefix(name, accountPrefix) }

// AccountRole is the role whose ServiceAccount has a name, or "".
func AccountRole(owner Owner, name string) string {
	for _, role := range Roles {
		if name == AccountName(owner, role) {
			return role
		}
	}
	return ""
}
