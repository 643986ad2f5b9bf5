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
	"slices"
	"strings"
)

// The names of outputs say which map they belong to. Unlike labels and annotations nobody can change a name, so what
// admission, a backup or a copy has made of those does not matter for finding an object. The functions here return
// the map without its UID, or false if no output has such a name.

// OwnerOfGrant is the map whose Role or RoleBinding has a name in a namespace.
func OwnerOfGrant(namespace, name string) (Owner, bool) {
	parts := strings.Split(name, ":")
	if parts[0] != "stakeholders" {
		return Owner{}, false
	}
	switch {
	case len(parts) == 5 && parts[1] == "target":
		owner := Owner{Namespace: parts[2], Name: parts[3]}
		return owner, TargetBindingRole(owner, name) != ""
	case len(parts) == 3 || len(parts) == 4:
		owner := Owner{Namespace: namespace, Name: parts[1]}
		return owner, GrantRole(owner.Name, name) != ""
	default:
		return Owner{}, false
	}
}

// OwnerOfTable is the map whose routing ConfigMap, or a copy of it, has a name in a namespace.
func OwnerOfTable(namespace, name string) (Owner, bool) {
	if m, ok := strings.CutSuffix(name, "-routing"); ok && m != "" {
		return Owner{Namespace: namespace, Name: m}, true
	}
	rest, ok := strings.CutSuffix(name, ".routing")
	home, m, dotted := strings.Cut(rest, ".")
	return Owner{Namespace: home, Name: m}, ok && dotted && home != "" && m != "" && home != namespace
}

// OwnerOfAccount is the map whose ServiceAccount has a name.
func OwnerOfAccount(name string) (Owner, bool) {
	rest, ok := strings.CutPrefix(name, "stakeholders.")
	home, rest, dotted := strings.Cut(rest, ".")
	last := strings.LastIndexByte(rest, '.')
	if !ok || !dotted || home == "" || last <= 0 || !slices.Contains(Roles, rest[last+1:]) {
		return Owner{}, false
	}
	return Owner{Namespace: home, Name: rest[:last]}, true
}
