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

// Package integration tests the operator as users meet it: the real program, running as its own
// ServiceAccount with the shipped RBAC, against a real API server with a real controller manager.
package integration

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/controller-runtime/pkg/client"
	ctrllog "sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

const (
	operatorNamespace      = "stakeholder-operator-system"
	operatorServiceAccount = "stakeholder-operator-controller-manager"
	operatorUser           = "system:serviceaccount:" + operatorNamespace + ":" + operatorServiceAccount
)

// env is what all tests share: one control plane, and one operator on it. Each test works in
// namespaces of its own.
var env struct {
	plane      *controlplane.ControlPlane
	operator   *controlplane.Operator
	admin      client.WithWatch
	binary     string
	kubeconfig string
}

func TestMain(m *testing.M) {
	ctrllog.SetLogger(zap.New(zap.UseDevMode(true), zap.WriteTo(os.Stderr)))
	code, err := runTests(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "integration:", err)
		os.Exit(1)
	}
	os.Exit(code)
}

func runTests(m *testing.M) (code int, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	env.plane, err = controlplane.Start(ctx, controlplane.Options{AuditObjectsOf: []string{operatorUser}, Log: os.Stderr})
	if err != nil {
		return 1, err
	}
	defer func() {
		err = errors.Join(err, env.plane.Stop())
		if err == nil {
			err = controlplane.CheckLeaks()
		}
	}()
	if err := env.plane.InstallOperator(ctx); err != nil {
		return 1, err
	}
	env.binary = filepath.Join(env.plane.Dir, "manager")
	if err := controlplane.BuildManager(ctx, env.binary, true); err != nil {
		return 1, err
	}
	env.kubeconfig, err = env.plane.ServiceAccountKubeconfig(ctx, operatorNamespace, operatorServiceAccount, 2*time.Hour)
	if err != nil {
		return 1, err
	}
	env.operator, err = startOperator(ctx)
	if err != nil {
		return 1, err
	}
	scheme := runtime.NewScheme()
	utilruntime.Must(clientgoscheme.AddToScheme(scheme))
	utilruntime.Must(v1alpha1.AddToScheme(scheme))
	env.admin, err = client.NewWithWatch(env.plane.Config, client.Options{Scheme: scheme})
	if err != nil {
		return 1, err
	}
	if err := unguard(ctx); err != nil {
		return 1, err
	}
	detector, err := env.plane.StartDetector(ctx, env.operator)
	if err != nil {
		return 1, err
	}
	code = m.Run()
	// The tests may have taken all of the time that the start was given. Stop tells if the operator has
	// raced.
	return code, errors.Join(detector.Check(context.WithoutCancel(ctx), env.operator), env.operator.Stop())
}

func startOperator(ctx context.Context, args ...string) (*controlplane.Operator, error) {
	return env.plane.StartOperator(ctx, controlplane.OperatorOptions{
		Binary: env.binary, Kubeconfig: env.kubeconfig, LeaderElectionNamespace: operatorNamespace, Args: args,
	})
}
