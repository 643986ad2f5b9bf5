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

package preview

import (
	"maps"
	"slices"
	"time"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/lint"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/evaluate"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/targets"
)

// Product is what the operator makes of a map.
type Product struct {
	evaluate.Evaluation

	Map    *v1alpha1.StakeholderMap
	Policy *v1alpha1.StakeholderPolicySpec
	// Table is the routing table that is in force once the operator has seen the map, and Document is how it is published.
	// Nil: there is none, because the map is invalid.
	Table    *routing.RoutingTable
	Document string
	// Namespaces are the target namespaces in which the map gives rights, sorted. Copies has those with a copy of the table.
	Namespaces []string
	Copies     map[string]bool
	// Assumed are the namespaces that are not known, and are assumed to accept the map, sorted.
	Assumed []string

	projects map[string]bool
}

// Product previews a map of the World. Nothing is in force of an invalid one.
func (w *World) Product(m *v1alpha1.StakeholderMap, now time.Time) (*Product, error) {
	namespaces := source{w, make(map[string]bool)}
	evaluation, err := evaluate.Map(m, w.Policy, namespaces, now)
	if err != nil {
		return nil, err
	}
	evaluation.Findings = lint.WithRefusal(w.Refused[KeyOf(m)], evaluation.Findings)
	p := &Product{Evaluation: evaluation, Map: m, Policy: w.Policy, projects: make(map[string]bool)}
	p.Assumed = slices.DeleteFunc(slices.Sorted(maps.Keys(namespaces.assumed)), targets.Reserved)
	if p.IsInvalid() {
		return p, nil
	}
	p.Namespaces, p.Copies = p.Targets.Accepted(), p.Targets.Copies()
	for _, name := range p.Namespaces {
		p.projects[name] = w.Namespaces[name] != nil && render.IsKargoProject(w.Namespaces[name])
	}
	p.Table, p.Document, err = evaluation.Table()
	return p, err
}

// Name of the product as a user types it: "payments/checkout".
func (p *Product) Name() string { return product.Key(p.Map.Namespace, p.Map.Name) }

// Objects returns everything that the operator writes for the map, in its order. Without a UID the map is not in a cluster
// yet. Then the objects have neither an owner reference nor the annotation with the UID.
func (p *Product) Objects() ([]render.Object, error) {
	if p.Table == nil {
		return nil, nil
	}
	outputs := render.Outputs{
		Owner:  names.Owner{Namespace: p.Map.Namespace, Name: p.Map.Name, UID: p.Map.UID},
		Policy: p.Policy, Table: p.Table, Document: p.Document,
		Namespaces: p.Namespaces, Copies: p.Copies, Projects: p.projects,
	}
	objects, err := outputs.Objects()
	if err != nil {
		return nil, err
	}
	if p.Map.UID == "" {
		for _, object := range objects {
			removeOwner(object)
		}
	}
	return objects, nil
}

func removeOwner(object render.Object) {
	object.SetOwnerReferences(nil)
	annotations := object.GetAnnotations()
	delete(annotations, names.AnnotationMapUID)
	if len(annotations) == 0 {
		annotations = nil
	}
	object.SetAnnotations(annotations)
}
