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

package product

import "strings"

const (
	serviceAccountPrefix = "system:serviceaccount:"
	serviceAccountsGroup = "system:serviceaccounts"
	authenticatedGroup   = "system:authenticated"
)

// Identity is a user, or a ServiceAccount, as the API server knows them, or a group alone.
type Identity struct {
	User   string   `json:"user,omitempty"`
	Groups []string `json:"groups,omitempty"`
	// UID is empty, unless the API server or --as-uid gives it.
	UID string `json:"uid,omitempty"`
}

// WithOwnGroups adds the groups that the API server gives to every user, and to every ServiceAccount.
func (i Identity) WithOwnGroups() Identity {
	groups := append([]string(nil), i.Groups...)
	if i.User != "" {
		groups = append(groups, authenticatedGroup)
	}
	if account, ok := strings.CutPrefix(i.User, serviceAccountPrefix); ok {
		namespace, _, _ := strings.Cut(account, ":")
		groups = append(groups, serviceAccountsGroup, serviceAccountsGroup+":"+namespace)
	}
	i.Groups = groups
	return i
}

// String is the identity for people.
func (i Identity) String() string {
	switch {
	case i.User != "":
		return i.User
	case len(i.Groups) == 1:
		return "group " + i.Groups[0]
	default:
		return "groups " + strings.Join(i.Groups, ", ")
	}
}
