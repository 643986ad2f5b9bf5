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

// Package kind tests the operator when its kind is removed from the cluster and installed again. No other test could
// run at the same time.
package kind

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// env is shared by the tests.
var env struct {
	*suite.Suite
	operator *controlplane.Operator
}

// TestMain starts no detector: an operator that cannot watch its kind logs errors.
func TestMain(m *testing.M) {
	os.Exit(suite.Run(m, controlplane.Options{}, func(s *suite.Suite) {
		env.Suite = s
		s.AtStart = func(ctx context.Context) (err error) {
			env.operator, err = s.Plane.StartOperator(ctx, controlplane.OperatorOptions{Binary: s.Binary, Kubeconfig: s.Kubeconfig})
			return err
		}
		s.AtEnd = func(context.Context) error { return env.operator.Stop() }
	}))
}

// readyz waits for an answer of the readiness probe.
func readyz(t *testing.T, want int) {
	t.Helper()
	controlplane.Eventually(t, suite.Patience, fmt.Sprintf("/readyz answers %d", want), func() error {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, env.operator.ProbeURL+"/readyz", http.NoBody)
		if err != nil {
			return err
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return err
		}
		if response.StatusCode != want {
			err = errors.New(response.Status)
		}
		return errors.Join(err, response.Body.Close())
	})
}

// TestKindRemovedAndBack deletes the CRDs while the operator runs: it is not ready without them, and works again when
// they are back, without a restart.
func TestKindRemovedAndBack(t *testing.T) {
	root, err := controlplane.Root()
	if err != nil {
		t.Fatal(err)
	}
	crd := filepath.Join(root, "config", "crd")
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	before := suite.NewMap(env.NewNamespace(t), "checkout")
	env.Create(t, before)
	env.WaitReady(t, before)
	readyz(t, http.StatusOK)
	for _, kind := range []string{"stakeholdermaps", "stakeholderpolicies"} {
		file := filepath.Join(crd, "bases", "stakeholders.dev_"+kind+".yaml")
		if _, err := env.Plane.Kubectl(t.Context(), "delete", "-f", file); err != nil {
			t.Fatal(err)
		}
		readyz(t, http.StatusInternalServerError)
		if _, err := env.Plane.Kubectl(t.Context(), "apply", "--server-side", "-f", file); err != nil {
			t.Fatal(err)
		}
		readyz(t, http.StatusOK)
	}
	after := suite.NewMap(env.NewNamespace(t), "checkout")
	env.Create(t, after)
	env.WaitReady(t, after)
	if !env.May(t, "carla", "approve", after, "budget") {
		t.Error("the map is Ready, and the customer may not approve")
	}
}
