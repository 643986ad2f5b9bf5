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

// Package suite is what test packages share that run the operator as users meet it: the real program, as its
// own ServiceAccount with the shipped RBAC, against a real API server with a real controller manager.
package suite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
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
	// OperatorNamespace is where config/default runs the operator.
	OperatorNamespace = "stakeholder-operator-system"
	// OperatorServiceAccount is the ServiceAccount that it runs as.
	OperatorServiceAccount = "stakeholder-operator-controller-manager"
	// OperatorUser is the operator's name for the API server.
	OperatorUser = "system:serviceaccount:" + OperatorNamespace + ":" + OperatorServiceAccount
	// Patience bounds every wait for the operator. It is long because the machine may be busy; normally everything
	// takes a second or two.
	Patience = time.Minute
)

// Suite is a control plane with the operator's configuration installed, and an operator to run on it.
type Suite struct {
	Plane *controlplane.ControlPlane
	// Admin may do everything.
	Admin client.WithWatch
	// Binary is the operator, which has the race detector with Run, and Kubeconfig connects as its ServiceAccount.
	Binary, Kubeconfig string
	// AtStart and AtEnd are called before and after the tests, while the control plane runs, if setup sets them. An
	// error fails the suite.
	AtStart, AtEnd func(context.Context) error
}

// Run is what a TestMain calls: it makes a Suite, gives it to setup, runs the tests and stops everything. It returns
// the exit code, which is also not 0 if something was found at the end: a control plane that had panicked, or
// goroutines that were left.
func Run(m *testing.M, options controlplane.Options, setup func(*Suite)) int {
	return runBuilt(m, 1, options, true, setup)
}

// RunSeveral is Run with n Suites that start and end together: setup is called with each, one after the other. It is for
// tests that wait for a cluster more than they keep the machine busy, if each needs a cluster to itself.
func RunSeveral(m *testing.M, n int, options controlplane.Options, setup func(*Suite)) int {
	return runBuilt(m, n, options, true, setup)
}

// RunWithoutRaceDetector is Run for tests that the race detector would distort: it takes several times the time and the
// memory.
func RunWithoutRaceDetector(m *testing.M, options controlplane.Options, setup func(*Suite)) int {
	return runBuilt(m, 1, options, false, setup)
}

// RunWithoutCluster is Run for tests that start their own clusters with StartWithoutRaceDetector.
func RunWithoutCluster(m *testing.M) int {
	return checked(func() (int, error) { return m.Run(), nil })
}

// StartWithoutRaceDetector starts a Suite for one test, and stops it when the test ends. It is for tests that leave so many objects
// that deleting them would take longer than starting another cluster. AtStart and AtEnd are not called.
func StartWithoutRaceDetector(t *testing.T, options controlplane.Options) *Suite {
	t.Helper()
	s := startForTest(t, options)
	var err error
	if s.Binary, err = controlplane.Manager(t.Context(), s.Plane.Dir, false); err != nil {
		t.Fatal(err)
	}
	return s
}

// StartFrom is StartWithoutRaceDetector for another version: manifests is its file for kubectl apply, and binary its operator.
func StartFrom(t *testing.T, options controlplane.Options, manifests, binary string) *Suite {
	t.Helper()
	s := startForTest(t, options, "-f", manifests)
	s.Binary = binary
	return s
}

// startForTest starts a Suite without an operator, until the test ends.
func startForTest(t *testing.T, options controlplane.Options, manifests ...string) *Suite {
	t.Helper()
	s := &Suite{}
	t.Cleanup(func() {
		if err := s.stop(); err != nil {
			t.Error(err)
		}
	})
	options.Log, options.ControllerManagerLater = os.Stderr, true
	if err := s.start(t.Context(), options, manifests...); err != nil {
		t.Fatal(err)
	}
	return s
}

func runBuilt(m *testing.M, n int, options controlplane.Options, race bool, setup func(*Suite)) int {
	return checked(func() (int, error) { return run(m, n, options, race, setup) })
}

// checked runs tests, and returns their exit code, or 1 if they fail or leave goroutines behind.
func checked(run func() (int, error)) int {
	ctrllog.SetLogger(zap.New(zap.UseDevMode(true), zap.WriteTo(os.Stderr)))
	code, err := run()
	if err == nil {
		err = controlplane.CheckLeaks()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "suite:", err)
		return 1
	}
	return code
}

func run(m *testing.M, n int, options controlplane.Options, race bool, setup func(*Suite)) (code int, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	suites := make([]*Suite, n)
	for i := range suites {
		suites[i] = &Suite{}
	}
	defer func() { err = errors.Join(err, each(suites, (*Suite).stop)) }()
	options.Log, options.ControllerManagerLater = os.Stderr, true
	if err := each(suites, func(s *Suite) error { return s.start(ctx, options) }); err != nil {
		return 1, err
	}
	binary, err := controlplane.Manager(ctx, suites[0].Plane.Dir, race)
	if err != nil {
		return 1, err
	}
	for _, s := range suites {
		s.Binary = binary
		setup(s)
	}
	if err := each(suites, func(s *Suite) error { return call(ctx, s.AtStart) }); err != nil {
		return 1, err
	}
	code = m.Run()
	// The tests may have taken all the time that the start was given.
	return code, each(suites, func(s *Suite) error { return call(context.WithoutCancel(ctx), s.AtEnd) })
}

// each calls f with all suites at the same time.
func each(suites []*Suite, f func(*Suite) error) error {
	errs := make([]error, len(suites))
	var group sync.WaitGroup
	for i, s := range suites {
		group.Go(func() { errs[i] = f(s) })
	}
	group.Wait()
	return errors.Join(errs...)
}

// call calls f, if it is there.
func call(ctx context.Context, f func(context.Context) error) error {
	if f == nil {
		return nil
	}
	return f(ctx)
}

// start starts the control plane, and connects to it. Manifests are arguments of kubectl apply; without any, those of this
// checkout are installed.
func (s *Suite) start(ctx context.Context, options controlplane.Options, manifests ...string) (err error) {
	if s.Plane, err = controlplane.Start(ctx, options); err != nil {
		return err
	}
	if len(manifests) > 0 {
		err = s.Plane.Install(ctx, manifests...)
	} else {
		err = s.Plane.InstallOperator(ctx)
	}
	if err != nil {
		return err
	}
	s.Kubeconfig, err = s.Plane.ServiceAccountKubeconfig(ctx, OperatorNamespace, OperatorServiceAccount, 2*time.Hour)
	if err != nil {
		return err
	}
	scheme := runtime.NewScheme()
	utilruntime.Must(clientgoscheme.AddToScheme(scheme))
	utilruntime.Must(v1alpha1.AddToScheme(scheme))
	s.Admin, err = client.NewWithWatch(s.Plane.Config, client.Options{Scheme: scheme})
	return err
}

// stop ends the control plane, if it was started.
func (s *Suite) stop() error {
	if s.Plane == nil {
		return nil
	}
	return s.Plane.Stop()
}

// StartOperator runs the operator until it is stopped, at the end of the test at the latest. It connects by a
// kubeconfig, which may lead through a proxy, and takes no part in leader election unless args say so.
func (s *Suite) StartOperator(t testing.TB, kubeconfig string, args ...string) *controlplane.Operator {
	t.Helper()
	operator, err := s.Plane.StartOperator(t.Context(), controlplane.OperatorOptions{
		Binary: s.Binary, Kubeconfig: kubeconfig, Args: args,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		// After an intended Kill, this returns the error of Kill.
		if err := operator.Stop(); err != nil {
			t.Error(err)
		}
	})
	return operator
}
