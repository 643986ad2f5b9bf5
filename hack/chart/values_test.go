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

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// ofParents are the values that only a parent chart sets.
var ofParents = []string{"enabled", "global"}

// valuesSchema is the part of a JSON Schema that says which values there are.
type valuesSchema struct {
	Ref         string                  `json:"$ref"`
	Properties  map[string]valuesSchema `json:"properties"`
	Definitions map[string]valuesSchema `json:"definitions"`
}

// TestValues requires that values.yaml explains each value, that it and the schema have the same values, and that those cannot be null without
// which the chart does not work.
// Helm takes a default away that a user sets to null, also by a key without a value.
func TestValues(t *testing.T) {
	content, err := os.ReadFile(chartFolder + "/values.yaml")
	if err != nil {
		t.Fatal(err)
	}
	values, err := yaml.Parse(string(content))
	if err != nil {
		t.Fatal(err)
	}
	content, err = os.ReadFile(chartFolder + "/values.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var schema valuesSchema
	if err := json.Unmarshal(content, &schema); err != nil {
		t.Fatal(err)
	}
	for _, name := range ofParents {
		delete(schema.Properties, name)
	}
	requireValues(t, schema, values, "", schema)
}

func requireValues(t *testing.T, root valuesSchema, values *yaml.RNode, path string, schema valuesSchema) {
	t.Helper()
	const definitions = "#/definitions/"
	if len(schema.Ref) > len(definitions) {
		schema = root.Definitions[schema.Ref[len(definitions):]]
	}
	// Values below it are the user's own, or those of Kubernetes.
	if len(schema.Properties) == 0 || freeForm[path] {
		return
	}
	var names []string
	err := values.VisitFields(func(field *yaml.MapNode) error {
		name := field.Key.YNode().Value
		names = append(names, name)
		if field.Key.YNode().HeadComment == "" {
			t.Errorf("values.yaml does not explain %s.%s", path, name)
		}
		inner, ok := schema.Properties[name]
		if !ok {
			t.Errorf("the schema lacks %s.%s", path, name)
		}
		if !optional[path+"."+name] {
			requireNotNull(t, path+"."+name)
		}
		requireValues(t, root, field.Value, path+"."+name, inner)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name := range schema.Properties {
		if !slices.Contains(names, name) {
			t.Errorf("values.yaml lacks %s.%s", path, name)
		}
	}
}

// requireNotNull requires that the schema refuses null for a value, such as ".crds.keep", and names the value.
func requireNotNull(t *testing.T, path string) {
	t.Helper()
	names := strings.Split(path, ".")[1:]
	last := names[len(names)-1]
	values := map[string]any{last: nil}
	for _, name := range slices.Backward(names[:len(names)-1]) {
		values = map[string]any{name: values}
	}
	want := fmt.Sprintf("at '%s': missing property '%s'", strings.Join(append([]string{""}, names[:len(names)-1]...), "/"), last)
	if _, err := standard.render(values); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("with null for %s the chart gives %v, want %q", path, err, want)
	}
}

// optional are values without which the chart works: null takes their default away, for example to run without limits.
var optional = map[string]bool{
	".resources": true, ".priorityClassName": true, ".nodeSelector": true, ".tolerations": true, ".affinity": true,
	".topologySpreadConstraints": true,
}

// freeForm are values with the fields of a Kubernetes type, which values.yaml does not explain one by one.
var freeForm = map[string]bool{".affinity": true, ".resources": true}
