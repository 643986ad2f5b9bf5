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

// Package argocd tests the integration with Argo CD. Argo CD's own repo-server and application controllers sync maps
// from git repositories, together with the operator and the health check of config/components/argocd.
//
// Two application controllers run, because an Argo CD has a single setting for how it tracks resources: by annotation,
// the default, or by label.
package argocd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

const (
	// assetsEnv names the folder with Argo CD's program, which contains every component.
	assetsEnv = "ARGOCD_ASSETS"
	binary    = "argocd"
	patience  = suite.Patience
)

// env is shared by all tests. Each test uses its own namespaces and repository.
var env struct {
	*suite.Suite
	// assets is the folder with Argo CD's program.
	assets string
	// operator is the running one. A test that needs another one does not run in parallel with others.
	operator *controlplane.Operator
	// user is what Argo CD connects with.
	user credentials
}

// The Argo CDs, by their tracking method.
var (
	byAnnotation = installation{namespace: "argocd", tracking: "annotation"}
	byLabel      = installation{namespace: "argocd-by-label", tracking: "label", byHand: true}
)

func TestMain(m *testing.M) {
	assets, err := findAssets()
	if err != nil {
		fmt.Fprintln(os.Stderr, "argocd:", err)
		os.Exit(1)
	}
	env.assets = assets
	os.Exit(suite.Run(m, controlplane.Options{}, func(s *suite.Suite) {
		env.Suite = s
		var stop func() error
		s.AtStart = func(ctx context.Context) (err error) {
			if err := install(ctx, byAnnotation, byLabel); err != nil {
				return err
			}
			if stop, err = startArgoCD(ctx, byAnnotation, byLabel); err != nil {
				return err
			}
			return startOperator(ctx)
		}
		s.AtEnd = func(context.Context) error { return errors.Join(stop(), env.operator.Stop()) }
	}))
}

func startOperator(ctx context.Context) (err error) {
	env.operator, err = env.Plane.StartOperator(ctx, controlplane.OperatorOptions{Binary: env.Binary, Kubeconfig: env.Kubeconfig})
	return err
}

// findAssets is the folder that hack/argocd.sh has printed. It does not build: that takes minutes.
func findAssets() (string, error) {
	dir := os.Getenv(assetsEnv)
	if dir == "" {
		return "", fmt.Errorf(`%s is not set: run export %s="$(hack/argocd.sh | tail -n 1)"`, assetsEnv, assetsEnv)
	}
	if _, err := exec.LookPath(filepath.Join(dir, binary)); err != nil {
		return "", fmt.Errorf("%s is no folder that hack/argocd.sh has filled: %w", assetsEnv, err)
	}
	return filepath.Abs(dir)
}
