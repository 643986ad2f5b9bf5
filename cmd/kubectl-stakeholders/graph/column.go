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

package graph

import (
	"cmp"
	"fmt"
	"slices"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/words"
)

// end is where a line of a party ends.
type end struct {
	kind   Kind
	topics int
}

type partyKey struct{ role, name string }

// column collects the parties of a column, and their lines.
type column struct {
	parties map[partyKey]routing.Party
	ends    map[partyKey][]end
}

func newColumn() *column {
	return &column{parties: map[partyKey]routing.Party{}, ends: map[partyKey][]end{}}
}

func (c *column) add(parties []routing.Party, e end) {
	for i := range parties {
		key := partyKey{parties[i].Role, parties[i].Name}
		c.parties[key] = parties[i]
		c.ends[key] = append(c.ends[key], e)
	}
}

// boxes joins parties of a role that have the same lines, and appends the lines.
func (c *column) boxes(lines []Line) ([]Box, []Line) {
	order := make([]partyKey, 0, len(c.parties))
	for key := range c.parties {
		order = append(order, key)
	}
	slices.SortFunc(order, func(a, b partyKey) int {
		return cmp.Or(cmp.Compare(words.RoleOrder(a.role), words.RoleOrder(b.role)), cmp.Compare(a.name, b.name))
	})
	var boxes []Box
	known := map[string]int{}
	for _, key := range order {
		same := fmt.Sprint(key.role, c.ends[key])
		i, seen := known[same]
		if !seen {
			i = len(boxes)
			known[same] = i
			boxes = append(boxes, Box{Role: key.role})
			for _, e := range c.ends[key] {
				lines = append(lines, Line{Kind: e.kind, Box: i, Topics: e.topics})
			}
		}
		boxes[i].Parties = append(boxes[i].Parties, c.parties[key])
	}
	return boxes, lines
}
