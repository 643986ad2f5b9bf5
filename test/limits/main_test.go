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

// Package limits runs the operator within the memory limit of config/manager: with the largest maps of the schema, with
// many maps, and with objects that other users create.
package limits

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

var (
	// env is the cluster of the test that runs.
	env *suite.Suite
	// limit is what the container may use, in bytes.
	limit int64
)

func TestMain(m *testing.M) {
	var err error
	if limit, err = shippedLimit(); err != nil {
		panic(err)
	}
	os.Exit(suite.RunWithoutCluster(m))
}

// startCluster starts a cluster for a test. The test need not delete its objects.
func startCluster(t *testing.T, options controlplane.Options) {
	t.Helper()
	env = suite.StartWithoutRaceDetector(t, options)
	// The API server needs seconds to judge a map as large as the schema allows. test/admission shows that it accepts them.
	if err := env.Unguard(t.Context(), suite.EveryNamespace, suite.PolicyRoles, suite.PolicyAdvice); err != nil {
		t.Fatal(err)
	}
}

// shippedLimit is the memory limit of the operator's container, which must also be its GOMEMLIMIT.
func shippedLimit() (int64, error) {
	container, err := shippedContainer()
	if err != nil {
		return 0, err
	}
	for _, v := range container.Env {
		ref := &corev1.ResourceFieldSelector{}
		if v.ValueFrom != nil && v.ValueFrom.ResourceFieldRef != nil {
			ref = v.ValueFrom.ResourceFieldRef
		}
		if v.Name == "GOMEMLIMIT" && ref.Resource == "limits.memory" && (ref.Divisor.IsZero() || ref.Divisor.Value() == 1) {
			return container.Resources.Limits.Memory().Value(), nil
		}
	}
	return 0, errors.New("the manager's container has no GOMEMLIMIT from its memory limit")
}

func shippedContainer() (*corev1.Container, error) {
	root, err := controlplane.Root()
	if err != nil {
		return nil, err
	}
	content, err := os.ReadFile(filepath.Join(root, "config", "manager", "manager.yaml"))
	if err != nil {
		return nil, err
	}
	decoder := utilyaml.NewYAMLOrJSONDecoder(bytes.NewReader(content), 4096)
	for {
		deployment := &appsv1.Deployment{}
		if err := decoder.Decode(deployment); errors.Is(err, io.EOF) {
			return nil, errors.New("config/manager has no Deployment with a container called manager")
		} else if err != nil {
			return nil, err
		}
		for i, container := range deployment.Spec.Template.Spec.Containers {
			if deployment.Kind == "Deployment" && container.Name == "manager" {
				return &deployment.Spec.Template.Spec.Containers[i], nil
			}
		}
	}
}

// patience bounds every wait; the largest maps, and thousands of objects, take a while on a small machine.
const patience = 15 * time.Minute

// lookInterval is how often the tests ask the API server: reading and decoding a map as large as these takes a good
// part of the machine, which the operator needs.
const lookInterval = 500 * time.Millisecond

// operator is one that runs with the shipped settings, and must stay within its memory.
type operator struct {
	*controlplane.Operator
	name string
	// pprof is the address of its profiles.
	pprof string
}

// start runs the operator until the end of the test, and checks it then.
func start(t *testing.T, name string) *operator {
	t.Helper()
	pprof, err := controlplane.ProfilesAddress(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	process, err := env.Plane.StartOperator(t.Context(), controlplane.OperatorOptions{
		Binary: env.Binary, Kubeconfig: env.Kubeconfig, Env: []string{fmt.Sprintf("GOMEMLIMIT=%d", limit)}, ReadyTimeout: patience,
		Args: []string{"--pprof-bind-address=" + pprof},
	})
	if err != nil {
		t.Fatal(err)
	}
	o := &operator{process, name, pprof}
	t.Cleanup(func() { o.stop(t) })
	return o
}

// stop checks the most memory that the operator had at any time, and stops it.
func (o *operator) stop(t *testing.T) {
	t.Helper()
	if o.Ended() {
		return
	}
	if err := o.check(); err != nil {
		t.Error(err)
	}
	peak, err := controlplane.PeakMemory(o.PID())
	t.Logf("%s: at most %d MiB of %d MiB: %v", o.name, peak>>20, limit>>20, err)
	if err := o.Stop(); err != nil {
		t.Error(err)
	}
}

// check returns an error if the kernel would have ended the operator for its memory.
func (o *operator) check() error {
	peak, err := controlplane.PeakMemory(o.PID())
	if err == nil && peak > limit {
		err = fmt.Errorf("%s: the operator has had %d MiB, and may have %d MiB", o.name, peak>>20, limit>>20)
	}
	return err
}

// eventually waits for an effect of the operator, as long as it stays within its memory.
func (o *operator) eventually(t *testing.T, what string, check func() error) {
	t.Helper()
	var exceeded, last error
	var looked time.Time
	controlplane.Eventually(t, patience, what, func() error {
		if exceeded = o.check(); exceeded != nil {
			return nil //nolint:nilerr // the wait is over
		}
		if time.Since(looked) < lookInterval {
			return last
		}
		last = check()
		looked = time.Now()
		return last
	})
	if exceeded != nil {
		// Another operator would have the same result, and this one could use all the memory of the machine.
		t.Fatal(errors.Join(exceeded, o.Kill()))
	}
}

// inParallel calls f for each number below n, several at the same time.
func inParallel(t *testing.T, n int, f func(i int) error) {
	t.Helper()
	var group sync.WaitGroup
	errs := make(chan error, n)
	slots := make(chan struct{}, 16)
	for i := range n {
		group.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			if err := f(i); err != nil {
				errs <- err
			}
		})
	}
	group.Wait()
	close(errs)
	for err := range errs {
		t.Fatalf("%.1000v", err)
	}
}
