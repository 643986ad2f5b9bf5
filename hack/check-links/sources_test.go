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
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestSources lists a folder with and without git.
func TestSources(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for _, name := range []string{"README.md", "cmd/main.go", "bin/manager", "hack/site/node_modules/x/y.js", "ignored.txt"} {
		file := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// A link to a folder is none that can be read.
	if err := os.Symlink("cmd", filepath.Join(root, "link")); err != nil {
		t.Fatal(err)
	}
	requireSources(t, root, "README.md", "cmd/main.go", "ignored.txt")

	if err := os.WriteFile(filepath.Join(root, ".gitignore"), []byte("ignored.txt\n/bin/\nnode_modules/\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	gone := filepath.Join(root, "gone.md")
	if err := os.WriteFile(gone, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"init", "--quiet"}, {"add", "gone.md", "README.md"}} {
		git := exec.CommandContext(t.Context(), "git", append([]string{"-C", root}, args...)...)
		// In a hook, these variables name the repository of the user.
		git.Env = slices.DeleteFunc(os.Environ(), func(variable string) bool { return strings.HasPrefix(variable, "GIT_") })
		if output, err := git.CombinedOutput(); err != nil {
			t.Fatalf("git %q: %v: %s", args, err, output)
		}
	}
	if err := os.Remove(gone); err != nil {
		t.Fatal(err)
	}
	requireSources(t, root, ".gitignore", "README.md", "cmd/main.go")
}

func requireSources(t *testing.T, root string, want ...string) {
	t.Helper()
	got, err := sources(t.Context(), root)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("sources (-want +got):\n%s", diff)
	}
}

// TestWrongRoot requires that a folder without documentation is no folder without problems.
func TestWrongRoot(t *testing.T) {
	t.Parallel()
	if err := run(t.Context(), t.TempDir(), false); err == nil {
		t.Error("a folder without pages has no problems")
	}
}
