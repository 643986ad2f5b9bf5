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

package install

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// chart is the chart of this checkout.
const chart = "dist/chart"

// helm is Helm 3 or Helm 4, as a user calls it.
type helm struct {
	// folder has the executable, under the name helm.
	folder string
}

func newHelm(t *testing.T, binary string) helm {
	t.Helper()
	h := helm{t.TempDir()}
	if err := os.Symlink(filepath.Join(env.helm, binary), filepath.Join(h.folder, "helm")); err != nil {
		t.Fatal(err)
	}
	return h
}

// release runs a command about the usual release, such as "install" or "upgrade", with a chart and further flags.
func (h helm) release(t *testing.T, command string, args ...string) (string, error) {
	t.Helper()
	line := "helm " + command + " stakeholder-operator --namespace " + suite.OperatorNamespace + " " + strings.Join(args, " ")
	return shell(t, line, h.folder)
}

// must is release for a command that has to succeed.
func (h helm) must(t *testing.T, command string, args ...string) string {
	t.Helper()
	output, err := h.release(t, command, args...)
	if err != nil {
		t.Fatal(err)
	}
	return output
}

// previousChart is the chart of the commit before this one.
func previousChart(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	revision, err := controlplane.Previous(t.Context(), folder, chart)
	if err != nil {
		t.Fatal(err)
	}
	t.Log("the previous chart is that of", revision)
	return filepath.Join(folder, chart)
}

// newerVersion is the version of the chart that futureChart returns.
const newerVersion = "99.0.0"

// futureChart is the chart as a later release could be.
func futureChart(t *testing.T) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "chart")
	if err := os.CopyFS(folder, os.DirFS(filepath.Join(env.root, chart))); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(folder, "Chart.yaml")
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(content), "\nversion: ", "\nversion: "+newerVersion+" # ", 1)
	if changed == string(content) {
		t.Fatal("Chart.yaml has no version")
	}
	if err := os.WriteFile(name, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
	return folder
}
