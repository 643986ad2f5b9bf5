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
	"strings"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// Values of LabelRole.
const (
	RoleCustomer     = "customer"
	RoleEndUser      = "end-user"
	RoleProductOwner = "product-owner"
)

// Roles are the values of LabelRole, in the order of rendering.
var Roles = []string{RoleCustomer, RoleEndUser, RoleProductOwner}

// PartyRole is the role, as a map or a routing table spells it, of the parties whose grants have a value of LabelRole. It is
// "" if there is none.
func PartyRole(role string) v1alpha1.Role {
	switch role {
	case RoleCustomer:
		return v1alpha1.RoleCustomer
	case RoleEndUser:
		return v1alpha1.RoleEndUser
	case RoleProductOwner:
		return v1alpha1.RoleProductOwner
	}
	return ""
}

const (
	clusterRolePrefix = "stakeholders-"
	// membershipSuffix ends the names of the ClusterRoles that those of the roles consist of from the start.
	membershipSuffix = "-membership"
)

// ClusterRoleName is the name of the aggregated ClusterRole that ships with the operator for a role.
func ClusterRoleName(role string) string { return clusterRolePrefix + role }

// ClusterRoleRole is the role whose ClusterRole, or a part of it that ships with the operator, has a name, or "".
func ClusterRoleRole(name string) string {
	for _, role := range Roles {
		if strings.TrimSuffix(name, membershipSuffix) == ClusterRoleName(role) {
			return role
		}
	}
	return ""
}
