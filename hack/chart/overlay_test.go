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
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// TestRenamed requires that an overlay that renames the ClusterRoles of stakeholders also renames the ServiceAccount whose name the
// operator reads, in the same way. The operator then does not start: see cmd/manager/serviceaccount.go.
func TestRenamed(t *testing.T) {
	src := config(t)
	for fields, want := range map[string]string{
		"":                                 "?",
		"namespace: platform\n":            "?",
		"namePrefix: acme-\n":              "acme-?",
		"nameSuffix: -v2\n":                "?-v2",
		"namePrefix: a-\nnameSuffix: -b\n": "a-?-b",
	} {
		built, err := src.overlay(fields)
		requireRenamed(t, "config/default with "+fields, built, err, want)
		built, err = src.overlay(fields + "components: [../components/strict-authors]\n")
		requireRenamed(t, "config/default and a component with "+fields, built, err, want)
		built, err = overlayInstaller(t, fields)
		requireRenamed(t, "install.yaml with "+fields, built, err, want)
	}
}

// overlayInstaller builds an overlay over install.yaml, which is what a user of a release has.
func overlayInstaller(t *testing.T, fields string) (resmap.ResMap, error) {
	t.Helper()
	installer, err := os.ReadFile(root + "/dist/install.yaml")
	if err != nil {
		t.Fatal(err)
	}
	files := filesys.MakeFsInMemory()
	for name, content := range map[string]string{"install.yaml": string(installer), "kustomization.yaml": "resources: [install.yaml]\n" + fields} {
		if err := files.WriteFile("/overlay/"+name, []byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	return build(files, "/overlay")
}

// requireRenamed requires names like want, in which the question mark stands for the usual name.
func requireRenamed(t *testing.T, overlay string, built resmap.ResMap, err error, want string) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", overlay, err)
	}
	ids := map[string]bool{}
	for _, resource := range built.Resources() {
		ids[resource.GetKind()+"/"+resource.GetName()] = true
	}
	account, source := serviceAccount(t, built)
	for _, id := range []string{"ClusterRole/stakeholders-customer", "ServiceAccount/stakeholder-operator-controller-manager"} {
		kind, name, _ := strings.Cut(id, "/")
		if id := kind + "/" + strings.Replace(want, "?", name, 1); !ids[id] {
			t.Errorf("%s: there is no %s", overlay, id)
		}
	}
	if diff := cmp.Diff(strings.Replace(want, "?", "stakeholder-operator-controller-manager", 1), account); diff != "" {
		t.Errorf("%s: the operator's ServiceAccount (- want, + got):\n%s", overlay, diff)
	}
	if diff := cmp.Diff("spec.serviceAccountName", source); diff != "" {
		t.Errorf("%s: what the operator reads (- want, + got):\n%s", overlay, diff)
	}
}

// serviceAccount returns the operator's ServiceAccount, and the field from which the operator gets its name.
func serviceAccount(t *testing.T, built resmap.ResMap) (account, source string) {
	t.Helper()
	for _, resource := range built.Resources() {
		if resource.GetKind() != "Deployment" {
			continue
		}
		var err error
		if account, err = resource.GetString("spec.template.spec.serviceAccountName"); err != nil {
			t.Fatal(err)
		}
		source, err = resource.GetString("spec.template.spec.containers.[name=manager].env.[name=SERVICE_ACCOUNT].valueFrom.fieldRef.fieldPath")
		if err != nil {
			t.Fatal(err)
		}
	}
	return account, source
}
