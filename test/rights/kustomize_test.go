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

package rights

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// overlay writes a kustomization, and returns its folder.
func overlay(t *testing.T, kustomization string, files map[string]string) string {
	t.Helper()
	dir, err := plane.Overlay(kustomization, files)
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// build is the output of kustomize for it.
func build(t *testing.T, kustomization string) []*unstructured.Unstructured {
	t.Helper()
	out, err := plane.Kubectl(t.Context(), "kustomize", overlay(t, kustomization, nil))
	if err != nil {
		t.Fatal(err)
	}
	var objects []*unstructured.Unstructured
	for decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewBufferString(out), 4096); ; {
		object := &unstructured.Unstructured{}
		if err := decoder.Decode(&object.Object); errors.Is(err, io.EOF) {
			return objects
		} else if err != nil {
			t.Fatal(err)
		}
		objects = append(objects, object)
	}
}

// withDefault is an overlay over config/default with a component, as docs/operations/components.md shows it.
func withDefault(component string) string {
	return "resources: [CONFIG/default]\ncomponents: [CONFIG/components/" + component + "]\n"
}

// install installs a component, and removes everything that is not in config/default when the test ends.
func install(t *testing.T, component string) {
	t.Helper()
	t.Cleanup(func() {
		if err := plane.UninstallComponent(context.WithoutCancel(t.Context()), component); err != nil {
			t.Error(err)
		}
	})
	if err := plane.InstallComponent(t.Context(), component); err != nil {
		t.Fatal(err)
	}
}

// object is the one object of a kind and name, or the only one of a kind if name is empty.
func object(t *testing.T, objects []*unstructured.Unstructured, kind, name string) *unstructured.Unstructured {
	t.Helper()
	var found []*unstructured.Unstructured
	for _, o := range objects {
		if o.GetKind() == kind && (name == "" || o.GetName() == name) {
			found = append(found, o)
		}
	}
	if len(found) != 1 {
		t.Fatalf("there are %d objects of kind %s with the name %q, want one", len(found), kind, name)
	}
	return found[0]
}

// find is the same, as a Go type.
func find[T client.Object](t *testing.T, objects []*unstructured.Unstructured, kind, name string, into T) T {
	t.Helper()
	convert(t, object(t, objects, kind, name).Object, into)
	return into
}

// convert fails on fields that the Go type does not have.
func convert(t *testing.T, content map[string]any, into any) {
	t.Helper()
	if err := runtime.DefaultUnstructuredConverter.FromUnstructuredWithValidation(content, into, true); err != nil {
		t.Fatal(err)
	}
}

// componentFolders are the names of all components.
func componentFolders(t *testing.T) map[string]bool {
	t.Helper()
	root, err := controlplane.Root()
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(filepath.Join(root, "config", "components"))
	if err != nil {
		t.Fatal(err)
	}
	out := make(map[string]bool)
	for _, entry := range entries {
		out[entry.Name()] = true
	}
	return out
}
