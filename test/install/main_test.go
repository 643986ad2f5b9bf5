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

// Package install tests how users install, upgrade and uninstall the operator: with Helm 3 and Helm 4, with kubectl, and with the
// commands of docs/how-to/uninstall.md. Whatever the way, nothing may be left behind and nothing may hang.
//
// The tests share one control plane, which has no operator at first, and run one after the other. The only parts that are not real are
// the nodes: see kubelet and deployment.
package install

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	ctrllog "sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// env is shared by all tests.
var env struct {
	*suite.Suite
	// root is the folder of the repository, and helm the one with Helm 3 and Helm 4.
	root, helm string
	// config connects like Admin.
	config *rest.Config
	nodes  *kubelet
}

func TestMain(m *testing.M) {
	ctrllog.SetLogger(zap.New(zap.UseDevMode(true), zap.WriteTo(os.Stderr)))
	code, err := run(m)
	if err = errors.Join(err, controlplane.CheckLeaks()); err != nil {
		fmt.Fprintln(os.Stderr, "install:", err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	// The programs may have to be built first.
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Minute)
	defer cancel()
	if env.root, err = controlplane.Root(); err != nil {
		return 1, err
	}
	if env.helm, err = controlplane.HelmAssets(ctx); err != nil {
		return 1, err
	}
	// The hook of the chart is a Job.
	plane, err := controlplane.Start(ctx, controlplane.Options{Controllers: []string{"job-controller"}, Log: os.Stderr})
	if err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, plane.Stop()) }()
	env.Suite = &suite.Suite{Plane: plane}
	if env.Binary, err = controlplane.Manager(ctx, plane.Dir, false); err != nil {
		return 1, err
	}
	// The API server warns of deprecated kinds, and of maps without handles, which does not matter here.
	env.config = rest.CopyConfig(plane.Config)
	env.config.WarningHandlerWithContext = rest.NoWarnings{}
	if env.Admin, err = connect(); err != nil {
		return 1, err
	}
	if env.nodes, err = startKubelet(ctx, suite.OperatorNamespace); err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, env.nodes.stop()) }()
	return m.Run(), nil
}

func connect() (client.WithWatch, error) {
	scheme := runtime.NewScheme()
	if err := errors.Join(clientgoscheme.AddToScheme(scheme), v1alpha1.AddToScheme(scheme)); err != nil {
		return nil, err
	}
	return client.NewWithWatch(env.config, client.Options{Scheme: scheme})
}
