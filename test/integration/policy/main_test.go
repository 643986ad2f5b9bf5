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

// Package policy tests what the one StakeholderPolicy does to maps. It is about all maps of a cluster, so these tests
// have a control plane of their own, and run one after the other.
package policy

import (
	"context"
	"errors"
	"os"
	"testing"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// env is what all tests share.
var env struct {
	*suite.Suite
	operator *controlplane.Operator
}

func TestMain(m *testing.M) {
	os.Exit(suite.Run(m, controlplane.Options{AuditObjectsOf: []string{suite.OperatorUser}}, func(s *suite.Suite) {
		env.Suite = s
		var detector *controlplane.Detector
		s.AtStart = func(ctx context.Context) (err error) {
			if err := startOperator(ctx); err != nil {
				return err
			}
			detector, err = s.Plane.StartDetector(ctx, env.operator)
			return err
		}
		s.AtEnd = func(ctx context.Context) error {
			return errors.Join(detector.Check(ctx, env.operator), env.operator.Stop())
		}
	}))
}

func startOperator(ctx context.Context) (err error) {
	env.operator, err = env.Plane.StartOperator(ctx, controlplane.OperatorOptions{Binary: env.Binary, Kubeconfig: env.Kubeconfig})
	return err
}

func stopOperator(t *testing.T) {
	t.Helper()
	if err := env.operator.Stop(); err != nil {
		t.Fatal(err)
	}
}
