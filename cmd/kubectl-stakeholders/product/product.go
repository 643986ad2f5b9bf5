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

// Package product has what commands know of a product: its map, the policy, and the routing table. It is pure: package
// command reads them from files or from the cluster.
package product

import (
	"time"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/route"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/topics"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
)

// Product is a map with everything that follows from it at a moment.
type Product struct {
	Map *v1alpha1.StakeholderMap
	// Policy that applies to the map. Nil means the defaults.
	Policy *v1alpha1.StakeholderPolicySpec
	// Assigned are the topics and parties of the map, as declared. The map may be invalid.
	Assigned *topics.Assignments
	// Findings of the map.
	Findings []v1alpha1.Finding
	// Table is the routing table: the one in force, if InForce, or else the one that the map would get.
	Table *routing.RoutingTable
	// InForce says whether the operator has published Table.
	InForce bool
}

// Declared returns a product as a map declares it.
func Declared(m *v1alpha1.StakeholderMap, policy *v1alpha1.StakeholderPolicySpec, now time.Time) (*Product, error) {
	assigned := topics.Assign(m, policy, now)
	p := &Product{
		Map: m, Policy: policy, Assigned: assigned,
		Findings: validate.Assigned(m, policy, assigned, now),
		Table:    route.Table(m, assigned),
	}
	_, err := p.Table.Seal()
	return p, err
}

// Name of the product as a user types it: "payments/checkout".
func (p *Product) Name() string { return p.Map.Namespace + "/" + p.Map.Name }
