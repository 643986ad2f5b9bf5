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
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"strings"
)

// checkArchive expects an archive with the program, what completes its arguments, and the license.
func checkArchive(file string, p *platform) error {
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != p.SHA256 {
		return fmt.Errorf("its digest is %x, and the manifest says %s", sum, p.SHA256)
	}
	want := map[string]fs.FileMode{"kubectl-stakeholders": 0o755, "kubectl_complete-stakeholders": 0o755, "LICENSE": 0o644}
	list := listTar
	if p.Selector.MatchLabels["os"] == "windows" {
		want = map[string]fs.FileMode{"kubectl-stakeholders.exe": 0o755, "kubectl_complete-stakeholders.cmd": 0o755, "LICENSE": 0o644}
		list = listZip
	}
	got, err := list(content)
	if err != nil {
		return err
	}
	if !maps.Equal(got, want) {
		return fmt.Errorf("it has %v, want %v", got, want)
	}
	if _, ok := got[p.Bin]; !ok || !strings.HasPrefix(p.Bin, "kubectl-stakeholders") {
		return fmt.Errorf("bin is %q, which is not the program", p.Bin)
	}
	return nil
}

func listTar(content []byte) (map[string]fs.FileMode, error) {
	uncompressed, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	archive := tar.NewReader(uncompressed)
	out := map[string]fs.FileMode{}
	for {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		out[header.Name] = header.FileInfo().Mode()
	}
}

func listZip(content []byte) (map[string]fs.FileMode, error) {
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, err
	}
	out := map[string]fs.FileMode{}
	for _, file := range archive.File {
		out[file.Name] = file.Mode()
	}
	return out, nil
}
