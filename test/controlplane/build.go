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
	// managerAssetsEnv names a folder with managers that are already built: "make test" builds them once for all
	// suites.
	managerAssetsEnv = "MANAGER_ASSETS"

	// The files of that folder.
	managerBinary     = "manager"
	managerRaceBinary = "manager-race"
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
	assets := os.Getenv(managerAssetsEnv)
	if assets == "" {
		path := filepath.Join(dir, name)
		return path, BuildManager(ctx, path, race)
	}
	// A path with a separator is not searched for, only checked.
	path, err := exec.LookPath(filepath.Join(assets, name))
	if err != nil {
		return "", fmt.Errorf("%s names a folder without the operator: %w", managerAssetsEnv, err)
	}
	return filepath.Abs(path)
}

// BuildManager builds the operator of this checkout into the file out.
//
// With race the binary has Go's race detector, which needs a C compiler and makes it several times
// slower; what the detector finds, Operator.Stop reports. An error holds the compiler's messages.
func BuildManager(ctx context.Context, out string, race bool) error {
	root, err := Root()
	if err != nil {
		return err
	}
	// go build reads a relative path from its own working directory, the root.
	if out, err = filepath.Abs(out); err != nil {
		return err
	}
	args := []string{"build", "-o", out}
	if race {
		args = append(args, "-race")
	}
	cmd := exec.CommandContext(ctx, "go", append(args, "./cmd/manager")...)
	cmd.Dir = root
	if race {
		// The detector needs cgo, even if the environment disables it.
		cmd.Env = append(os.Environ(), "CGO_ENABLED=1")
	}
	if output, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("building the manager: %w: %s", err, strings.TrimSpace(string(output)))
	}
	return nil
}
