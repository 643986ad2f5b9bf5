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
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/invopop/jsonschema"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
)

func TestGenerate(t *testing.T) {
	first, err := generate()
	if err != nil {
		t.Fatal(err)
	}
	second, err := generate()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first, second) {
		t.Error("the same types gave different bytes")
	}
	if !bytes.Equal(first, routing.SchemaJSON) {
		t.Error("the schema in the package is not that of its types: run make generate")
	}
}

// TestEverythingIsDescribed exists because descriptions get lost without an error if comments are not found.
func TestEverythingIsDescribed(t *testing.T) {
	content, err := generate()
	if err != nil {
		t.Fatal(err)
	}
	var schema struct {
		ID   string `json:"$id"`
		Defs map[string]struct {
			Description          string           `json:"description"`
			AdditionalProperties *json.RawMessage `json:"additionalProperties"`
			Properties           map[string]struct {
				Description string `json:"description"`
			} `json:"properties"`
		} `json:"$defs"`
	}
	if err := json.Unmarshal(content, &schema); err != nil {
		t.Fatal(err)
	}
	if schema.ID != schemaID {
		t.Errorf("$id is %q, want %q", schema.ID, schemaID)
	}
	if len(schema.Defs) == 0 {
		t.Error("the schema defines no type")
	}
	for name, def := range schema.Defs {
		if def.Description == "" {
			t.Errorf("%s has no description", name)
		}
		if def.AdditionalProperties != nil {
			t.Errorf("%s says something about fields that a later version adds", name)
		}
		for field, property := range def.Properties {
			if property.Description == "" {
				t.Errorf("%s.%s has no description", name, field)
			}
		}
	}
}

func TestRun(t *testing.T) {
	path := filepath.Join(t.TempDir(), "schema.json")
	if err := run(path); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	// Other users must be able to read it, as far as the umask allows.
	if mode := info.Mode().Perm(); mode&0o600 != 0o600 || mode&0o111 != 0 {
		t.Errorf("the file has mode %o", mode)
	}
	if err := run(filepath.Join(path, "below-a-file")); err == nil {
		t.Error("a file that cannot be written is no error")
	}
}

func TestFixKind(t *testing.T) {
	cases := map[string]struct {
		reason string
		schema *jsonschema.Schema
	}{
		"no type":  {"the type was renamed", nil},
		"no field": {"the field was renamed", &jsonschema.Schema{Properties: jsonschema.NewProperties()}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if err := fixKind(tc.schema); !errors.Is(err, errNoType) {
				t.Errorf("%s: error %v, want %v", tc.reason, err, errNoType)
			}
		})
	}
}
