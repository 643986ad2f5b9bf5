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
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTighten(t *testing.T) {
	given := schema{
		"description": "A type.",
		"properties": map[string]any{
			"port":   map[string]any{"type": "string", "format": "int-or-string", "description": "A port."},
			"labels": map[string]any{"type": "object", "additionalProperties": map[string]any{"type": "string", "description": "A value."}},
			"list":   map[string]any{"type": "array", "items": map[string]any{"properties": map[string]any{}}},
		},
	}
	given.tighten()
	want := schema{
		"additionalProperties": false,
		"properties": map[string]any{
			"port":   map[string]any{"type": []string{"string", "integer"}},
			"labels": map[string]any{"type": "object", "additionalProperties": map[string]any{"type": "string"}},
			"list":   map[string]any{"type": "array", "items": map[string]any{"properties": map[string]any{}, "additionalProperties": false}},
		},
	}
	if diff := cmp.Diff(want, given); diff != "" {
		t.Errorf("(- want, + got):\n%s", diff)
	}
}

func TestFileName(t *testing.T) {
	for want, kind := range map[string]groupVersionKind{
		"deployment-apps-v1.json":  {Group: "apps", Version: "v1", Kind: "Deployment"},
		"clusterrole-rbac-v1.json": {Group: "rbac.authorization.k8s.io", Version: "v1", Kind: "ClusterRole"},
		"serviceaccount-v1.json":   {Version: "v1", Kind: "ServiceAccount"},
	} {
		if got := kind.fileName(); got != want {
			t.Errorf("the file of %v is %s, want %s", kind, got, want)
		}
	}
}

const widgets = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.shop.example.com}
spec:
  group: shop.example.com
  names: {kind: Widget, plural: widgets}
  versions:
  - name: v1
    schema:
      openAPIV3Schema:
        description: A widget.
        type: object
        properties:
          metadata: {type: object}
          spec:
            type: object
            properties:
              free: {type: object, x-kubernetes-preserve-unknown-fields: true, properties: {size: {type: integer}}}
`

func TestCustom(t *testing.T) {
	got, err := custom([]byte(widgets))
	if err != nil {
		t.Fatal(err)
	}
	free := map[string]any{
		"type": "object", "x-kubernetes-preserve-unknown-fields": true, "properties": map[string]any{"size": map[string]any{"type": "integer"}},
	}
	want := map[string]schema{"widget-shop-v1.json": {
		"type": "object", "additionalProperties": false,
		"properties": map[string]any{
			"metadata": map[string]any{"$ref": objectMeta},
			"spec":     map[string]any{"type": "object", "additionalProperties": false, "properties": map[string]any{"free": free}},
		},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(- want, + got):\n%s", diff)
	}
}

func TestCustomOfAnotherKind(t *testing.T) {
	for name, content := range map[string]string{
		"another kind": "kind: ConfigMap",
		"no schema":    "spec: {versions: [{name: v1}]}",
		"no YAML":      "{",
	} {
		if got, err := custom([]byte(content)); err == nil {
			t.Errorf("%s: it returns %v, want an error", name, got)
		}
	}
}
