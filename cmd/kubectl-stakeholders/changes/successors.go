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

package changes

import (
	"slices"

	"k8s.io/apimachinery/pkg/api/equality"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// replaced finds parties that leave, and others that do the same in their place: a party under a new name, or another product
// owner. It returns the key of the party that leaves by that of the other one.
func (c *comparison) replaced(p *Pair, all map[string]*partyPair) map[string]string {
	out := make(map[string]string)
	for _, old := range keysOf(all, nil) {
		if all[old].was == nil || all[old].is != nil || all[old].declaredAfter != nil {
			continue
		}
		for _, next := range keysOf(all, nil) {
			if _, taken := out[next]; !taken && c.succeeds(p, all, old, next) {
				out[next] = old
				break
			}
		}
	}
	return out
}

func (c *comparison) succeeds(p *Pair, all map[string]*partyPair, old, next string) bool {
	leaves, joins := all[old], all[next]
	if joins.is == nil || joins.was != nil || joins.declaredBefore != nil || leaves.was.Role != joins.is.Role {
		return false
	}
	isSame := leaves.was.Role == string(v1alpha1.RoleProductOwner) || isRenamed(leaves, joins)
	return isSame && slices.Equal(c.takesPart("", old, p.Before.Table), c.takesPart("", next, p.After.Table))
}

// isRenamed reports whether two parties differ only in their names.
func isRenamed(a, b *partyPair) bool {
	if a.declaredBefore == nil || b.declaredAfter == nil {
		return false
	}
	was, is := *a.declaredBefore.Party, *b.declaredAfter.Party
	was.Name, is.Name = "", ""
	return equality.Semantic.DeepEqual(was, is) && a.declaredBefore.Segment == b.declaredAfter.Segment
}

// takesPlace says that a party does what another one did.
func takesPlace(old *routing.Party) Phrase {
	out := Phrase{{text: "takes the place of "}}
	out.name(old.Name)
	return out
}
