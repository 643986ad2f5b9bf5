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
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestPreviousOfNothing: a revision that the clone does not have is an error that names it.
func TestPreviousOfNothing(t *testing.T) {
	t.Setenv(UpgradeFromEnv, "no-such-revision")
	_, err := Previous(t.Context(), t.TempDir())
	if err == nil || !strings.Contains(err.Error(), "no-such-revision") {
		t.Errorf("the error is: %v", err)
	}
}

func TestPreviousCommit(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	repository, shallow := filepath.Join(folder, "repository"), filepath.Join(folder, "shallow")
	git := func(args ...string) {
		t.Helper()
		if output, err := exec.CommandContext(t.Context(), "git", args...).CombinedOutput(); err != nil {
			t.Fatalf("git %s: %v: %s", args, err, output)
		}
	}
	git("init", "--quiet", repository)
	for _, message := range []string{"one", "two"} {
		git("-C", repository, "-c", "user.name=test", "-c", "user.email=test@example.com", "commit", "--quiet", "--allow-empty", "-m", message)
	}
	git("clone", "--quiet", "--depth=1", "file://"+repository, shallow)
	for root, want := range map[string]string{repository: "HEAD~1", shallow: "HEAD"} {
		if got := previousCommit(t.Context(), root); got != want {
			t.Errorf("%s: the previous commit is %s, want %s", filepath.Base(root), got, want)
		}
	}
}
