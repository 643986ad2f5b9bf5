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
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"k8s.io/client-go/tools/clientcmd"
)

// Connect returns a cluster that exists already, with the context that kubectl uses now, for a program that a user starts. The path
// of kubectl is that of the user's. A later change of the user's current context has no effect.
//
// Kubectl, InstallOperator, ServiceAccountKubeconfig, StartOperator and StartProgram work as on a control plane that Start
// has started, and Stop ends the processes. What concerns the servers of a control plane does not work. Connect and Stop change
// nothing in the cluster, and Stop does not undo what the other methods change.
func Connect(ctx context.Context, kubectl string) (*ControlPlane, error) {
	kubeconfig, err := currentKubeconfig(ctx, kubectl)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "stakeholder-operator-")
	if err != nil {
		return nil, fmt.Errorf("folder for a cluster: %w", err)
	}
	c := &ControlPlane{Dir: dir, Kubeconfig: filepath.Join(dir, "kubeconfig"), kubectl: kubectl, log: io.Discard}
	if err := errors.Join(c.guard(ctx), c.load(kubeconfig)); err != nil {
		return nil, errors.Join(err, c.Stop())
	}
	return c, nil
}

// currentKubeconfig is a kubeconfig with the current context alone, without references to other files.
func currentKubeconfig(ctx context.Context, kubectl string) ([]byte, error) {
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, kubectl, "config", "view", "--minify", "--flatten", "--raw")
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("kubectl's current context: %w: %s", err, strings.TrimSpace(stderr.String()))
	}
	return stdout.Bytes(), nil
}

// load stores a kubeconfig in Dir, and connects with it.
func (c *ControlPlane) load(kubeconfig []byte) error {
	if err := os.WriteFile(c.Kubeconfig, kubeconfig, 0o600); err != nil {
		return err
	}
	config, err := clientcmd.BuildConfigFromFlags("", c.Kubeconfig)
	if err != nil {
		return fmt.Errorf("kubectl's current context: %w", err)
	}
	config.QPS = -1
	c.Config = config
	return nil
}

// operatorConfiguration is the folder of the kustomization that InstallOperator applies: config/default on a control plane of our own,
// which runs no Pods. In a cluster that does, the Deployment gets none, because they would compete with the operator that StartOperator
// starts.
func (c *ControlPlane) operatorConfiguration() (string, error) {
	if c.servers == nil {
		return c.Overlay("resources: [CONFIG/default]\nreplicas: [{name: stakeholder-operator-controller-manager, count: 0}]\n", nil)
	}
	root, err := Root()
	if err != nil {
		return "", err
	}
	return filepath.Join(root, "config", "default"), nil
}
