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

package route_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

func compileSchema(tb testing.TB) *jsonschema.Schema {
	tb.Helper()
	content, err := jsonschema.UnmarshalJSON(bytes.NewReader(routing.SchemaJSON))
	if err != nil {
		tb.Fatal(err)
	}
	const url = "routingtable.schema.json"
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource(url, content); err != nil {
		tb.Fatal(err)
	}
	schema, err := compiler.Compile(url)
	if err != nil {
		tb.Fatal(err)
	}
	return schema
}

func validateDocument(tb testing.TB, schema *jsonschema.Schema, document []byte) error {
	tb.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(document))
	if err != nil {
		tb.Fatal(err)
	}
	return schema.Validate(value)
}

func TestSchemaAcceptsTables(t *testing.T) {
	schema := compileSchema(t)
	for _, example := range fixtures.Examples(t) {
		if err := validateDocument(t, schema, document(t, example.Map)); err != nil {
			t.Errorf("%s: %v", example.Name, err)
		}
	}
	if err := validateDocument(t, schema, document(t, fixtures.Minimal())); err != nil {
		t.Errorf("minimal: %v", err)
	}
}

// TestSchemaJudges changes one value of a document at a time.
func TestSchemaJudges(t *testing.T) {
	schema := compileSchema(t)
	type path = []any
	cases := map[string]struct {
		reason string
		path   path
		// value is the new value. Nil removes the field.
		value any
		valid bool
	}{
		"as it is":        {"a change that changes nothing is accepted", path{"kind"}, "RoutingTable", true},
		"new field":       {"tools of this version accept what later ones add", path{"later"}, "x", true},
		"new field below": {"tools of this version accept what later ones add", path{"parties", "customer/acme-board", "later"}, 1, true},
		"description":     {"it may be left out", path{"product", "description"}, nil, true},
		"no apiVersion":   {"without it nobody knows what the document is", path{"apiVersion"}, nil, false},
		"other version":   {"the schema is of this version", path{"apiVersion"}, "routing.stakeholders.dev/v2", false},
		"no kind":         {"without it nobody knows what the document is", path{"kind"}, nil, false},
		"other kind":      {"the schema is of this kind", path{"kind"}, "ConfigMap", false},
		"no revision":     {"it is always there", path{"revision"}, nil, false},
		"short revision":  {"it is a whole SHA-256", path{"revision"}, "sha256:abc", false},
		"market":          {"there are three", path{"product", "market"}, "C2C", false},
		"no default":      {"a topic that is not declared needs an answer", path{"default"}, nil, false},
		"class":           {"there are three", path{"topics", "budget", "class"}, "Order", false},
		"no recipients":   {"a party that leaves an invalid map leaves the table", path{"topics", "budget", "to"}, []any{}, true},
		"no deciders":     {"a party that leaves an invalid map leaves the table", path{"default", "decidedBy"}, []any{}, true},
		"no copies":       {"the list is there, empty or not", path{"topics", "budget", "cc"}, nil, false},
		"null copies":     {"the list is there, empty or not", path{"topics", "budget", "cc"}, json.RawMessage("null"), false},
		"role":            {"there are four", path{"parties", "customer/acme-board", "role"}, "Boss", false},
		"segment":         {"there are three", path{"parties", "customer/acme-board", "segment"}, "", false},
		"no subjects":     {"a party of ServiceAccounts that did not consent has its handles", path{"parties", "customer/acme-board", "subjects"}, []any{}, true},
		"subject kind":    {"there are three", path{"parties", "customer/acme-board", "subjects", 0, "kind"}, "Robot", false},
		"name a number":   {"names are text", path{"parties", "customer/acme-board", "name"}, 1, false},
		"party a number":  {"topics name parties by their keys", path{"topics", "budget", "to"}, []any{1}, false},
		"quorum of none":  {"an approval nobody has to give is none", path{"topics", "budget", "quorum", "count"}, 0, false},
		"quorum mode":     {"there are three", path{"topics", "budget", "quorum", "mode"}, "Most", false},
		"quorum of half":  {"parties are whole", path{"topics", "budget", "quorum", "count"}, 1.5, false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var content any
			if err := json.Unmarshal(document(t, example(t, "b2b")), &content); err != nil {
				t.Fatal(err)
			}
			put(t, content, tc.path, tc.value)
			edited, err := json.Marshal(content)
			if err != nil {
				t.Fatal(err)
			}
			err = validateDocument(t, schema, edited)
			var invalid *jsonschema.ValidationError
			if got := !errors.As(err, &invalid); got != tc.valid {
				t.Errorf("%s: valid is %v, want %v: %v", tc.reason, got, tc.valid, err)
			}
		})
	}
}

// put sets one field of a JSON document, or removes it if the value is nil. It fails the test if the path does not
// exist, because the case would then test nothing.
func put(t *testing.T, content any, path []any, value any) {
	t.Helper()
	last := len(path) - 1
	for _, step := range path[:last] {
		switch step := step.(type) {
		case string:
			object, _ := content.(map[string]any)
			content = object[step]
		case int:
			list, _ := content.([]any)
			if step >= len(list) {
				t.Fatalf("%v: there is no such entry", path)
			}
			content = list[step]
		}
	}
	object, isObject := content.(map[string]any)
	name, isName := path[last].(string)
	if !isObject || !isName {
		t.Fatalf("%v does not lead to a field", path)
	}
	if value != nil {
		object[name] = value
		return
	}
	if _, there := object[name]; !there {
		t.Fatalf("%v is not there", path)
	}
	delete(object, name)
}
