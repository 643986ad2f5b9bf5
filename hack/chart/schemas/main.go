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

// Command schemas writes JSON Schemas for kubeconform: those of Kubernetes' own kinds from the OpenAPI document of an API server,
// and those of custom resources from the files with CustomResourceDefinitions that its arguments name. A file for each version of a
// kind refers to definitions.json, which has all types of Kubernetes.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	in := flag.String("i", "", "file with the OpenAPI 2 document")
	out := flag.String("o", "", "folder to write the schemas to")
	flag.Parse()
	if err := run(*in, *out, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "schemas:", err)
		os.Exit(1)
	}
}

func run(in, out string, crds []string) error {
	content, err := os.ReadFile(in)
	if err != nil {
		return fmt.Errorf("read: %w", err)
	}
	var document struct {
		Definitions map[string]schema `json:"definitions"`
	}
	if err := json.Unmarshal(content, &document); err != nil {
		return fmt.Errorf("read %s: %w", in, err)
	}
	if err := os.MkdirAll(out, 0o755); err != nil { //nolint:gosec // no secret
		return fmt.Errorf("write: %w", err)
	}
	for name, definition := range document.Definitions {
		for _, kind := range definition.kinds() {
			reference := schema{"$ref": "definitions.json#/definitions/" + name}
			if err := write(filepath.Join(out, kind.fileName()), reference); err != nil {
				return err
			}
		}
		definition.tighten()
	}
	// YAML may have it as a number.
	document.Definitions[quantity]["type"] = []string{"string", "number"}
	if err := write(filepath.Join(out, "definitions.json"), schema{"definitions": document.Definitions}); err != nil {
		return err
	}
	for _, crd := range crds {
		if err := writeCustom(crd, out); err != nil {
			return err
		}
	}
	return nil
}

func write(name string, content any) error {
	data, err := json.Marshal(content)
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	if err := os.WriteFile(name, data, 0o644); err != nil { //nolint:gosec // no secret
		return fmt.Errorf("write: %w", err)
	}
	return nil
}

// groupVersionKind is how OpenAPI marks the type of a kind.
type groupVersionKind struct{ Group, Version, Kind string }

// fileName is the one that kubeconform looks for: deployment-apps-v1.json.
func (k groupVersionKind) fileName() string {
	parts := []string{k.Kind}
	if k.Group != "" {
		group, _, _ := strings.Cut(k.Group, ".")
		parts = append(parts, group)
	}
	return strings.ToLower(strings.Join(append(parts, k.Version), "-")) + ".json"
}
