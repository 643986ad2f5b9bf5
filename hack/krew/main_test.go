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
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"
)

func validManifest() *manifest {
	digests := map[target]string{}
	for _, t := range platforms {
		digests[t] = strings.Repeat("0a", 32)
	}
	return newManifest("v1.2.3", digests)
}

func TestManifest(t *testing.T) {
	m := validManifest()
	if err := m.validate(); err != nil {
		t.Fatal(err)
	}
	content, err := yaml.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"  name: stakeholders\n",
		"/releases/download/v1.2.3/kubectl-stakeholders_v1.2.3_windows_arm64.zip\n",
		"/releases/download/v1.2.3/kubectl-stakeholders_v1.2.3_darwin_arm64.tar.gz\n",
		"  - bin: kubectl-stakeholders.exe\n",
	} {
		if !strings.Contains(string(content), want) {
			t.Errorf("the manifest lacks %q:\n%s", want, content)
		}
	}
	if len(m.Spec.Platforms) != 6 {
		t.Errorf("the manifest has %d platforms, want 6", len(m.Spec.Platforms))
	}
}

func TestInvalidManifest(t *testing.T) {
	for _, tt := range []struct {
		want   string
		change func(*manifest)
	}{
		{"apiVersion", func(m *manifest) { m.APIVersion = "v1" }},
		{"kind", func(m *manifest) { m.Kind = "Pod" }},
		{"metadata.name", func(m *manifest) { m.Metadata.Name = "a/b" }},
		{"semantic version", func(m *manifest) { m.Spec.Version = "1.2.3" }},
		{"semantic version", func(m *manifest) { m.Spec.Version = "v1.2" }},
		{"shortDescription", func(m *manifest) { m.Spec.ShortDescription = "a\nb" }},
		{"platforms is empty", func(m *manifest) { m.Spec.Platforms = nil }},
		{"uri", func(m *manifest) { m.Spec.Platforms[0].URI = "http://example.com" }},
		{"sha256", func(m *manifest) { m.Spec.Platforms[0].SHA256 = "" }},
		{"bin", func(m *manifest) { m.Spec.Platforms[0].Bin = "other" }},
		{"files", func(m *manifest) { m.Spec.Platforms[0].Files[1].To = "" }},
		{"selector", func(m *manifest) { m.Spec.Platforms[0].Selector.MatchLabels["cpu"] = "fast" }},
		{"already a platform linux/amd64", func(m *manifest) { m.Spec.Platforms[1].Selector.MatchLabels["arch"] = "amd64" }},
	} {
		m := validManifest()
		tt.change(m)
		if err := m.validate(); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("got %v, want %q", err, tt.want)
		}
	}
}

func TestVersionBeforeBuild(t *testing.T) {
	out := filepath.Join(t.TempDir(), "dist")
	if err := run(t.Context(), "dev-dirty", out); err == nil || !strings.Contains(err.Error(), "v1.2.3") {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("the folder was made for a version that is none")
	}
}

func TestPack(t *testing.T) {
	dir := t.TempDir()
	files := []string{filepath.Join(dir, "kubectl-stakeholders"), filepath.Join(dir, "LICENSE")}
	for _, file := range files {
		if err := os.WriteFile(file, []byte(filepath.Base(file)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want := map[string]os.FileMode{"kubectl-stakeholders": 0o755, "LICENSE": 0o644}
	for name, read := range map[string]func(*testing.T, []byte) map[string]os.FileMode{"a.tar.gz": readTar, "a.zip": readZip} {
		first, err := pack(filepath.Join(dir, name), files, strings.HasSuffix(name, ".zip"))
		if err != nil {
			t.Fatal(err)
		}
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, read(t, content)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if again, err := pack(filepath.Join(dir, name), files, strings.HasSuffix(name, ".zip")); err != nil || again != first {
			t.Errorf("%s: the same files gave another archive: %v", name, err)
		}
	}
}

func readTar(t *testing.T, content []byte) map[string]os.FileMode {
	t.Helper()
	uncompressed, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	archive := tar.NewReader(uncompressed)
	out := map[string]os.FileMode{}
	for {
		header, err := archive.Next()
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		out[header.Name] = header.FileInfo().Mode()
	}
}

func readZip(t *testing.T, content []byte) map[string]os.FileMode {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]os.FileMode{}
	for _, file := range archive.File {
		out[file.Name] = file.Mode()
	}
	return out
}
