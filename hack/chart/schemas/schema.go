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

package main

// schema is a JSON Schema, as OpenAPI has it.
type schema map[string]any

// quantity is the type of amounts such as 128Mi.
const quantity = "io.k8s.apimachinery.pkg.api.resource.Quantity"

// kinds are those of which this is the type.
func (s schema) kinds() []groupVersionKind {
	marks, _ := s["x-kubernetes-group-version-kind"].([]any)
	kinds := make([]groupVersionKind, 0, len(marks))
	for _, mark := range marks {
		fields, _ := mark.(map[string]any)
		kind := groupVersionKind{}
		kind.Group, _ = fields["group"].(string)
		kind.Version, _ = fields["version"].(string)
		kind.Kind, _ = fields["kind"].(string)
		kinds = append(kinds, kind)
	}
	return kinds
}

// tighten makes it refuse unknown fields, accept numbers where Kubernetes does, and drops texts.
func (s schema) tighten() {
	delete(s, "description")
	if s["format"] == "int-or-string" {
		delete(s, "format")
		s["type"] = []string{"string", "integer"}
	}
	for _, key := range []string{"items", "additionalProperties"} {
		if inner, ok := s[key].(map[string]any); ok {
			schema(inner).tighten()
		}
	}
	properties, ok := s["properties"].(map[string]any)
	if !ok {
		return
	}
	for _, property := range properties {
		if inner, ok := property.(map[string]any); ok {
			schema(inner).tighten()
		}
	}
	if open, _ := s["x-kubernetes-preserve-unknown-fields"].(bool); open {
		return
	}
	if _, ok := s["additionalProperties"]; !ok {
		s["additionalProperties"] = false
	}
}
