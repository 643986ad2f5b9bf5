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
	"debug/elf"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// newELF returns the smallest file that is an executable of Linux.
func newELF(t *testing.T, machine elf.Machine, segments ...elf.ProgType) []byte {
	t.Helper()
	header := elf.Header64{
		Type: uint16(elf.ET_EXEC), Machine: uint16(machine), Version: uint32(elf.EV_CURRENT),
		Phoff: 64, Ehsize: 64, Phentsize: 56, Phnum: uint16(len(segments)), Shentsize: 64,
	}
	copy(header.Ident[:], elf.ELFMAG)
	header.Ident[elf.EI_CLASS], header.Ident[elf.EI_DATA], header.Ident[elf.EI_VERSION] = byte(elf.ELFCLASS64), byte(elf.ELFDATA2LSB), byte(elf.EV_CURRENT)
	parts := []any{header}
	for _, segment := range segments {
		parts = append(parts, elf.Prog64{Type: uint32(segment)})
	}
	var out bytes.Buffer
	for _, part := range parts {
		if err := binary.Write(&out, binary.LittleEndian, part); err != nil {
			t.Fatal(err)
		}
	}
	return out.Bytes()
}

// newExecutables writes a static executable for each platform.
func newExecutables(t *testing.T) []executable {
	t.Helper()
	dir := t.TempDir()
	var out []executable
	for _, architecture := range []string{"amd64", "arm64"} {
		e := executable{platform: v1.Platform{OS: "linux", Architecture: architecture}, path: filepath.Join(dir, architecture)}
		if err := os.WriteFile(e.path, newELF(t, machines[architecture], elf.PT_LOAD), 0o600); err != nil {
			t.Fatal(err)
		}
		out = append(out, e)
	}
	return out
}

func testMetadata() metadata {
	return metadata{version: "v1.2.3", revision: "0123abc", created: time.Unix(1_780_000_000, 0).UTC()}
}

func TestWrite(t *testing.T) {
	out := filepath.Join(t.TempDir(), "layout")
	digest, err := write(out, newExecutables(t), testMetadata())
	if err != nil {
		t.Fatal(err)
	}
	if checked, err := check(out); err != nil || checked != digest {
		t.Errorf("check: got %s, %v, want %s", checked, err, digest)
	}
	index, _, err := open(out)
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := index.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	image, err := index.Image(manifest.Manifests[1].Digest)
	if err != nil {
		t.Fatal(err)
	}
	config, err := image.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	want := v1.Config{
		User: "65532:65532", WorkingDir: "/", Entrypoint: []string{"/manager"},
		Labels: map[string]string{
			"org.opencontainers.image.title":         "stakeholder-operator",
			"org.opencontainers.image.description":   "Says who may approve what for a product, as Kubernetes roles that tools can check.",
			"org.opencontainers.image.source":        "https://github.com/stakeholders-dev/stakeholder-operator",
			"org.opencontainers.image.documentation": "https://github.com/stakeholders-dev/stakeholder-operator/tree/main/docs",
			"org.opencontainers.image.licenses":      "Apache-2.0",
			"org.opencontainers.image.version":       "v1.2.3",
			"org.opencontainers.image.revision":      "0123abc",
			"org.opencontainers.image.created":       "2026-05-28T20:26:40Z",
		},
	}
	if diff := cmp.Diff(want, config.Config); diff != "" {
		t.Errorf("the configuration (-want +got):\n%s", diff)
	}
	if got := config.Platform().String() + " " + config.Created.String(); got != "linux/arm64 2026-05-28 20:26:40 +0000 UTC" {
		t.Errorf("got %s", got)
	}
}

// TestReproducible writes the image in two folders, from executables in two folders that are of different times.
func TestReproducible(t *testing.T) {
	first, err := write(filepath.Join(t.TempDir(), "layout"), newExecutables(t), testMetadata())
	if err != nil {
		t.Fatal(err)
	}
	executables := newExecutables(t)
	if err := os.Chtimes(executables[0].path, time.Unix(1, 0), time.Unix(1, 0)); err != nil {
		t.Fatal(err)
	}
	second, err := write(filepath.Join(t.TempDir(), "another", "layout"), executables, testMetadata())
	if err != nil {
		t.Fatal(err)
	}
	if first != second {
		t.Errorf("the digests differ: %s, %s", first, second)
	}
	later := testMetadata()
	later.created = later.created.Add(time.Second)
	third, err := write(filepath.Join(t.TempDir(), "layout"), executables, later)
	if err != nil {
		t.Fatal(err)
	}
	if third == first {
		t.Error("the time of the commit is not in the image")
	}
}

func TestRefusedExecutables(t *testing.T) {
	for _, tt := range []struct {
		reason  string
		content []byte
		want    string
	}{
		{"a dynamic linker would have to be in the image", newELF(t, elf.EM_X86_64, elf.PT_LOAD, elf.PT_INTERP), "linked dynamically"},
		{"libraries would have to be in the image", newELF(t, elf.EM_X86_64, elf.PT_DYNAMIC), "linked dynamically"},
		{"nodes of amd64 cannot run it", newELF(t, elf.EM_AARCH64, elf.PT_LOAD), "EM_AARCH64, not for amd64"},
		{"a script needs a shell", []byte("#!/bin/sh\n"), "not a Linux executable"},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			executables := newExecutables(t)
			if err := os.WriteFile(executables[0].path, tt.content, 0o600); err != nil {
				t.Fatal(err)
			}
			out := filepath.Join(t.TempDir(), "layout")
			if _, err := write(out, executables, testMetadata()); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
			if _, err := os.Stat(out); err == nil {
				t.Error("it wrote a layout")
			}
		})
	}
}

func TestExistingFolder(t *testing.T) {
	out := t.TempDir()
	if _, err := write(out, newExecutables(t), testMetadata()); err == nil || !strings.Contains(err.Error(), "exists already") {
		t.Errorf("got %v", err)
	}
}
