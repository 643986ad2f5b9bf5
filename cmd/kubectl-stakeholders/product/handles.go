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

import (
	"slices"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
)

// Handles are all names of a party in other systems, sorted.
func Handles(p *routing.DocumentParty) []routing.Handle {
	var out []routing.Handle
	for system, value := range p.Handles {
		out = append(out, routing.Handle{System: system, Value: value})
	}
	for system, claims := range p.Claims {
		for claim, values := range claims {
			for _, value := range values {
				out = append(out, routing.Handle{System: system, Claim: claim, Value: value})
			}
		}
	}
	slices.SortFunc(out, routing.Handle.Compare)
	return out
}

// HandlesOf are the names of a party in one system.
func HandlesOf(p *routing.DocumentParty, system string) []string {
	var out []string
	for _, h := range Handles(p) {
		if h.System == system {
			out = append(out, h.Value)
		}
	}
	return out
}
