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

// taken are the names that mean something to the other keys of the ConfigMap.
type taken struct {
	// holders have rights of their own, by a line p, and members are members of a role, by a line g.
	holders, members map[string]bool
	// roles have members, by a line g.
	roles map[string]bool
	// everybodys is the role that everybody has.
	everybodys string
}

func takenNames(others map[string]string) taken {
	t := taken{
		holders: make(map[string]bool), members: make(map[string]bool), roles: make(map[string]bool), everybodys: others[defaultKey],
	}
	for key, policy := range others {
		if key == PolicyKey || !strings.HasPrefix(key, "policy.") || !strings.HasSuffix(key, ".csv") {
			continue
		}
		for line := range strings.Lines(policy) {
			// A line that Argo CD cannot read stops all of it, whatever we write.
			record, err := decode(line)
			switch {
			case err != nil:
			case len(record) == 6 && record[0] == "p":
				t.holders[record[1]] = true
			case len(record) == 3 && record[0] == "g":
				t.members[record[1]], t.roles[record[2]] = true, true
			}
		}
	}
	return t
}

// problem says why to make a group a member of a role would change what the other keys grant, or "". It completes a
// sentence that begins with the group.
//
// Of somebody's groups Argo CD looks only at those that are members of some role. A name with rights of its own, such
// as that of a local account, would become one by our line, and then everybody with a group of that name would have
// those rights. And whoever is a member of a role is a member of the roles that this role is a member of.
func (t taken) problem(group string) string {
	switch {
	case group != "" && group == t.everybodys:
		return "is what everybody has by " + defaultKey + ", so everybody would be meant: use another group"
	case t.roles[group]:
		return "is a role in another key of " + ConfigMapName + ", so everybody who has that role would be meant: use another group"
	case t.holders[group] && !t.members[group]:
		return "has rights of its own by a line p in another key of " + ConfigMapName + ", which Argo CD gives to groups only once a line g " +
			"names them, as ours would: give those rights to a role there, and name their group or account in a line g"
	}
	return ""
}

// decode reads a line as util/rbac of Argo CD does: by itself, without the spaces around it. A comment and an empty
// line have nothing in them.
func decode(line string) ([]string, error) {
	line = strings.TrimSpace(line)
	if line == "" || strings.HasPrefix(line, "#") {
		return nil, nil
	}
	reader := csv.NewReader(strings.NewReader(line))
	reader.TrimLeadingSpace = true
	return reader.Read()
}
