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
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// fromEnv names a revision to upgrade from, in place of the previous commit.
const fromEnv = "UPGRADE_FROM"

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
	root, err := controlplane.Root()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := extract(t.Context(), root, cmp.Or(os.Getenv(fromEnv), "HEAD~1"), dir); err != nil {
		t.Fatal(err)
	}
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

// extract writes the files of a revision into a folder.
func extract(ctx context.Context, root, revision, dir string) error {
	archive := filepath.Join(dir, "sources.tar")
	for _, command := range [][]string{
		{"git", "-C", root, "archive", "--output=" + archive, revision},
		{"tar", "-xf", archive, "-C", dir},
	} {
		output, err := exec.CommandContext(ctx, command[0], command[1:]...).CombinedOutput()
		if err != nil {
			return fmt.Errorf("the sources of %s, the version to upgrade from, are not available: %w: %s: "+
				"a shallow clone gets them by git fetch --unshallow, and %s names another revision",
				revision, err, strings.TrimSpace(string(output)), fromEnv)
		}
	}
	return nil
}

// TestWithoutHistory: a clone without the previous commit gets an error that says what to do.
func TestWithoutHistory(t *testing.T) {
	t.Parallel()
	root, err := controlplane.Root()
	if err != nil {
		t.Fatal(err)
	}
	err = extract(t.Context(), root, "no-such-revision", t.TempDir())
	if err == nil || !strings.Contains(err.Error(), "no-such-revision") || !strings.Contains(err.Error(), "git fetch --unshallow") {
		t.Errorf("the error is: %v", err)
	}
}
