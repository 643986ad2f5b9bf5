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

package v1alpha1

import (
	"cmp"
	"slices"
	"strings"
)

// Resolve says who to ask about a topic. If the table has no topic of that name, it returns
// the default entry, whose name is "default": a topic that is not listed goes to the product
// owner, or to the customers if there is none.
func (t *RoutingTable) Resolve(topic string) Topic {
	i, found := slices.BinarySearchFunc(t.Topics, topic, func(t Topic, name string) int {
		return strings.Compare(t.Name, name)
	})
	if !found {
		return t.Default
	}
	return t.Topics[i]
}

// UserName returns the name that the API server gives to a user or a ServiceAccount, or "" for a group.
func (s Subject) UserName() string {
	switch s.Kind {
	case "User":
		return s.Name
	case "ServiceAccount":
		return "system:serviceaccount:" + s.Namespace + ":" + s.Name
	default:
		return ""
	}
}

// HandlesOf are all handles of the party in another system. Only argocd and kargo can have several.
func (p *Party) HandlesOf(system string) []Handle {
	var out []Handle
	for _, h := range p.Handles {
		if h.System == system {
			out = append(out, h)
		}
	}
	return out
}

// Handle is the party's name in another system, or "" if it has none there.
func (p *Party) Handle(system string) string {
	for _, h := range p.Handles {
		if h.System == system {
			return h.Value
		}
	}
	return ""
}

// Compare orders handles by system, claim and value.
func (h Handle) Compare(other Handle) int {
	return cmp.Or(cmp.Compare(h.System, other.System), cmp.Compare(h.Claim, other.Claim), cmp.Compare(h.Value, other.Value))
}
