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
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// releaseFiles are those that hack/release-check.sh reads, apart from the changelog.
var releaseFiles = []string{"hack/release-check.sh", "config/manager/kustomization.yaml", "dist/chart/Chart.yaml", "dist/install.yaml"}

// TestReleaseCheck runs hack/release-check.sh on a copy of what it reads, as for the release that these files name.
func TestReleaseCheck(t *testing.T) {
	t.Parallel()
	chart, err := os.ReadFile(root + "/dist/chart/Chart.yaml")
	if err != nil {
		t.Fatal(err)
	}
	app := regexp.MustCompile(`(?m)^appVersion: (v.*)$`).FindSubmatch(chart)
	if app == nil {
		t.Fatal("dist/chart/Chart.yaml has no appVersion")
	}
	version := string(app[1])
	for name, tc := range map[string]struct {
		version string
		// file has edit[0] replaced by edit[1].
		file string
		edit [2]string
		// run is a command of git.
		run []string
		// want is the only problem. Without one, the script prints the notes.
		want string
	}{
		"Right":          {},
		"NoVersion":      {version: "main", want: "the version 'main' is not a semantic version"},
		"Tag":            {file: "config/manager/kustomization.yaml", edit: [2]string{"newTag: v", "newTag: v9"}, want: "newTag of config/manager/kustomization.yaml has v9"},
		"ChartVersion":   {file: "dist/chart/Chart.yaml", edit: [2]string{"\nversion: ", "\nversion: 9"}, want: "\nversion of dist/chart/Chart.yaml has 9"},
		"AppVersion":     {file: "dist/chart/Chart.yaml", edit: [2]string{"\nappVersion: v", "\nappVersion: v9"}, want: "appVersion of dist/chart/Chart.yaml has v9"},
		"Image":          {file: "dist/install.yaml", edit: [2]string{"stakeholder-operator:v", "stakeholder-operator:v9"}, want: "the image of dist/install.yaml has v9"},
		"NoNotes":        {file: "CHANGELOG.md", edit: [2]string{"Notes.", ""}, want: "CHANGELOG.md has no section"},
		"NotOnMain":      {run: []string{"commit", "-q", "--allow-empty", "--message=later"}, want: "is not on main"},
		"NoMain":         {run: []string{"update-ref", "-d", "refs/remotes/origin/main"}, want: "this clone has no origin/main"},
		"AncestorOfMain": {run: []string{"checkout", "-q", "HEAD~1"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := releaseCopy(t, version)
			if tc.file != "" {
				rewrite(t, filepath.Join(dir, tc.file), tc.edit)
			}
			if tc.run != nil {
				git(t, dir, tc.run...)
			}
			if tc.version == "" {
				tc.version = version
			}
			cmd := exec.CommandContext(t.Context(), "hack/release-check.sh", tc.version)
			cmd.Dir, cmd.Env = dir, gitEnvironment()
			var stdout, stderr bytes.Buffer
			cmd.Stdout, cmd.Stderr = &stdout, &stderr
			err := cmd.Run()
			if tc.want == "" {
				if diff := cmp.Diff("Notes.", strings.TrimSpace(stdout.String())); diff != "" || err != nil {
					t.Errorf("it ends with %v, and prints (- want, + got):\n%s\n%s", err, diff, &stderr)
				}
				return
			}
			says := strings.ReplaceAll("\n"+stderr.String(), "release-check: ", "")
			if err == nil || !strings.Contains(says, tc.want) || strings.Count(says, "\n") != 2 {
				t.Errorf("it ends with %v, and says %s\nwant only %q", err, says, tc.want)
			}
			if stdout.Len() > 0 {
				t.Errorf("it prints notes: %s", &stdout)
			}
		})
	}
}

// releaseCopy returns a clone with two commits on main, and with what the script reads.
func releaseCopy(t *testing.T, version string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range releaseFiles {
		content, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		writeExecutable(t, filepath.Join(dir, name), content)
	}
	changelog := "# Changelog\n\n## Unreleased\n\n## " + version + " - 2026-12-01\n\nNotes.\n\n## v0.0.1 - 2026-11-01\n\nOlder.\n"
	writeExecutable(t, filepath.Join(dir, "CHANGELOG.md"), []byte(changelog))
	git(t, dir, "init", "-q")
	git(t, dir, "add", ".")
	git(t, dir, "commit", "-q", "--message=first")
	git(t, dir, "commit", "-q", "--allow-empty", "--message=second")
	git(t, dir, "update-ref", "refs/remotes/origin/main", "HEAD")
	return dir
}

func writeExecutable(t *testing.T, name string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil { //nolint:gosec // no secret
		t.Fatal(err)
	}
	if err := os.WriteFile(name, content, 0o755); err != nil { //nolint:gosec // one of the files is a script
		t.Fatal(err)
	}
}

// rewrite replaces a text of a file, once.
func rewrite(t *testing.T, name string, edit [2]string) {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(content, []byte(edit[0])) {
		t.Fatalf("%s does not contain %q", name, edit[0])
	}
	writeExecutable(t, name, bytes.Replace(content, []byte(edit[0]), []byte(edit[1]), 1))
}

// gitEnvironment is for git without the configuration of the user, and in the copy also if a hook of git runs the tests.
func gitEnvironment() []string {
	env := slices.DeleteFunc(os.Environ(), func(variable string) bool { return strings.HasPrefix(variable, "GIT_") })
	return append(env, "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1")
}

// git runs a command of git.
func git(t *testing.T, dir string, args ...string) {
	t.Helper()
	identity := []string{"-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgSign=false"}
	cmd := exec.CommandContext(t.Context(), "git", append(identity, args...)...)
	cmd.Dir = dir
	cmd.Env = gitEnvironment()
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git %s: %v: %s", strings.Join(args, " "), err, output)
	}
}
