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

package suite

import (
	"context"
	"errors"
	"testing"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// Operated is a Suite on which an operator runs all the time unless a test stops it: for tests of a whole cluster.
// Its tests run one after the other.
type Operated struct {
	*Suite
	// Operator is the one that runs now.
	Operator *controlplane.Operator
}

// RunOperated is Run with an operator, which is watched for loops, panics and leaks. It calls prepare, unless that is
// nil, before the operator starts.
func RunOperated(m *testing.M, o *Operated, prepare func(context.Context) error) int {
	return Run(m, controlplane.Options{AuditObjectsOf: []string{OperatorUser}}, func(s *Suite) {
		o.Suite = s
		var detector *controlplane.Detector
		s.AtStart = func(ctx context.Context) (err error) {
			if prepare != nil {
				if err := prepare(ctx); err != nil {
					return err
				}
			}
			if err := o.start(ctx); err != nil {
				return err
			}
			detector, err = s.Plane.StartDetector(ctx, o.Operator)
			return err
		}
		s.AtEnd = func(ctx context.Context) error {
			return errors.Join(detector.Check(ctx, o.Operator), o.Operator.Stop())
		}
	})
}

func (o *Operated) start(ctx context.Context) (err error) {
	o.Operator, err = o.Plane.StartOperator(ctx, controlplane.OperatorOptions{Binary: o.Binary, Kubeconfig: o.Kubeconfig})
	return err
}

// Stop stops the operator.
func (o *Operated) Stop(t testing.TB) {
	t.Helper()
	if err := o.Operator.Stop(); err != nil {
		t.Fatal(err)
	}
}

// Restart starts another operator, after Stop. It outlives the test.
func (o *Operated) Restart(t testing.TB) {
	t.Helper()
	if err := o.start(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
}
