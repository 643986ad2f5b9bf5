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

package rbaccsv

import (
	"encoding/csv"
	"strings"
)

// otherKeys has the names that other keys of the ConfigMap use.
type otherKeys struct {
	// direct are subjects of a line p, which gives them rights of their own. members are in a role by a line g.
	direct, members map[string]bool
	// roles have members by a line g.
	roles       map[string]bool
	defaultRole string
}

func parseOtherKeys(others map[string]string) otherKeys {
	k := otherKeys{
		direct: make(map[string]bool), members: make(map[string]bool), roles: make(map[string]bool), defaultRole: others[defaultKey],
	}
	for key, policy := range others {
		if key == PolicyKey || !strings.HasPrefix(key, "policy.") || !strings.HasSuffix(key, ".csv") {
			continue
		}
		for line := range strings.Lines(policy) {
			// If Argo CD cannot read one line, it reads none, ours included.
			record, err := decode(line)
			switch {
			case err != nil:
			case len(record) == 6 && record[0] == "p":
				k.direct[record[1]] = true
			case len(record) == 3 && record[0] == "g":
				k.members[record[1]], k.roles[record[2]] = true, true
			}
		}
	}
	return k
}

// problem returns why making a group a member of a role would change what the other keys grant, or "". The text
// completes a sentence whose subject is the group.
//
// Argo CD checks only those groups of a user that are members of some role. Our line would make a name with rights of
// its own, such as a local account, such a member. Every user with a group of that name would then have those rights.
// And members of a role inherit the roles that the role is a member of.
func (k otherKeys) problem(group string) string {
	switch {
	case group != "" && group == k.defaultRole:
		return "is what everybody has by " + defaultKey + ", so everybody would be meant: use another group"
	case k.roles[group]:
		return "is a role in another key of " + ConfigMapName + ", so everybody who has that role would be meant: use another group"
	case k.direct[group] && !k.members[group]:
		return "has rights of its own by a line p in another key of " + ConfigMapName + ", which Argo CD gives to groups only once a line g " +
			"names them, as ours would: give those rights to a role there, and name their group or account in a line g"
	}
	return ""
}

// decode reads a line as Argo CD's util/rbac does: by itself and trimmed. Comments and empty lines have no fields.
func decode(line string) ([]string, error) {
	line = strings.TrimSpace(line)
	if line == "" || strings.HasPrefix(line, "#") {
		return nil, nil
	}
	reader := csv.NewReader(strings.NewReader(line))
	reader.TrimLeadingSpace = true
	return reader.Read()
}
