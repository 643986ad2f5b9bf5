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

// Package escalation attacks the operator as tenants could. Tenants have many rights in their own namespaces, write
// maps or own target namespaces. They want a right that they should not have, keep a revoked one, or stop the operator
// from working. The operator is the real program with the shipped RBAC. The attackers have the rights of Kubernetes'
// own roles, never those of a cluster admin.
package escalation

import (
	"context"
	"errors"
	"os"
	"testing"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// env is shared by all tests: one control plane, and one operator on it. A test that is not parallel may stop the
// operator, and then starts another one.
var env *suite.Suite

var operator *controlplane.Operator

func TestMain(m *testing.M) {
	os.Exit(suite.Run(m, controlplane.Options{AuditObjectsOf: []string{suite.OperatorUser}}, func(s *suite.Suite) {
		env = s
		var detector *controlplane.Detector
		s.AtStart = func(ctx context.Context) error {
			err := errors.Join(
				giveRights(ctx),
				s.Unguard(ctx, unguarded, suite.PolicyRoles, suite.PolicyGrantBindings, suite.PolicyGrantRoles),
				startOperator(ctx),
			)
			if err == nil {
				detector, err = s.Plane.StartDetector(ctx, operator)
			}
			return err
		}
		s.AtEnd = func(ctx context.Context) error {
			return errors.Join(detector.Check(ctx, operator), operator.Stop())
		}
	}))
}

// whileDown stops the operator while f runs, for an attacker who acts first. The test must not be parallel.
func whileDown(t *testing.T, attack func()) {
	t.Helper()
	must(t, operator.Stop())
	attack()
	must(t, startOperator(t.Context()))
}

func startOperator(ctx context.Context) error {
	var err error
	operator, err = env.Plane.StartOperator(ctx, controlplane.OperatorOptions{Binary: env.Binary, Kubeconfig: env.Kubeconfig})
	return err
}
