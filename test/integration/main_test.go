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
	"os"
	"testing"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

const (
	operatorNamespace = suite.OperatorNamespace
	operatorUser      = suite.OperatorUser
	patience          = suite.Patience
)

// env is shared by all tests: one control plane, and one operator on it. Each test uses its own namespaces.
var env struct {
	*suite.Suite
	operator *controlplane.Operator
}

func TestMain(m *testing.M) {
	os.Exit(suite.Run(m, controlplane.Options{AuditObjectsOf: []string{operatorUser}}, func(s *suite.Suite) {
		env.Suite = s
		var detector *controlplane.Detector
		s.AtStart = func(ctx context.Context) (err error) {
			if env.operator, err = startOperator(ctx); err != nil {
				return err
			}
			if err := s.Unguard(ctx, suite.Unguarded, suite.PolicyRoles); err != nil {
				return err
			}
			detector, err = s.Plane.StartDetector(ctx, env.operator)
			return err
		}
		s.AtEnd = func(ctx context.Context) error {
			// Stop fails if the operator has had a race.
			return errors.Join(detector.Check(ctx, env.operator), env.operator.Stop())
		}
	}))
}

func startOperator(ctx context.Context, args ...string) (*controlplane.Operator, error) {
	return env.Plane.StartOperator(ctx, controlplane.OperatorOptions{
		Binary: env.Binary, Kubeconfig: env.Kubeconfig, LeaderElectionNamespace: operatorNamespace, Args: args,
	})
}
