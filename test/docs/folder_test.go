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

package docs

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/stakeholders-dev/stakeholder-operator/hack/markdown"
)

// newFolder is the folder of a reader who has a clone: copies of what pages refer to, so that a page can write there.
func newFolder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"config", "dist/chart"} {
		if err := os.CopyFS(filepath.Join(dir, name), os.DirFS(filepath.Join(checkout(t), name))); err != nil {
			t.Fatal(err)
		}
	}
	writeFile(t, filepath.Join(dir, "dist", "install.yaml"), source(t, "dist/install.yaml"))
	return dir
}

// writeExamples writes the files of all pages, and of the scripts of the reference page, to a folder for each.
func writeExamples(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, file := range pageFiles(t) {
		for _, b := range markdown.Parse(source(t, file)).Blocks {
			if name := fileOf(b); b.Language == "yaml" && name != "" {
				writeFile(t, filepath.Join(dir, exampleName(file), name), []byte(b.Text))
			}
		}
	}
	scripts, err := filepath.Glob(filepath.Join(checkout(t), "cmd", "kubectl-stakeholders", "command", "testdata", "reference", "*.txtar"))
	if err != nil || len(scripts) == 0 {
		t.Fatalf("%d scripts: %v", len(scripts), err)
	}
	for _, script := range scripts {
		archive, err := txtar.ParseFile(script)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range archive.Files {
			writeFile(t, filepath.Join(dir, exampleName(script), file.Name), file.Data)
		}
	}
	return dir
}

func writeFile(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}
