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
	"fmt"
	"os"
	"path/filepath"

	"sigs.k8s.io/kustomize/api/resmap"
)

// writeInstaller writes the objects as one file.
func writeInstaller(name string, objects resmap.ResMap) error {
	content, err := objects.AsYaml()
	if err != nil {
		return fmt.Errorf("write YAML: %w", err)
	}
	return writeFile(name, header+"# To install: kubectl apply --server-side -f install.yaml\n"+string(content))
}

// writeFiles replaces a folder by files.
func writeFiles(folder string, files map[string]string) error {
	if err := os.RemoveAll(folder); err != nil {
		return fmt.Errorf("remove old files: %w", err)
	}
	for name, content := range files {
		if err := writeFile(filepath.Join(folder, filepath.FromSlash(name)), content); err != nil {
			return err
		}
	}
	return nil
}

// writeFile writes a source file, which all users may read.
func writeFile(name, content string) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil { //nolint:gosec // no secret
		return fmt.Errorf("write: %w", err)
	}
	if err := os.WriteFile(name, []byte(content), 0o644); err != nil { //nolint:gosec // no secret
		return fmt.Errorf("write: %w", err)
	}
	return nil
}
