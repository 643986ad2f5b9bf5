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

package compatibility_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/compatibility"
)

func TestCompare(t *testing.T) {
	t.Parallel()
	all := []string{"StakeholderMap", "StakeholderPolicy", "StakeholderRequest"}
	for _, tt := range []struct {
		reason string
		served []string
		change func(schemas map[string]*apiextensionsv1.JSONSchemaProps)
		want   compatibility.Difference
	}{
		{reason: "The CRDs of this version fit.", served: all},
		{
			reason: "An operator without requests is older.", served: all[:2],
			change: func(s map[string]*apiextensionsv1.JSONSchemaProps) { delete(s, "StakeholderRequest") },
			want:   compatibility.Difference{Missing: []string{"StakeholderRequest"}},
		},
		{
			reason: "An operator without a field is older.", served: all,
			change: func(s map[string]*apiextensionsv1.JSONSchemaProps) {
				spec := s["StakeholderMap"].Properties["spec"]
				delete(spec.Properties["topics"].Items.Schema.Properties, "quorum")
				delete(spec.Properties, "targetNamespaces")
			},
			want: compatibility.Difference{Missing: []string{"StakeholderMap.spec.targetNamespaces", "StakeholderMap.spec.topics[].quorum"}},
		},
		{
			reason: "An operator with another field is newer. Fields of Kubernetes' own types do not count.", served: all,
			change: func(s map[string]*apiextensionsv1.JSONSchemaProps) {
				status := s["StakeholderMap"].Properties["status"]
				status.Properties["mood"] = apiextensionsv1.JSONSchemaProps{Type: "string"}
				status.Properties["conditions"].Items.Schema.Properties["mood"] = apiextensionsv1.JSONSchemaProps{Type: "string"}
			},
			want: compatibility.Difference{Unknown: []string{"StakeholderMap.status.mood"}},
		},
		{
			reason: "A kind without status is older.", served: all,
			change: func(s map[string]*apiextensionsv1.JSONSchemaProps) {
				delete(s["StakeholderPolicy"].Properties, "status")
			},
			want: compatibility.Difference{Missing: []string{"StakeholderPolicy.status"}},
		},
	} {
		schemas := crdSchemas(t)
		if tt.change != nil {
			tt.change(schemas)
		}
		got, err := compatibility.Compare(tt.served, openAPI(t, schemas))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(&tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
		}
	}
}

func TestCompareWithoutOpenAPI(t *testing.T) {
	t.Parallel()
	got, err := compatibility.Compare([]string{"StakeholderMap"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&compatibility.Difference{Missing: []string{"StakeholderPolicy", "StakeholderRequest"}}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := compatibility.Compare(nil, []byte("<html>")); err == nil {
		t.Error("a document that is not JSON gave no error")
	}
}

func TestImageVersion(t *testing.T) {
	t.Parallel()
	for image, want := range map[string]string{
		"controller:latest":                       "latest",
		"registry.example:5000/a/operator:v1.2.3": "v1.2.3",
		"registry.example:5000/a/operator":        "",
		"operator:v1@sha256:0123":                 "v1",
		"operator@sha256:0123":                    "",
		"":                                        "",
	} {
		if got := compatibility.ImageVersion(image); got != want {
			t.Errorf("ImageVersion(%q) = %q, want %q", image, got, want)
		}
	}
}

// crdSchemas returns the schemas of the CRDs in config/crd by kind.
func crdSchemas(t *testing.T) map[string]*apiextensionsv1.JSONSchemaProps {
	t.Helper()
	files, err := filepath.Glob("../../../config/crd/bases/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no CRDs: %v", err)
	}
	schemas := map[string]*apiextensionsv1.JSONSchemaProps{}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		crd := &apiextensionsv1.CustomResourceDefinition{}
		if err := yaml.Unmarshal(content, crd); err != nil {
			t.Fatal(err)
		}
		schemas[crd.Spec.Names.Kind] = crd.Spec.Versions[0].Schema.OpenAPIV3Schema
	}
	return schemas
}

// openAPI returns the schemas as an API server publishes them.
func openAPI(t *testing.T, schemas map[string]*apiextensionsv1.JSONSchemaProps) []byte {
	t.Helper()
	published := map[string]any{}
	for kind, schema := range schemas {
		published["dev.stakeholders.v1alpha1."+kind] = struct {
			*apiextensionsv1.JSONSchemaProps

			Kinds []map[string]string `json:"x-kubernetes-group-version-kind"`
		}{schema, []map[string]string{{"group": "stakeholders.dev", "version": "v1alpha1", "kind": kind}}}
	}
	content, err := json.Marshal(map[string]any{"components": map[string]any{"schemas": published}})
	if err != nil {
		t.Fatal(err)
	}
	return content
}
