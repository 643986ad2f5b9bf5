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

package argocd

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

const (
	branch = "main"
	// mapsFolder is where a repository has its maps.
	mapsFolder = "stakeholders"
)

// repository is a product team's repository, with its maps.
type repository struct{ dir string }

// newRepository has a commit without maps, as Argo CD fails to compare an application with an empty repository.
func newRepository(t *testing.T) repository {
	t.Helper()
	r := repository{dir: t.TempDir()}
	r.git(t, "init", "--quiet", "--initial-branch="+branch)
	if err := os.Mkdir(filepath.Join(r.dir, mapsFolder), 0o700); err != nil {
		t.Fatal(err)
	}
	// Git keeps no empty folder.
	if err := os.WriteFile(filepath.Join(r.dir, mapsFolder, ".gitkeep"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	r.commit(t)
	return r
}

func (r repository) url() string { return "file://" + r.dir }

// put commits maps, each in a separate file, and returns the commit.
func (r repository) put(t *testing.T, maps ...*v1alpha1.StakeholderMap) string {
	t.Helper()
	for _, m := range maps {
		m = m.DeepCopy()
		m.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind("StakeholderMap"))
		// As the application says.
		m.Namespace = ""
		content, err := yaml.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(r.file(m), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return r.commit(t)
}

// remove commits the deletion of a map, and returns the commit.
func (r repository) remove(t *testing.T, m *v1alpha1.StakeholderMap) string {
	t.Helper()
	if err := os.Remove(r.file(m)); err != nil {
		t.Fatal(err)
	}
	return r.commit(t)
}

// write commits manifests, by the names of their files, and returns the commit.
func (r repository) write(t *testing.T, manifests map[string]string) string {
	t.Helper()
	for name, manifest := range manifests {
		if err := os.WriteFile(filepath.Join(r.dir, mapsFolder, name), []byte(manifest), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return r.commit(t)
}

func (r repository) file(m *v1alpha1.StakeholderMap) string {
	return filepath.Join(r.dir, mapsFolder, m.Name+".yaml")
}

func (r repository) commit(t *testing.T) string {
	t.Helper()
	r.git(t, "add", "--all")
	r.git(t, "-c", "user.name=Dana Doe", "-c", "user.email=dana@vendor.example", "commit", "--quiet", "--message=Change the stakeholders")
	return r.git(t, "rev-parse", "HEAD")
}

func (r repository) git(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "git", args...)
	cmd.Dir = r.dir
	// Settings of this machine must not change what is tested.
	cmd.Env = append(os.Environ(), "HOME="+r.dir, "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+os.DevNull)
	output, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v: %s", strings.Join(args, " "), err, output)
	}
	return strings.TrimSpace(string(output))
}
