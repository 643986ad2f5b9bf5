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

package repository

import (
	"strings"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
)

// entity is one document of the file.
type entity struct {
	APIVersion string         `json:"apiVersion"`
	Kind       string         `json:"kind"`
	Metadata   entityMetadata `json:"metadata"`
	Spec       map[string]any `json:"spec"`
}

type entityMetadata struct {
	Name        string            `json:"name"`
	Namespace   string            `json:"namespace"`
	Title       string            `json:"title,omitempty"`
	Description string            `json:"description,omitempty"`
	Annotations map[string]string `json:"annotations"`
}

// catalog collects the content of the file.
type catalog struct {
	out       Output
	table     *routing.RoutingTable
	namespace string
}

func (c *catalog) entity(kind, name, title string, spec map[string]any) entity {
	return entity{
		APIVersion: "backstage.io/v1alpha1", Kind: kind,
		Metadata: entityMetadata{
			Name: name, Namespace: c.namespace, Title: oneLine(title),
			Annotations: map[string]string{AnnotationMap: oneLine(c.table.Source.Namespace + "/" + c.table.Source.Name)},
		},
		Spec: spec,
	}
}

// ref returns the reference to an entity.
func (e *entity) ref() string {
	return strings.ToLower(e.Kind) + ":" + e.Metadata.Namespace + "/" + e.Metadata.Name
}

// annotate adds an annotation, if there is a value.
func (e *entity) annotate(key, value string) {
	if value = oneLine(value); value != "" {
		e.Metadata.Annotations[key] = value
	}
}

func (c *catalog) system() entity {
	product := &c.table.Product
	system := c.entity("System", nameOf(c.table.Source.Name), product.DisplayName, map[string]any{})
	system.Metadata.Description = oneLine(product.Description)
	system.annotate(AnnotationMarket, product.Market)
	return system
}
