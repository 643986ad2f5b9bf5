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
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/kustomize/api/resmap"
)

func config(t *testing.T) source {
	t.Helper()
	src, err := readSource(root + "/config")
	if err != nil {
		t.Fatal(err)
	}
	return src
}

// TestDefaults requires that the chart installs the same objects as config/default, apart from what withoutHelm removes.
func TestDefaults(t *testing.T) {
	built, err := config(t).overlay("")
	if err != nil {
		t.Fatal(err)
	}
	requireSame(t, built, nil)
}

// TestComponents requires that each component of config is a value of the chart, which adds the same objects.
func TestComponents(t *testing.T) {
	src := config(t)
	for _, component := range components(t) {
		t.Run(component, func(t *testing.T) {
			built, err := src.overlay("components: [../components/" + component + "]\n")
			if err != nil {
				t.Fatal(err)
			}
			requireSame(t, built, map[string]any{"components": map[string]any{valueOf(component): map[string]any{"enabled": true}}})
		})
	}
}

// requireSame compares a kustomization with the chart. The name of the release changes nothing, and its namespace replaces the
// usual one everywhere: in the subjects of bindings and in texts, too.
func requireSame(t *testing.T, built resmap.ResMap, values map[string]any) {
	t.Helper()
	text, err := built.AsYaml()
	if err != nil {
		t.Fatal(err)
	}
	for _, release := range []release{standard, {name: "roles", namespace: "platform"}} {
		want := objects{}
		want.addYAML(t, strings.ReplaceAll(string(text), standard.namespace, release.namespace))
		requireEqual(t, want, release.objects(t, values))
	}
}

// components are the folders of config/components that can be part of the chart.
func components(t *testing.T) []string {
	t.Helper()
	folders, err := os.ReadDir(root + "/config/components")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, folder := range folders {
		if !notInChart[folder.Name()] {
			names = append(names, folder.Name())
		}
	}
	return names
}

// valueOf is the name of a component among the chart's values: argoRollouts for argo-rollouts.
func valueOf(component string) string {
	words := strings.Split(component, "-")
	for i, word := range words[1:] {
		words[i+1] = strings.ToUpper(word[:1]) + word[1:]
	}
	return strings.Join(words, "")
}

// requireEqual compares the objects of a kustomization with those of the chart.
func requireEqual(t *testing.T, want, got objects) {
	t.Helper()
	want = withoutNamespace(want)
	got = withoutHelm(t, got)
	if diff := cmp.Diff(slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(got))); diff != "" {
		t.Errorf("the chart and config have different objects (- config, + chart):\n%s", diff)
	}
	for id, object := range want {
		if other, ok := got[id]; ok {
			if diff := cmp.Diff(object, other); diff != "" {
				t.Errorf("%s differs (- config, + chart):\n%s", id, diff)
			}
		}
	}
}

// withoutNamespace removes the operator's Namespace. Helm keeps the release in it, so the namespace exists before the chart.
func withoutNamespace(all objects) objects {
	kept := maps.Clone(all)
	maps.DeleteFunc(kept, func(id string, _ object) bool { return strings.HasPrefix(id, "Namespace/") })
	return kept
}

// withoutHelm removes what Helm itself needs: two labels of every object, and an annotation of CRDs.
func withoutHelm(t *testing.T, all objects) objects {
	t.Helper()
	for id, object := range all {
		metadata, _ := object["metadata"].(map[string]any)
		removeOwn(t, id, metadata["labels"], "app.kubernetes.io/managed-by", "helm.sh/chart")
		if strings.HasPrefix(id, "CustomResourceDefinition/") {
			removeOwn(t, id, metadata["annotations"], "helm.sh/resource-policy")
		}
	}
	return all
}

func removeOwn(t *testing.T, id string, from any, keys ...string) {
	t.Helper()
	pairs, _ := from.(map[string]any)
	for _, key := range keys {
		if _, ok := pairs[key]; !ok {
			t.Errorf("%s lacks %s", id, key)
		}
		delete(pairs, key)
	}
}
