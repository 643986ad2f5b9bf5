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

	"k8s.io/apimachinery/pkg/api/meta"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/route"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/topics"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
)

// Basis says where the table of a product comes from.
type Basis string

// The values of Basis.
const (
	// InForce : the operator has published the table.
	InForce Basis = "InForce"
	// File : the table is that of a map in a file.
	File Basis = "File"
	// Unreadable : the user may read the map, but not the table in force, so the table is that of the map.
	Unreadable Basis = "Unreadable"
	// Unpublished : the operator has not published a table for the map, so the table is that of the map.
	Unpublished Basis = "Unpublished"
	// AnotherTime : the user asks about another time than now, so the table is that of the map at that time.
	AnotherTime Basis = "AnotherTime"
	// AnotherPolicy : the user asks about now under another policy than the one in force, so the table is that of the map under it.
	AnotherPolicy Basis = "AnotherPolicy"
)

// IsChecked reports whether what the API server says about a right is about this table, too. It answers only for now, and for the
// policy in force.
func (b Basis) IsChecked() bool { return b != File && b != AnotherTime && b != AnotherPolicy }

// Product is a map with everything that follows from it at a moment.
type Product struct {
	Map *v1alpha1.StakeholderMap
	// Policy that applies to the map. Nil means the defaults.
	Policy *v1alpha1.StakeholderPolicySpec
	// PolicyUnread says that the user may not read the policy, so that Policy is nil.
	PolicyUnread bool
	// Assigned are the topics and parties of the map, as declared. The map may be invalid.
	Assigned *topics.Assignments
	// Refused says that the API server refuses the map, which is in a file. Findings has the reasons.
	Refused bool
	// Findings of the map.
	Findings []v1alpha1.Finding
	// Table is the routing table: the one in force, if Basis is InForce, or else the one that the map would get.
	Table *routing.RoutingTable
	Basis Basis
	// Flags are those with which other commands find the map, after a space: " -f checkout.yaml". None: it is in the cluster.
	Flags string
	// At is the moment that everything is about.
	At time.Time
}

// Declared returns a product as a map declares it.
func Declared(m *v1alpha1.StakeholderMap, policy *v1alpha1.StakeholderPolicySpec, now time.Time) (*Product, error) {
	assigned := topics.Assign(m, policy, now)
	p := &Product{
		Map: m, Policy: policy, Assigned: assigned, Basis: File, At: now,
		Findings: validate.Assigned(m, policy, assigned, now),
		Table:    route.Table(m, assigned),
	}
	_, err := p.Table.Seal()
	return p, err
}

// TakeStatus replaces the findings by those of the operator, which knows the policy and the whole cluster, if the operator has
// seen this generation of the map.
func (p *Product) TakeStatus() {
	valid := meta.FindStatusCondition(p.Map.Status.Conditions, v1alpha1.ConditionValid)
	if valid != nil && valid.ObservedGeneration == p.Map.Generation {
		p.Findings = p.Map.Status.Findings
	}
}

// TakePublished replaces the table by the one in a routing ConfigMap, if it is one that the operator has published for the map.
func (p *Product) TakePublished(document string) bool {
	table, ok := PublishedTable(p.Map, document)
	if ok {
		p.Table, p.Basis = table, InForce
	}
	return ok
}

// IsUsable reports whether the table can be acted on: it is in force, or the map is valid.
func (p *Product) IsUsable() bool { return p.Basis == InForce || !validate.HasErrors(p.Findings) }

// PublishedTable returns the table in a routing ConfigMap, if it is one that the operator has published for the map. A user who may
// write ConfigMaps cannot forge it: its digest is in the status.
func PublishedTable(m *v1alpha1.StakeholderMap, document string) (*routing.RoutingTable, bool) {
	content := []byte(document)
	if !routing.HasRevision(content, m.Status.RoutingRevision) && !routing.HasRevision(content, m.Status.PendingRoutingRevision) {
		return nil, false
	}
	table, err := routing.Parse(content)
	return table, err == nil
}

// Name of the product as a user types it: "payments/checkout".
func (p *Product) Name() string { return Key(p.Map.Namespace, p.Map.Name) }

// Key is how a user names an object: "payments/checkout", or "checkout" if the namespace is not known.
func Key(namespace, name string) string {
	if namespace == "" {
		return name
	}
	return namespace + "/" + name
}
