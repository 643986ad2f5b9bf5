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
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

func TestCheckFinds(t *testing.T) {
	config := func(change func(*v1.ConfigFile)) func(*testing.T, v1.Image) v1.Image {
		return func(t *testing.T, image v1.Image) v1.Image {
			t.Helper()
			file, err := image.ConfigFile()
			if err != nil {
				t.Fatal(err)
			}
			file = file.DeepCopy()
			change(file)
			return must(t)(mutate.ConfigFile(image, file))
		}
	}
	files := func(headers ...tar.Header) func(*testing.T, v1.Image) v1.Image {
		return func(t *testing.T, image v1.Image) v1.Image {
			t.Helper()
			return must(t)(mutate.AppendLayers(withoutLayers(t, image), newTestLayer(t, headers...)))
		}
	}
	manager := tar.Header{Name: "manager", Mode: 0o555}
	for _, tt := range []struct {
		reason string
		change func(*testing.T, v1.Image) v1.Image
		want   string
	}{
		{"no user is root", config(func(c *v1.ConfigFile) { c.Config.User = "" }), `the user is ""`},
		{"a user that is root", config(func(c *v1.ConfigFile) { c.Config.User = "0:65532" }), `the user is "0:65532"`},
		{"Kubernetes cannot tell that a named user is not root", config(func(c *v1.ConfigFile) { c.Config.User = "nonroot" }), `the user is "nonroot"`},
		{"it would run something else", config(func(c *v1.ConfigFile) { c.Config.Entrypoint = []string{"/bin/sh"} }), `the entrypoint is ["/bin/sh"]`},
		{"it would run with arguments", config(func(c *v1.ConfigFile) { c.Config.Cmd = []string{"--help"} }), "has a command"},
		{"variables change what Go does", config(func(c *v1.ConfigFile) { c.Config.Env = []string{"GODEBUG=x=1"} }), "environment variables"},
		{"a label that the index lacks", config(func(c *v1.ConfigFile) { c.Config.Labels["a"] = "b" }), "are not the annotations"},
		{"a time of the clock", config(func(c *v1.ConfigFile) { c.Created = v1.Time{Time: time.Unix(1, 0)} }), "created at 1970-01-01T00:00:01Z"},
		{"the wrong platform", config(func(c *v1.ConfigFile) { c.Architecture = "s390x" }), "mismatched Architecture: s390x"},
		{"a shell", files(manager, tar.Header{Name: "bin/sh", Mode: 0o755}), `another file, "bin/sh"`},
		{"something in place of the manager", files(tar.Header{Name: "bin/sh", Mode: 0o755}), `its first file is "bin/sh"`},
		{"a manager that runs as its owner", files(tar.Header{Name: "manager", Mode: 0o4555}), "mode 4555"},
		{"a manager that its user can change", files(tar.Header{Name: "manager", Mode: 0o555, Uid: 65532}), "owner 65532:0"},
		{"a manager with a time of the clock", files(tar.Header{Name: "manager", Mode: 0o555, ModTime: time.Unix(1, 0)}), "the manager is of 1970-01-01"},
		{"a manager that is no executable", files(manager), "not a Linux executable"},
		{"no layer", withoutLayers, "0 layers"},
		{"a second layer", func(t *testing.T, image v1.Image) v1.Image {
			t.Helper()
			return must(t)(mutate.AppendLayers(image, newTestLayer(t, tar.Header{Name: "bin/sh"})))
		}, "2 layers"},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			if _, err := check(newTestLayout(t, newExecutables(t), tt.change)); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

func TestCheckFindsMissingPlatform(t *testing.T) {
	path := newTestLayout(t, newExecutables(t)[:1], func(_ *testing.T, image v1.Image) v1.Image { return image })
	if _, err := check(path); err == nil || !strings.Contains(err.Error(), "the platforms are [linux/amd64]") {
		t.Errorf("got %v", err)
	}
}

func TestCheckFindsAlteredBlob(t *testing.T) {
	out := filepath.Join(t.TempDir(), "layout")
	if _, err := write(out, newExecutables(t), testMetadata()); err != nil {
		t.Fatal(err)
	}
	blobs, err := filepath.Glob(filepath.Join(out, "blobs", "sha256", "*"))
	if err != nil || len(blobs) != 7 {
		t.Fatalf("got %d blobs, %v, want an index, and a manifest, a configuration and a layer for each platform", len(blobs), err)
	}
	for _, blob := range blobs {
		content, err := os.ReadFile(blob)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(blob, append(content, ' '), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := check(out); err == nil {
			t.Errorf("it did not see that %s has changed: %.40q", filepath.Base(blob), content)
		}
		if err := os.WriteFile(blob, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func withoutLayers(t *testing.T, image v1.Image) v1.Image {
	t.Helper()
	file, err := image.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	file = file.DeepCopy()
	file.RootFS, file.History = v1.RootFS{Type: "layers"}, nil
	return must(t)(mutate.ConfigFile(empty.Image, file))
}

// newTestLayout writes a layout of images that are changed after they are made.
func newTestLayout(t *testing.T, executables []executable, change func(*testing.T, v1.Image) v1.Image) string {
	t.Helper()
	index := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	for _, e := range executables {
		image := change(t, must(t)(newImage(e, testMetadata())))
		index = mutate.AppendManifests(index, mutate.IndexAddendum{Add: image, Descriptor: v1.Descriptor{Platform: &e.platform}})
	}
	annotated, ok := mutate.Annotations(index, testMetadata().labels()).(v1.ImageIndex)
	if !ok {
		t.Fatalf("got a %T", annotated)
	}
	path, err := layout.Write(t.TempDir(), empty.Index)
	if err != nil {
		t.Fatal(err)
	}
	if err := path.AppendIndex(annotated); err != nil {
		t.Fatal(err)
	}
	return string(path)
}

func newTestLayer(t *testing.T, headers ...tar.Header) v1.Layer {
	t.Helper()
	var archive bytes.Buffer
	w := tar.NewWriter(&archive)
	for i := range headers {
		headers[i].Size = 4
		if headers[i].ModTime.IsZero() {
			headers[i].ModTime = testMetadata().created
		}
		if err := w.WriteHeader(&headers[i]); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte("text")); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	layer, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(archive.Bytes())), nil })
	if err != nil {
		t.Fatal(err)
	}
	return layer
}

func must(t *testing.T) func(v1.Image, error) v1.Image {
	t.Helper()
	return func(image v1.Image, err error) v1.Image {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return image
	}
}
