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

package names

import (
	"slices"
	"strings"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// Values of LabelRole.
const (
	RoleCustomer     = "customer"
	RoleEndUser      = "end-user"
	RoleProductOwner = "product-owner"
)

// Roles lists the values of LabelRole in the order of rendering.
var Roles = []string{RoleCustomer, RoleEndUser, RoleProductOwner}

var partyRoles = map[string]v1alpha1.Role{
	RoleCustomer: v1alpha1.RoleCustomer, RoleEndUser: v1alpha1.RoleEndUser, RoleProductOwner: v1alpha1.RoleProductOwner,
}

// PartyRole converts a value of LabelRole to the role that maps and routing tables use. It returns "" for any other
// value.
func PartyRole(role string) v1alpha1.Role { return partyRoles[role] }

const (
	clusterRolePrefix = "stakeholders-"
	// membershipSuffix ends the names of the ClusterRoles that are aggregated into those of the roles by default.
	membershipSuffix = "-membership"
)

// ClusterRoleName returns the name of the aggregated ClusterRole of a role, which ships with the operator.
func ClusterRoleName(role string) string { return clusterRolePrefix + role }

// ClusterRoleRole returns the role of an aggregated ClusterRole or of its default part, or "" for any other name.
func ClusterRoleRole(name string) string {
	return roleOf(func(role string) bool { return strings.TrimSuffix(name, membershipSuffix) == ClusterRoleName(role) })
}

// roleOf returns the role for which something is so, or "".
func roleOf(isSo func(role string) bool) string {
	if i := slices.IndexFunc(Roles, isSo); i >= 0 {
		return Roles[i]
	}
	return ""
}
