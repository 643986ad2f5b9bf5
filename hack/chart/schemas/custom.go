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
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"sigs.k8s.io/yaml"
)

// objectMeta is the type of every kind's metadata. An API server checks it for custom resources too, although their own schemas
// only say that it is an object.
const objectMeta = "definitions.json#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"

// definition is what this program reads of a CustomResourceDefinition.
type definition struct {
	Spec struct {
		Group string `json:"group"`
		Names struct {
			Kind string `json:"kind"`
		} `json:"names"`
		Versions []struct {
			Name   string `json:"name"`
			Schema struct {
				OpenAPIV3Schema schema `json:"openAPIV3Schema"`
			} `json:"schema"`
		} `json:"versions"`
	} `json:"spec"`
}

// writeCustom writes a schema for each version of the kind that a file with a CustomResourceDefinition defines.
func writeCustom(name, out string) error {
	content, err := os.ReadFile(name)
	if err != nil {
		return fmt.Errorf("read: %w", err)
	}
	schemas, err := custom(content)
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	for file, content := range schemas {
		if err := write(filepath.Join(out, file), content); err != nil {
			return err
		}
	}
	return nil
}

// custom returns the schemas of a CustomResourceDefinition by the names of their files.
func custom(content []byte) (map[string]schema, error) {
	var crd definition
	if err := yaml.Unmarshal(content, &crd); err != nil {
		return nil, err
	}
	schemas := make(map[string]schema, len(crd.Spec.Versions))
	for _, version := range crd.Spec.Versions {
		kind := groupVersionKind{Group: crd.Spec.Group, Version: version.Name, Kind: crd.Spec.Names.Kind}
		root := version.Schema.OpenAPIV3Schema
		properties, ok := root["properties"].(map[string]any)
		if !ok {
			return nil, fmt.Errorf("the version %s has no schema with properties", version.Name)
		}
		root.tighten()
		properties["metadata"] = map[string]any{"$ref": objectMeta}
		schemas[kind.fileName()] = root
	}
	if len(schemas) == 0 {
		return nil, errors.New("this is no CustomResourceDefinition: it has no versions")
	}
	return schemas, nil
}
