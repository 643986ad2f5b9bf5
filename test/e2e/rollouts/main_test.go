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

// Package rollouts tests the integration with Argo Rollouts. It runs upstream's controller with its own ServiceAccount
// and rights, and the operator with the component config/components/argo-rollouts. Customers, end users and product
// owners use upstream's kubectl plugin.
//
// Everything is real except the nodes: see kubelet.
package rollouts

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

const (
	// assetsEnv names the folder with Argo Rollouts.
	assetsEnv = "ARGO_ROLLOUTS_ASSETS"
	// upstreamName is the namespace and the ServiceAccount of upstream's controller in its own manifests.
	upstreamName = "argo-rollouts"
	patience     = suite.Patience
)

// env is shared by all tests: one control plane, with the operator and Argo Rollouts on it. Each test uses its own
// namespaces.
var env struct {
	*suite.Suite
	// assets is the folder with Argo Rollouts: executables and manifests.
	assets string
}

func TestMain(m *testing.M) {
	assets, err := findAssets()
	if err != nil {
		fmt.Fprintln(os.Stderr, "rollouts:", err)
		os.Exit(1)
	}
	env.assets = assets
	// Argo Rollouts creates ReplicaSets, and Kubernetes creates their Pods.
	options := controlplane.Options{Controllers: []string{"replicaset-controller"}}
	os.Exit(suite.Run(m, options, func(s *suite.Suite) {
		env.Suite = s
		var operator *controlplane.Operator
		var upstream *controlplane.Program
		s.AtStart = func(ctx context.Context) (err error) {
			if err := s.Plane.InstallComponent(ctx, "argo-rollouts"); err != nil {
				return err
			}
			operator, err = s.Plane.StartOperator(ctx, controlplane.OperatorOptions{Binary: s.Binary, Kubeconfig: s.Kubeconfig})
			if err != nil {
				return err
			}
			if err := installUpstream(ctx); err != nil {
				return err
			}
			upstream, err = startUpstream(ctx)
			return err
		}
		s.AtEnd = func(context.Context) error { return errors.Join(upstream.Stop(), operator.Stop()) }
	}))
}

// findAssets is the folder that hack/argo-rollouts.sh has printed. It does not build: that takes minutes.
func findAssets() (string, error) {
	dir := os.Getenv(assetsEnv)
	if dir == "" {
		return "", fmt.Errorf(`%s is not set: run export %s="$(hack/argo-rollouts.sh | tail -n 1)"`, assetsEnv, assetsEnv)
	}
	for _, name := range []string{controllerBinary, pluginBinary, filepath.Join("manifests", "cluster-install")} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			return "", fmt.Errorf("%s is no folder that hack/argo-rollouts.sh has filled: %w", assetsEnv, err)
		}
	}
	return filepath.Abs(dir)
}

const (
	controllerBinary = "rollouts-controller"
	pluginBinary     = "kubectl-argo-rollouts"
)

// installUpstream applies upstream's own installation for a whole cluster: the CustomResourceDefinitions, the
// ServiceAccount, and its ClusterRole. Its Deployment stays without Pods.
func installUpstream(ctx context.Context) error {
	if err := env.Admin.Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: upstreamName}}); err != nil {
		return err
	}
	_, err := env.Plane.Kubectl(ctx, "apply", "--server-side", "-n", upstreamName, "-k", filepath.Join(env.assets, "manifests", "cluster-install"))
	if err != nil {
		return err
	}
	_, err = env.Plane.Kubectl(ctx, "wait", "--for=condition=Established", "--timeout="+patience.String(), "customresourcedefinitions", "--all")
	return err
}

// startUpstream runs upstream's controller as its ServiceAccount, and returns when it leads.
func startUpstream(ctx context.Context) (*controlplane.Program, error) {
	kubeconfig, err := env.Plane.ServiceAccountKubeconfig(ctx, upstreamName, upstreamName, 2*time.Hour)
	if err != nil {
		return nil, err
	}
	// It can only serve metrics and health on all addresses of the machine. With ports that do not exist it logs that,
	// and serves neither.
	program, err := env.Plane.StartProgram(ctx, upstreamName, filepath.Join(env.assets, controllerBinary), nil,
		"--kubeconfig="+kubeconfig, "--metricsPort=-1", "--healthzPort=-1")
	if err != nil {
		return nil, err
	}
	err = program.WaitFor(ctx, patience, "Argo Rollouts leads", func() error {
		_, err := env.Plane.Kubectl(ctx, "get", "lease", "argo-rollouts-controller-lock", "-n", upstreamName)
		return err
	})
	return program, err
}
