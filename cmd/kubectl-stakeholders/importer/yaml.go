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

package importer

import (
	"bytes"
	"cmp"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

// YAML returns the draft as a document with comments.
func (d *Draft) YAML() ([]byte, error) {
	metadata := &node{}
	metadata.add("name", text(cmp.Or(d.Name, todo)), unless(d.Name, nameQuestion))
	if d.Namespace != "" {
		metadata.add("namespace", text(d.Namespace), nil)
	}
	spec := &node{}
	spec.add("product", d.product(), nil)
	spec.add("customers", parties(d.Customers), withQuestion(d.CustomerNotes, d.Customers, customersQuestion))
	spec.add("endUsers", parties(d.EndUsers), withQuestion(d.EndUserNotes, d.EndUsers, endUsersQuestion))
	spec.add("productOwner", d.productOwner(), d.ownerComment())
	team := d.Team
	if team.Subjects == nil && team.Handles == nil {
		team.Handles = []v1alpha1.Handle{}
	}
	spec.add("developmentTeam", party(&team), slices.Concat(teamQuestion, d.Team.Notes))
	root := &node{}
	root.add("apiVersion", text(v1alpha1.GroupVersion.String()), d.introduction())
	root.add("kind", text(names.KindMap), nil)
	root.add("metadata", metadata.yaml(), nil)
	root.add("spec", spec.yaml(), nil)

	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	encoder.CompactSeqIndent()
	if err := encoder.Encode(root.yaml()); err != nil {
		return nil, err
	}
	return out.Bytes(), encoder.Close()
}

func (d *Draft) product() *yaml.Node {
	product := &node{}
	// An empty name is invalid, and any other one would not be.
	product.add("displayName", text(line(d.Product, maxDisplayName)), unless(d.Product, productQuestion))
	if description := line(d.Description, maxDescription); description != "" {
		product.add("description", text(description), nil)
	}
	product.add("market", text(cmp.Or(string(d.Market), todo)), unless(string(d.Market), marketQuestion))
	return product.yaml()
}

// unless returns a question if there is no answer.
func unless(answer string, question []string) []string {
	if answer != "" {
		return nil
	}
	return question
}

func parties(all []Party) *yaml.Node {
	items := make([]*yaml.Node, len(all))
	for i := range all {
		items[i] = party(&all[i])
		items[i].HeadComment = comment(all[i].Notes)
	}
	return list(items)
}

// withQuestion is the comment above the parties of a role. The question is open if there are none.
func withQuestion(notes []string, all []Party, question []string) []string {
	if len(all) > 0 {
		return notes
	}
	return slices.Concat(notes, question)
}

func (d *Draft) productOwner() *yaml.Node {
	owner := d.ProductOwner
	owner.Name = cmp.Or(owner.Name, todo)
	return party(&owner)
}

func (d *Draft) ownerComment() []string {
	if d.ProductOwner.Name != "" {
		return d.ProductOwner.Notes
	}
	if len(d.ProductOwner.Handles) == 0 {
		return slices.Concat(ownerQuestion, ownerExample, d.ProductOwner.Notes)
	}
	return slices.Concat(ownerQuestion, d.ProductOwner.Notes)
}

// party returns the fields of a party that are there.
func party(p *Party) *yaml.Node {
	out := &node{}
	for _, field := range []struct{ key, value string }{
		{"name", p.Name}, {"displayName", line(p.DisplayName, maxDisplayName)},
		{"organization", line(p.Organization, maxDisplayName)}, {"segment", string(p.Segment)},
	} {
		if field.value != "" {
			out.add(field.key, text(field.value), nil)
		}
	}
	if len(p.Subjects) > 0 {
		subjects := make([]*yaml.Node, len(p.Subjects))
		for i, s := range p.Subjects {
			subjects[i] = flow("kind", string(s.Kind), "name", s.Name, "namespace", s.Namespace)
		}
		out.add("subjects", list(subjects), nil)
	}
	if p.Handles != nil {
		handles := make([]*yaml.Node, len(p.Handles))
		for i, h := range p.Handles {
			handles[i] = flow("system", h.System, "value", h.Value)
		}
		out.add("handles", list(handles), nil)
	}
	return out.yaml()
}
