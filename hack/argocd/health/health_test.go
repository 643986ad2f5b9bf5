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

package health

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"github.com/argoproj/argo-cd/v3/util/lua"
	"github.com/argoproj/gitops-engine/pkg/health"
	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

const (
	// customizations has the layout of the folder of this name in Argo CD's repository.
	customizations = "../../../config/components/argocd/resource_customizations"
	mapFolder      = customizations + "/stakeholders.dev/StakeholderMap"
	policyFolder   = customizations + "/stakeholders.dev/StakeholderPolicy"
	requestFolder  = customizations + "/stakeholders.dev/StakeholderRequest"
	apiFolder      = "../../../api/v1alpha1"
)

// suite is a health_test.yaml.
type suite struct {
	Tests []struct {
		InputPath    string              `json:"inputPath"`
		HealthStatus health.HealthStatus `json:"healthStatus"`
	} `json:"tests"`
}

// TestHealthScripts does the same as Argo CD's TestLuaHealthScript with each folder that has a health.lua, but passes
// the script as argocd-cm would: then it runs without Lua's libraries.
func TestHealthScripts(t *testing.T) {
	var folders int
	err := filepath.WalkDir(customizations, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.Name() != "health.lua" {
			return err
		}
		folders++
		folder := filepath.Dir(path)
		if !entry.Type().IsRegular() {
			t.Errorf("%s is no regular file, which Argo CD would not have embedded", path)
		}
		var tests suite
		read(t, filepath.Join(folder, "health_test.yaml"), &tests)
		tried := make(map[string]bool)
		for _, tc := range tests.Tests {
			tried[filepath.Base(tc.InputPath)] = true
			if strings.Contains(tc.HealthStatus.Message, "\n") {
				t.Errorf("%s has a message of several lines, which the operator does not write", tc.InputPath)
			}
			t.Run(filepath.Base(filepath.Dir(path))+"/"+filepath.Base(tc.InputPath), func(t *testing.T) {
				got := healthOf(t, folder, object(t, filepath.Join(folder, tc.InputPath)))
				if diff := cmp.Diff(&tc.HealthStatus, got); diff != "" {
					t.Errorf("health (-want +got):\n%s", diff)
				}
			})
		}
		entries, err := os.ReadDir(filepath.Join(folder, "testdata"))
		for _, entry := range entries {
			if !tried[entry.Name()] {
				t.Errorf("health_test.yaml does not try %s", filepath.Join(folder, "testdata", entry.Name()))
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if folders == 0 {
		t.Error("there is no health.lua")
	}
}

// TestOneScriptForMapsAndThePolicy requires the same script for both, as files: Argo CD embeds its folders, and Go does not embed
// links.
func TestOneScriptForMapsAndThePolicy(t *testing.T) {
	var scripts [2]string
	for i, folder := range []string{mapFolder, policyFolder} {
		content, err := os.ReadFile(filepath.Join(folder, "health.lua"))
		if err != nil {
			t.Fatal(err)
		}
		scripts[i] = string(content)
	}
	if diff := cmp.Diff(scripts[0], scripts[1]); diff != "" {
		t.Errorf("the scripts differ (-StakeholderMap +StakeholderPolicy):\n%s", diff)
	}
}

// TestEveryScriptIsInstalled requires a key of argocd-cm for every script: without one, Argo CD does not wait for an
// object.
func TestEveryScriptIsInstalled(t *testing.T) {
	var component struct {
		ConfigMapGenerator []struct {
			Files []string `json:"files"`
		} `json:"configMapGenerator"`
	}
	content, err := os.ReadFile(filepath.Join(customizations, "..", "kustomization.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(content, &component); err != nil {
		t.Fatal(err)
	}
	if len(component.ConfigMapGenerator) != 1 {
		t.Fatalf("the component generates %d ConfigMaps, want one", len(component.ConfigMapGenerator))
	}
	got := component.ConfigMapGenerator[0].Files
	var want []string
	for _, kind := range []string{"StakeholderMap", "StakeholderPolicy", "StakeholderRequest"} {
		want = append(want, "resource.customizations.health.stakeholders.dev_"+kind+"=resource_customizations/stakeholders.dev/"+kind+"/health.lua")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("keys of argocd-cm (-want +got):\n%s", diff)
	}
}

// TestEveryOutcome tries every outcome that the API documents, so that a new one is not forgotten here. Only a yes is Healthy.
func TestEveryOutcome(t *testing.T) {
	outcomes := constants(t, filepath.Join(apiFolder, "requeststatus_types.go"), "Outcome")
	if len(outcomes) < 8 {
		t.Fatalf("the API has only the outcomes %q", outcomes)
	}
	want := map[string]health.HealthStatusCode{
		"Pending": health.HealthStatusProgressing, "Deferred": health.HealthStatusSuspended,
		"Approved": health.HealthStatusHealthy, "Accepted": health.HealthStatusHealthy,
	}
	for _, outcome := range append(outcomes, "OfALaterVersion") {
		o := object(t, filepath.Join(requestFolder, "testdata", "approved.yaml"))
		setReady(t, o, map[string]any{"message": outcome + " by customer/acme-board"})
		if err := unstructured.SetNestedField(o.Object, outcome, "status", "outcome"); err != nil {
			t.Fatal(err)
		}
		code, known := want[outcome]
		if !known {
			code = health.HealthStatusDegraded
		}
		got := healthOf(t, requestFolder, o)
		if got.Status != code || !strings.HasPrefix(got.Message, outcome) {
			t.Errorf("%s is %s with the message %q, want %s and the outcome first", outcome, got.Status, got.Message, code)
		}
	}
}

// TestEveryReason sets Ready to false for every reason that the API documents and for every broken rule, so that a new
// one is not forgotten here.
func TestEveryReason(t *testing.T) {
	reasons := constants(t, filepath.Join(apiFolder, "conditions.go"), "Reason")
	reasons = append(reasons, constants(t, filepath.Join(apiFolder, "findings.go"), "")...)
	if len(reasons) < 30 {
		t.Fatalf("the API has only the reasons %q", reasons)
	}
	for _, reason := range reasons {
		o := object(t, filepath.Join(mapFolder, "testdata", "namespace_refused.yaml"))
		setReady(t, o, map[string]any{"status": "False", "reason": reason, "message": "what " + reason + " says"})
		want := &health.HealthStatus{Status: health.HealthStatusDegraded, Message: "what " + reason + " says"}
		if diff := cmp.Diff(want, healthOf(t, mapFolder, o)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", reason, diff)
		}
	}
}

// healthOf is Argo CD's health of an object when argocd-cm has the script of a folder.
func healthOf(t *testing.T, folder string, o *unstructured.Unstructured) *health.HealthStatus {
	t.Helper()
	script, err := os.ReadFile(filepath.Join(folder, "health.lua"))
	if err != nil {
		t.Fatal(err)
	}
	key := filepath.Base(filepath.Dir(folder)) + "/" + filepath.Base(folder)
	overrides := lua.ResourceHealthOverrides{key: v1alpha1.ResourceOverride{HealthLua: string(script)}}
	got, err := overrides.GetResourceHealth(o)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func object(t *testing.T, path string) *unstructured.Unstructured {
	t.Helper()
	o := &unstructured.Unstructured{}
	read(t, path, &o.Object)
	return o
}

func read(t *testing.T, path string, into any) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.UnmarshalStrict(content, into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// setReady changes fields of the condition Ready, which must be there.
func setReady(t *testing.T, o *unstructured.Unstructured, fields map[string]any) {
	t.Helper()
	conditions, _, err := unstructured.NestedSlice(o.Object, "status", "conditions")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range conditions {
		if condition, ok := c.(map[string]any); ok && condition["type"] == "Ready" {
			maps.Copy(condition, fields)
			if err := unstructured.SetNestedSlice(o.Object, conditions, "status", "conditions"); err != nil {
				t.Fatal(err)
			}
			return
		}
	}
	t.Fatalf("there is no condition Ready in %v", conditions)
}

// constants are the values of the string constants in a Go file whose names have a prefix. They are read, not imported:
// the API's module needs other versions of Kubernetes' modules than Argo CD.
func constants(t *testing.T, path, prefix string) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var values []string
	ast.Inspect(file, func(node ast.Node) bool {
		spec, ok := node.(*ast.ValueSpec)
		if !ok || !strings.HasPrefix(spec.Names[0].Name, prefix) || len(spec.Values) != 1 {
			return true
		}
		if literal, ok := spec.Values[0].(*ast.BasicLit); ok && literal.Kind == token.STRING {
			value, err := strconv.Unquote(literal.Value)
			if err != nil {
				t.Fatal(err)
			}
			values = append(values, value)
		}
		return true
	})
	return values
}
