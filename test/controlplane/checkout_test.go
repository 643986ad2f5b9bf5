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

package controlplane

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// checkout makes a repository with a module of this one's name, and sets the working directory inside it, below a
// module of another name. So code that reads the repository is tested without the real one.
func checkout(t *testing.T, files map[string]string) (root string) {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{
		"go.mod":            "// A comment.\nmodule " + modulePath + "\n\ngo 1.26.0\n",
		"hack/tools/go.mod": "module " + modulePath + "/hack/tools\n",
	}
	maps.Copy(all, files)
	for name, content := range all {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		//nolint:gosec // one of them is a program, and all are only for their owner
		if err := os.WriteFile(path, []byte(content), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(filepath.Join(root, "hack", "tools"))
	return root
}

func TestRoot(t *testing.T) {
	want := checkout(t, nil)
	if got, err := Root(); err != nil || got != want {
		t.Errorf("Root is %q, %v, want %q", got, err, want)
	}
	t.Chdir(t.TempDir())
	if got, err := Root(); err == nil {
		t.Errorf("Root outside of a checkout is %q", got)
	}
}

func TestAssetsFromScript(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{etcdBinary, apiServerBinary, controllerManagerBinary} {
		//nolint:gosec // it is a program, and only for its owner
		if err := os.WriteFile(filepath.Join(folder, name), nil, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	kubectl := filepath.Join(folder, kubectlBinary)
	if err := os.WriteFile(kubectl, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	checkout(t, map[string]string{
		"hack/control-plane.sh": "#!/bin/sh\necho building >&2\necho done\necho '" + folder + "'\n",
	})
	t.Setenv(assetsEnv, "")

	if _, err := Assets(t.Context()); err == nil || !strings.Contains(err.Error(), kubectl) {
		t.Errorf("Assets with a kubectl that is not executable: %v", err)
	}
	//nolint:gosec // it is a program, and only for its owner
	if err := os.Chmod(kubectl, 0o700); err != nil {
		t.Fatal(err)
	}
	if got, err := Assets(t.Context()); err != nil || got != folder {
		t.Errorf("Assets are %q, %v, want %q", got, err, folder)
	}
}

func TestBuildManager(t *testing.T) {
	root := checkout(t, map[string]string{"cmd/manager/main.go": "package main\n\nfunc main() {}\n"})
	if err := BuildManager(t.Context(), "manager", false); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat("manager"); err != nil {
		t.Errorf("the path is not relative to the working directory: %v", err)
	}
	if err := os.WriteFile(filepath.Join(root, "cmd", "manager", "main.go"), []byte("package main\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := BuildManager(t.Context(), "manager", false); err == nil || !strings.Contains(err.Error(), "main") {
		t.Errorf("building what does not compile: %v, want the compiler's message", err)
	}
}

func TestManagerOfAssets(t *testing.T) {
	assets := t.TempDir()
	t.Setenv(managerAssetsEnv, assets)
	if _, err := Manager(t.Context(), t.TempDir(), true); err == nil || !strings.Contains(err.Error(), managerAssetsEnv) {
		t.Errorf("Manager of an empty folder: %v", err)
	}
	for race, name := range map[bool]string{false: "manager", true: "manager-race"} {
		want := filepath.Join(assets, name)
		//nolint:gosec // it is a program, and only for its owner
		if err := os.WriteFile(want, nil, 0o700); err != nil {
			t.Fatal(err)
		}
		if got, err := Manager(t.Context(), t.TempDir(), race); err != nil || got != want {
			t.Errorf("Manager with race %t is %q, %v, want %q", race, got, err, want)
		}
	}
}

func TestProgramsAreBuilt(t *testing.T) {
	const program = "package main\n\nfunc main() {}\n"
	checkout(t, map[string]string{"cmd/manager/main.go": program, "cmd/kubectl-stakeholders/main.go": program})
	t.Setenv(managerAssetsEnv, "")
	dir := t.TempDir()
	path, err := Manager(t.Context(), dir, false)
	if err != nil || path != filepath.Join(dir, "manager") {
		t.Fatalf("Manager is %q, %v", path, err)
	}
	plugin, err := Plugin(t.Context(), dir)
	if err != nil || plugin != filepath.Join(dir, "kubectl-stakeholders") {
		t.Fatalf("Plugin is %q, %v", plugin, err)
	}
	for _, built := range []string{path, plugin} {
		if _, err := os.Stat(built); err != nil {
			t.Error(err)
		}
	}
}

// refusal is an admission policy that refuses every map. It replaces the real one.
const refusal = `
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: refuse}
spec:
  matchConstraints:
    resourceRules:
    - {apiGroups: [` + mapsGroup + `], apiVersions: ["*"], operations: [CREATE], resources: ["*"]}
  validations:
  - {expression: "false", message: none}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: refuse}
spec: {policyName: refuse, validationActions: [Deny]}
`

// testInstallOperator installs a configuration with the same resource as the real one.
func (p parts) testInstallOperator(t *testing.T) {
	checkout(t, map[string]string{
		"config/default/kustomization.yaml": "resources: [../crd, policy.yaml]\n",
		"config/crd/kustomization.yaml":     "resources: [bases/crd.yaml]\nlabels: [{pairs: {app.kubernetes.io/part-of: stakeholder-operator}}]\n",
		"config/crd/bases/crd.yaml": strings.NewReplacer(
			"harness.example", mapsGroup, "widgets", mapsResource, "kind: Widget,", "kind: StakeholderMap,", "name: v1", "name: "+mapsVersion,
		).Replace(widgets),
		"config/default/policy.yaml": refusal,
	})
	if err := p.c.InstallOperator(t.Context()); err != nil {
		t.Fatal(err)
	}
	kubectl(t, p.c, "", "get", mapsResource+"."+mapsGroup)
	if err := p.c.InstallOperator(t.Context()); err != nil {
		t.Errorf("installing twice: %v", err)
	}
}
