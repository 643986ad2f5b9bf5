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

package controlplane

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// modulePath is the module whose go.mod marks the root of the repository.
const modulePath = "github.com/stakeholders-dev/stakeholder-operator"

// Root is the absolute path of the repository that holds the working directory.
//
// It walks up to the go.mod of this module and skips those of the tools, which are separate modules. It fails when the
// working directory is outside of a checkout.
func Root() (string, error) {
	start, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("working directory: %w", err)
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		content, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		switch {
		case err == nil && declaredModule(content) == modulePath:
			return dir, nil
		case err != nil && !errors.Is(err, fs.ErrNotExist):
			return "", err
		case dir == filepath.Dir(dir):
			return "", fmt.Errorf("%s is not inside a checkout of %s", start, modulePath)
		}
	}
}

// declaredModule is the path on the module line of a go.mod, or empty.
func declaredModule(content []byte) string {
	lines := bufio.NewScanner(bytes.NewReader(content))
	for lines.Scan() {
		if path, found := strings.CutPrefix(strings.TrimSpace(lines.Text()), "module "); found {
			return strings.Trim(strings.TrimSpace(path), `"`)
		}
	}
	return ""
}
