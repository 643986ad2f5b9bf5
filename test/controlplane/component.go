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
	"context"
	"os"
	"path/filepath"
	"strings"
)

// overlayConfig is a placeholder in a kustomization for the relative path of this checkout's folder config.
const overlayConfig = "CONFIG"

// Overlay writes a kustomization.yaml as a user would, and returns its folder, which goes when the control plane stops.
//
// CONFIG in it is replaced by the relative path of this checkout's folder config: kustomize does not accept absolute
// paths. Files are further files of the folder: their contents by name.
func (c *ControlPlane) Overlay(kustomization string, files map[string]string) (string, error) {
	root, err := Root()
	if err != nil {
		return "", err
	}
	// Kustomize follows links before it resolves relative paths.
	if root, err = filepath.EvalSymlinks(root); err != nil {
		return "", err
	}
	parent, err := filepath.EvalSymlinks(c.Dir)
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp(parent, "overlay-")
	if err != nil {
		return "", err
	}
	config, err := filepath.Rel(dir, filepath.Join(root, "config"))
	if err != nil {
		return "", err
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			return "", err
		}
	}
	content := strings.ReplaceAll(kustomization, overlayConfig, config)
	return dir, os.WriteFile(filepath.Join(dir, "kustomization.yaml"), []byte(content), 0o600)
}

// InstallComponent applies config/default with a component of config/components, as docs/operations/components.md tells users to.
//
// Fields are further fields of the kustomization, such as patches. It does not wait until the component takes effect.
func (c *ControlPlane) InstallComponent(ctx context.Context, component string, fields ...string) error {
	return c.kubectlOverlay(ctx, "resources: [CONFIG/default]\n"+componentField(component)+strings.Join(fields, "\n"), "apply", "--server-side")
}

// UninstallComponent deletes what a component adds to config/default. It is no error if some of it is already gone.
func (c *ControlPlane) UninstallComponent(ctx context.Context, component string) error {
	return c.kubectlOverlay(ctx, componentField(component), "delete", "--ignore-not-found")
}

func componentField(component string) string {
	return "components: [CONFIG/components/" + component + "]\n"
}

// kubectlOverlay runs kubectl on a kustomization.
func (c *ControlPlane) kubectlOverlay(ctx context.Context, kustomization string, args ...string) error {
	dir, err := c.Overlay(kustomization, nil)
	if err != nil {
		return err
	}
	_, err = c.Kubectl(ctx, append(args, "-k", dir)...)
	return err
}
