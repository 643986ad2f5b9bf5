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
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// assetsEnv names the folder that holds the binaries. It is the variable that envtest reads too.
const assetsEnv = "KUBEBUILDER_ASSETS"

// The binaries that a folder of assets has to hold.
const (
	etcdBinary              = "etcd"
	apiServerBinary         = "kube-apiserver"
	controllerManagerBinary = "kube-controller-manager"
	kubectlBinary           = "kubectl"
)

// Assets is the folder that holds etcd, kube-apiserver, kube-controller-manager and kubectl.
//
// It is what the environment variable KUBEBUILDER_ASSETS names. When that is unset, it is the last
// line that hack/control-plane.sh prints: the script builds the binaries when its cache does not
// have them, which takes minutes the first time. The script's progress goes to this process's
// standard error. Assets fails when one of the four is missing or is not executable, as in a folder
// that setup-envtest filled, which has no kube-controller-manager.
func Assets(ctx context.Context) (string, error) {
	dir := os.Getenv(assetsEnv)
	if dir == "" {
		built, err := buildAssets(ctx, "control-plane.sh")
		if err != nil {
			return "", err
		}
		dir = built
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("folder of binaries: %w", err)
	}
	return dir, checkAssets(dir)
}

// buildAssets runs a script below hack and returns the folder that it names.
func buildAssets(ctx context.Context, name string) (string, error) {
	root, err := Root()
	if err != nil {
		return "", err
	}
	script := filepath.Join(root, "hack", name)

	var stdout bytes.Buffer
	cmd := exec.CommandContext(ctx, script)
	cmd.Dir = root
	cmd.Stdout = &stdout
	cmd.Stderr = os.Stderr
	// A build is asked to end, not killed, so that it can take its own children along.
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 10 * time.Second
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%s: %w", script, err)
	}

	lines := strings.Split(strings.TrimSpace(stdout.String()), "\n")
	dir := strings.TrimSpace(lines[len(lines)-1])
	if dir == "" {
		return "", fmt.Errorf("%s named no folder", script)
	}
	return dir, nil
}

// checkAssets fails with every binary of the control plane that dir lacks.
func checkAssets(dir string) error {
	return checkBinaries(dir, etcdBinary, apiServerBinary, controllerManagerBinary, kubectlBinary)
}

// checkBinaries fails with every one of these binaries that dir lacks.
func checkBinaries(dir string, binaries ...string) error {
	var errs []error
	for _, name := range binaries {
		// A path with a separator is not searched for, only checked.
		if _, err := exec.LookPath(filepath.Join(dir, name)); err != nil {
			errs = append(errs, err)
		}
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("folder of binaries: %w", err)
	}
	return nil
}
