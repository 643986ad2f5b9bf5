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

// Command routing-schema writes the JSON Schema of the routing table, reflected from its Go types
// and their comments. It is run in its own folder.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/invopop/jsonschema"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
)

// The reflector joins the two into the import path of the types, by which it looks up their comments.
const (
	thisPackage = "github.com/stakeholders-dev/stakeholder-operator/hack/routing-schema"
	typesFolder = "../../api/routing/v1alpha1"
)

// schemaID is the schema's name, not a place to download it from.
const schemaID = "https://stakeholders.dev/schemas/" + routing.APIVersion + "/routingtable.schema.json"

var errNoType = errors.New("the schema lacks a type or field")

func main() {
	out := flag.String("o", "", "file to write the schema to")
	flag.Parse()
	if err := run(*out); err != nil {
		fmt.Fprintln(os.Stderr, "routing-schema:", err)
		os.Exit(1)
	}
}

func run(out string) error {
	content, err := generate()
	if err != nil {
		return err
	}
	// It is a source file that all users may read.
	if err := os.WriteFile(out, content, 0o644); err != nil { //nolint:gosec // no secret
		return fmt.Errorf("write: %w", err)
	}
	return nil
}

// generate gives the same bytes for the same types.
func generate() ([]byte, error) {
	// A tool must accept fields that a later version of the operator adds to the document. So the schema allows fields
	// that it does not know, as the package's own Parse does.
	reflector := &jsonschema.Reflector{AllowAdditionalProperties: true}
	// Only the types' own comments describe the fields.
	if err := reflector.AddGoComments(thisPackage, typesFolder, jsonschema.WithFullComment()); err != nil {
		return nil, fmt.Errorf("read comments: %w", err)
	}
	for name, comment := range reflector.CommentMap {
		reflector.CommentMap[name] = strings.Join(strings.Fields(comment), " ")
	}
	schema := reflector.Reflect(&routing.Document{})
	schema.ID = schemaID
	schema.Title = routing.Kind
	if err := fixKind(schema.Definitions["Document"]); err != nil {
		return nil, err
	}
	var buf bytes.Buffer
	encoder := json.NewEncoder(&buf)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(schema); err != nil {
		return nil, fmt.Errorf("encode: %w", err)
	}
	return buf.Bytes(), nil
}

// fixKind makes apiVersion and kind required and constant, as they are in this document. In their Go type, which all of
// Kubernetes shares, they are optional strings without a comment here.
func fixKind(table *jsonschema.Schema) error {
	if table == nil {
		return fmt.Errorf("%w: Document", errNoType)
	}
	fixed := []struct{ name, value, description string }{
		{"apiVersion", routing.APIVersion, "Version of this schema."},
		{"kind", routing.Kind, "Kind of this document."},
	}
	for i, f := range fixed {
		property, found := table.Properties.Get(f.name)
		if !found {
			return fmt.Errorf("%w: Document.%s", errNoType, f.name)
		}
		property.Const = f.value
		property.Description = f.description
		table.Required = slices.Insert(table.Required, i, f.name)
	}
	return nil
}
