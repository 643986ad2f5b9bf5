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
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// buildArchive builds the plugin for a platform and packs it. It returns the digest of the archive.
func buildArchive(ctx context.Context, t target, version, archive string) (string, error) {
	scratch, err := os.MkdirTemp("", "krew")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(scratch) //nolint:errcheck // a temporary folder
	program := filepath.Join(scratch, t.program())
	if err := build(ctx, t, version, program); err != nil {
		return "", err
	}
	files := []string{program, "hack/krew/" + t.completion(), "LICENSE"}
	return pack(archive, files, t.os == "windows")
}

// build has the flags of the Makefile's GO_BUILD.
func build(ctx context.Context, t target, version, program string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-mod=readonly", "-trimpath", "-buildvcs=false",
		"-tags", "kustomize_disable_go_plugin_support", "-ldflags", "-s -w -X main.version="+version, "-o", program, "./cmd/kubectl-stakeholders")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+t.os, "GOARCH="+t.arch)
	cmd.Stderr = os.Stderr
	return cmd.Run()
}

// pack writes files to an archive, which is the same for the same files, and returns its digest.
func pack(archive string, files []string, asZip bool) (string, error) {
	file, err := os.Create(archive)
	if err != nil {
		return "", err
	}
	defer file.Close() //nolint:errcheck // closed below, where it matters
	digest := sha256.New()
	w := io.MultiWriter(file, digest)
	if asZip {
		err = writeZip(w, files)
	} else {
		err = writeTar(w, files)
	}
	if err != nil {
		return "", fmt.Errorf("%s: %w", archive, err)
	}
	return hex.EncodeToString(digest.Sum(nil)), file.Close()
}

// epoch is the time of all files in an archive, so that it depends on their content alone.
var epoch = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// mode of a file: the license is the only one that is no program.
func mode(file string) os.FileMode {
	if filepath.Base(file) == "LICENSE" {
		return 0o644
	}
	return 0o755
}

func writeTar(w io.Writer, files []string) error {
	compressed := gzip.NewWriter(w)
	archive := tar.NewWriter(compressed)
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		header := &tar.Header{Name: filepath.Base(file), Mode: int64(mode(file)), Size: int64(len(content)), ModTime: epoch}
		if err := archive.WriteHeader(header); err != nil {
			return err
		}
		if _, err := archive.Write(content); err != nil {
			return err
		}
	}
	if err := archive.Close(); err != nil {
		return err
	}
	return compressed.Close()
}

func writeZip(w io.Writer, files []string) error {
	archive := zip.NewWriter(w)
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		header := &zip.FileHeader{Name: filepath.Base(file), Method: zip.Deflate, Modified: epoch}
		header.SetMode(mode(file))
		entry, err := archive.CreateHeader(header)
		if err != nil {
			return err
		}
		if _, err := entry.Write(content); err != nil {
			return err
		}
	}
	return archive.Close()
}
