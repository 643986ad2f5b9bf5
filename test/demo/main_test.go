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

// Package demo tests "make demo CLUSTER=current": a control plane that the tests start is the cluster of kubectl's current context.
// It also tests "make demo-cluster", which starts a control plane of its own.
package demo

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// env is shared by all tests. They run one after the other, because the demo always creates the same objects.
var env struct {
	plane *controlplane.ControlPlane
	// demo, manager and kubectl are programs.
	demo, manager, kubectl string
	root                   string
	// home is a home folder for the users' kubectl.
	home string
}

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) (code int) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Minute)
	defer cancel()
	dir, err := os.MkdirTemp("", "demo-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	err = setUp(ctx, dir)
	defer func() {
		var errs []error
		if env.plane != nil {
			errs = append(errs, env.plane.Stop())
		}
		if err := errors.Join(append(errs, os.RemoveAll(dir), controlplane.CheckLeaks())...); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

func setUp(ctx context.Context, dir string) (err error) {
	if env.root, err = controlplane.Root(); err != nil {
		return err
	}
	assets, err := controlplane.Assets(ctx)
	if err != nil {
		return err
	}
	env.kubectl, env.home, env.demo = filepath.Join(assets, "kubectl"), dir, filepath.Join(dir, "demo")
	if env.manager, err = controlplane.Manager(ctx, dir, false); err != nil {
		return err
	}
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-o", env.demo, "./hack/demo")
	build.Dir = env.root
	if output, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("building the demo: %w: %s", err, output)
	}
	env.plane, err = controlplane.Start(ctx, controlplane.Options{AuditLog: true})
	return err
}
