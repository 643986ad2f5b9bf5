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

package route

import (
	"errors"
	"fmt"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
)

// MaxTableBytes is the most that the data of a routing ConfigMap may come to: the API server refuses more.
const MaxTableBytes = 1 << 20

// TooLargeError says that a routing table does not fit into a ConfigMap. It waits for an edit of the map.
type TooLargeError struct {
	// Bytes is how much there is.
	Bytes int
	// Least is true if Bytes was added up before the table was encoded, and is less than that would give.
	Least bool
}

func (e *TooLargeError) Error() string {
	has := "has"
	if e.Least {
		has = "has at least"
	}
	return fmt.Sprintf("the routing table does not fit into a ConfigMap: it %s %d bytes and at most %d are allowed; "+
		"list groups instead of single people, or split the map", has, e.Bytes, MaxTableBytes)
}

// Fits says whether a table can be encoded: the error is a *TooLargeError if it is certain that its document does not fit
// into a ConfigMap.
func Fits(table *routing.RoutingTable) error {
	if least := leastBytes(table); least > MaxTableBytes {
		return &TooLargeError{Bytes: least, Least: true}
	}
	return nil
}

// IsTooLarge says whether there is a *TooLargeError in an error.
func IsTooLarge(err error) bool {
	_, is := errors.AsType[*TooLargeError](err)
	return is
}

// leastBytes is less than the table's document has: each party once, and its key wherever a topic names it. It only adds
// lengths up. The document has at most a few times as much, for its keys and escaped characters.
func leastBytes(t *routing.RoutingTable) int {
	n := len(t.Product.DisplayName) + len(t.Product.Description)
	seen := make(map[string]bool)
	for i := range t.Topics {
		n += len(t.Topics[i].Name) + topicBytes(&t.Topics[i], seen)
	}
	return n + topicBytes(&t.Default, seen)
}

func topicBytes(t *routing.Topic, seen map[string]bool) int {
	n := 0
	for _, list := range [][]routing.Party{t.To, t.CC, t.DecidedBy, t.EscalateTo} {
		for i := range list {
			key := list[i].Key()
			n += len(key) + len(`""`)
			if !seen[key] {
				seen[key] = true
				n += len(key) + partyBytes(&list[i])
			}
		}
	}
	return n
}

// partyBytes counts the keys that each party and subject has. Of several handles of one system it counts one.
func partyBytes(p *routing.Party) int {
	n := len(`{"role":"","name":"","subjects":[],"handles":{}}`) + len(p.Role) + len(p.Name) + len(p.DisplayName) + len(p.Organization)
	for _, s := range p.Subjects {
		n += len(`{"kind":"","name":""}`) + len(s.Kind) + len(s.Name) + len(s.Namespace)
	}
	for i, h := range p.Handles {
		if i+1 == len(p.Handles) || p.Handles[i+1].System != h.System {
			n += len(`"":""`) + len(h.System) + len(h.Value)
		}
	}
	return n
}
