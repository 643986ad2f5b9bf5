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

package upgrade

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// version is a version of the operator: the paths of its install.yaml and of its program.
type version struct{ manifests, manager string }

// current is the version of the working tree.
func current(t *testing.T) version {
	t.Helper()
	root, err := controlplane.Root()
	if err != nil {
		t.Fatal(err)
	}
	manager, err := controlplane.Manager(t.Context(), t.TempDir(), false)
	if err != nil {
		t.Fatal(err)
	}
	return version{manifests: manifestsIn(root), manager: manager}
}

// previous is the version to upgrade from, built from its own sources.
func previous(t *testing.T) version {
	t.Helper()
	dir := t.TempDir()
	revision, err := controlplane.Previous(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Log("the previous version is that of", revision)
	manager := filepath.Join(dir, "bin", "manager")
	// The flags of "make build" and of the suites, so that Go's build cache serves what both versions have in common.
	build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-buildvcs=false", "-o", manager, "./cmd/manager")
	build.Dir, build.Env = dir, append(os.Environ(), "CGO_ENABLED=0")
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building the previous version: %v: %s", err, output)
	}
	return version{manifests: manifestsIn(dir), manager: manager}
}

func manifestsIn(root string) string { return filepath.Join(root, "dist", "install.yaml") }
