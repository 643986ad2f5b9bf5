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
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

// newRelease writes what goreleaser writes, after a change of the manifest or of the files in the archives.
func newRelease(t *testing.T, change func(*manifest), changeFiles func(map[string]fs.FileMode)) string {
	t.Helper()
	dir := t.TempDir()
	m := &manifest{TypeMeta: metav1.TypeMeta{APIVersion: krewAPIVersion, Kind: "Plugin"}}
	m.Metadata.Name = "stakeholders"
	m.Spec.Version, m.Spec.ShortDescription = "v1.2.3", "Ask"
	for _, name := range platforms {
		system, arch, _ := strings.Cut(name, "/")
		p := platform{Bin: "kubectl-stakeholders", Selector: metav1.LabelSelector{MatchLabels: map[string]string{"os": system, "arch": arch}}}
		files := map[string]fs.FileMode{"LICENSE": 0o644, p.Bin: 0o755, "kubectl_complete-stakeholders": 0o755}
		pack, extension := packTar, ".tar.gz"
		if system == "windows" {
			p.Bin = "kubectl-stakeholders.exe"
			files = map[string]fs.FileMode{"LICENSE": 0o644, p.Bin: 0o755, "kubectl_complete-stakeholders.cmd": 0o755}
			pack, extension = packZip, ".zip"
		}
		if changeFiles != nil {
			changeFiles(files)
		}
		content := pack(t, files)
		sum := sha256.Sum256(content)
		p.SHA256 = hex.EncodeToString(sum[:])
		archive := "kubectl-stakeholders_" + system + "_" + arch + extension
		p.URI = "https://host.example/download/v1.2.3/" + archive
		m.Spec.Platforms = append(m.Spec.Platforms, p)
		write(t, filepath.Join(dir, archive), content)
	}
	if change != nil {
		change(m)
	}
	content, err := yaml.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "krew", "stakeholders.yaml"), content)
	return dir
}

func write(t *testing.T, file string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestRelease(t *testing.T) {
	if err := run(newRelease(t, nil, nil), ""); err != nil {
		t.Error(err)
	}
}

// TestOnlyOneSystem requires that nothing else was built, and nothing is missing.
func TestOnlyOneSystem(t *testing.T) {
	onlyLinux := func(m *manifest) {
		m.Spec.Platforms = slices.DeleteFunc(m.Spec.Platforms, func(p platform) bool { return p.Selector.MatchLabels["os"] != "linux" })
	}
	for _, tt := range []struct {
		change func(*manifest)
		only   string
		want   string
	}{
		{onlyLinux, "linux", ""},
		{nil, "linux", "want [linux/amd64 linux/arm64]"},
		{onlyLinux, "", "the platforms are [linux/amd64 linux/arm64]"},
		{nil, "plan9", "want []"},
	} {
		err := run(newRelease(t, tt.change, nil), tt.only)
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("-only %q: got %v, want %q", tt.only, err, tt.want)
		}
	}
}

func TestInvalidManifest(t *testing.T) {
	for _, tt := range []struct {
		want   string
		change func(*manifest)
	}{
		{"apiVersion", func(m *manifest) { m.APIVersion = "v1" }},
		{"kind", func(m *manifest) { m.Kind = "Pod" }},
		{"metadata.name", func(m *manifest) { m.Metadata.Name = "stakeholder-operator" }},
		{"semantic version", func(m *manifest) { m.Spec.Version = "1.2.3" }},
		{"semantic version", func(m *manifest) { m.Spec.Version = "v1.2" }},
		{"shortDescription", func(m *manifest) { m.Spec.ShortDescription = "a\nb" }},
		{"the platforms are []", func(m *manifest) { m.Spec.Platforms = nil }},
		{"uri must be", func(m *manifest) {
			m.Spec.Platforms[0].URI = strings.Replace(m.Spec.Platforms[0].URI, "https", "http", 1)
		}},
		{"sha256 must be", func(m *manifest) { m.Spec.Platforms[0].SHA256 = "" }},
		{"its digest is", func(m *manifest) { m.Spec.Platforms[0].SHA256 = strings.Repeat("0", 64) }},
		{"bin is", func(m *manifest) { m.Spec.Platforms[0].Bin = "manager" }},
		{"bin is", func(m *manifest) { m.Spec.Platforms[0].Bin = "LICENSE" }},
		{"selector", func(m *manifest) { m.Spec.Platforms[0].Selector.MatchLabels["cpu"] = "fast" }},
		{"darwin/amd64 linux/amd64", func(m *manifest) { m.Spec.Platforms[1].Selector.MatchLabels["arch"] = "amd64" }},
		{"no such file", func(m *manifest) { m.Spec.Platforms[0].URI += "x" }},
	} {
		if err := run(newRelease(t, tt.change, nil), ""); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("got %v, want %q", err, tt.want)
		}
	}
}

func TestInvalidArchive(t *testing.T) {
	for _, tt := range []struct {
		reason string
		change func(map[string]fs.FileMode)
	}{
		{"no license", func(files map[string]fs.FileMode) { delete(files, "LICENSE") }},
		{"no completion", func(files map[string]fs.FileMode) {
			delete(files, "kubectl_complete-stakeholders")
			delete(files, "kubectl_complete-stakeholders.cmd")
		}},
		{"another file", func(files map[string]fs.FileMode) { files["README.md"] = 0o644 }},
		{"completion that does not run", func(files map[string]fs.FileMode) {
			for name := range files {
				files[name] = 0o644
			}
		}},
	} {
		err := run(newRelease(t, nil, tt.change), "")
		if err == nil || strings.Count(err.Error(), "it has map") != len(platforms) {
			t.Errorf("%s: got %v, want a line about each archive", tt.reason, err)
		}
	}
}

func packTar(t *testing.T, files map[string]fs.FileMode) []byte {
	t.Helper()
	var out bytes.Buffer
	compressed := gzip.NewWriter(&out)
	archive := tar.NewWriter(compressed)
	for name, mode := range files {
		if err := archive.WriteHeader(&tar.Header{Name: name, Mode: int64(mode)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	if err := compressed.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func packZip(t *testing.T, files map[string]fs.FileMode) []byte {
	t.Helper()
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	for name, mode := range files {
		header := &zip.FileHeader{Name: name}
		header.SetMode(mode)
		if _, err := archive.CreateHeader(header); err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
