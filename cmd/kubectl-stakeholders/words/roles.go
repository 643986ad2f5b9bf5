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

// Package words has the words that all commands use for roles, times and names. It is pure.
package words

import (
	"strings"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// roles are in the order in which people read them. A map has only one product owner and one development team.
var roles = []struct {
	role                 v1alpha1.Role
	noun, heading, value string
}{
	{v1alpha1.RoleCustomer, "customer", "Customers", "customer"},
	{v1alpha1.RoleEndUser, "end user", "End users", "end-user"},
	{v1alpha1.RoleProductOwner, "product owner", "Product owner", "product-owner"},
	{v1alpha1.RoleDevelopmentTeam, "development team", "Development team", "development-team"},
}

// RoleOrder returns the place of a role in lists, or -1 if it is unknown.
func RoleOrder(role string) int {
	for i := range roles {
		if string(roles[i].role) == role {
			return i
		}
	}
	return -1
}

// Role is a role in a sentence: "end user". An unknown role stays as it is.
func Role(role string) string {
	if i := RoleOrder(role); i >= 0 {
		return roles[i].noun
	}
	return role
}

// RoleHeading stands above the parties of a role: "End users".
func RoleHeading(role string) string {
	if i := RoleOrder(role); i >= 0 {
		return roles[i].heading
	}
	return role
}

// RoleValues are the roles as users type them.
func RoleValues() []string {
	out := make([]string, len(roles))
	for i := range roles {
		out[i] = roles[i].value
	}
	return out
}

// ParseRole reads a role as users type it: "end-user", or "EndUser" as in a map.
func ParseRole(text string) (role v1alpha1.Role, ok bool) {
	for i := range roles {
		if strings.EqualFold(text, roles[i].value) || strings.EqualFold(text, string(roles[i].role)) {
			return roles[i].role, true
		}
	}
	return "", false
}
