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
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

const (
	// managerAssetsEnv names a folder with programs that are already built: "make test" builds them once for all
	// suites.
	managerAssetsEnv = "MANAGER_ASSETS"

	// The files of that folder.
	managerBinary     = "manager"
	managerRaceBinary = "manager-race"
	pluginBinary      = "kubectl-stakeholders"
)

// Manager is the path of the operator of this checkout, with or without Go's race detector.
//
// It is the file manager-race or manager of the folder that the environment variable MANAGER_ASSETS names. The caller
// that sets it makes sure that the file is current. When that is unset, Manager builds the operator into dir: see
// BuildManager.
func Manager(ctx context.Context, dir string, race bool) (string, error) {
	name := managerBinary
	if race {
		name = managerRaceBinary
	}
	return program(dir, name, func(out string) error { return BuildManager(ctx, out, race) })
}

// Plugin is the path of the kubectl plugin of this checkout: the file kubectl-stakeholders of the folder that MANAGER_ASSETS
// names. When that is unset, Plugin builds it into dir.
func Plugin(ctx context.Context, dir string) (string, error) {
	return program(dir, pluginBinary, func(out string) error {
		return build(ctx, out, os.Environ(), "-tags", "kustomize_disable_go_plugin_support", "./cmd/kubectl-stakeholders")
	})
}

// program is the path of a program in the folder of managerAssetsEnv, or in dir, into which it is built then.
func program(dir, name string, build func(out string) error) (string, error) {
	assets := os.Getenv(managerAssetsEnv)
	if assets == "" {
		path := filepath.Join(dir, name)
		return path, build(path)
	}
	// A path with a separator is not searched for, only checked.
	path, err := exec.LookPath(filepath.Join(assets, name))
	if err != nil {
		return "", fmt.Errorf("%s names a folder without %s: %w", managerAssetsEnv, name, err)
	}
	return filepath.Abs(path)
}

// BuildManager builds the operator of this checkout into the file out.
//
// With race the binary has Go's race detector, which needs a C compiler and makes it several times
// slower; what the detector finds, Operator.Stop reports. An error holds the compiler's messages.
func BuildManager(ctx context.Context, out string, race bool) error {
	if race {
		// The detector needs cgo, even if the environment disables it.
		return build(ctx, out, append(os.Environ(), "CGO_ENABLED=1"), "-race", "./cmd/manager")
	}
	return build(ctx, out, os.Environ(), "./cmd/manager")
}

// build runs go build in the root of the checkout. An error holds the compiler's messages.
func build(ctx context.Context, out string, env []string, args ...string) error {
	root, err := Root()
	if err != nil {
		return err
	}
	// go build reads a relative path from its own working directory, the root.
	if out, err = filepath.Abs(out); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "go", append([]string{"build", "-o", out}, args...)...)
	cmd.Dir, cmd.Env = root, env
	if output, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("building %s: %w: %s", filepath.Base(out), err, strings.TrimSpace(string(output)))
	}
	return nil
}
