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

// Package crash stops the operator right after each of its writes, and finds out whether the next one takes
// over as if nothing had happened.
//
// What a scenario comes to without any fault is recorded first: the end state, what was created and deleted on
// the way, and the number W of writes. Then the scenario runs W times more, each time in namespaces of its own.
// In the run i the operator dies, by SIGKILL, when its write i is committed, before it learns so itself; no
// later write of it reaches the API server. Then another operator starts, without anything to remember.
package crash

import (
	"context"
	"errors"
	"os"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// clusters is how many there are, so that as many scenarios run at the same time. A scenario needs one to itself, because
// its operators look after all maps of the cluster.
const clusters = 2

// idle are the lives in the clusters that no test uses.
var idle = make(chan *lives, clusters)

func TestMain(m *testing.M) {
	options := controlplane.Options{AuditObjectsOf: []string{suite.OperatorUser}}
	os.Exit(suite.RunSeveral(m, clusters, options, func(s *suite.Suite) {
		l := &lives{suite: s}
		s.AtStart = func(ctx context.Context) error {
			// Some scenarios are about maps that mix up roles.
			err := errors.Join(s.Unguard(ctx, suite.EveryNamespace, suite.PolicyRoles), enableKargo(ctx, s))
			if err != nil {
				return err
			}
			return l.begin(ctx)
		}
		s.AtEnd = l.end
	}))
}

// enableKargo has ServiceAccounts kept in Kargo projects, of which only some scenarios have any.
func enableKargo(ctx context.Context, s *suite.Suite) error {
	if err := s.Plane.InstallComponent(ctx, "kargo-accounts"); err != nil {
		return err
	}
	return s.Admin.Create(ctx, &v1alpha1.StakeholderPolicy{
		ObjectMeta: metav1.ObjectMeta{Name: v1alpha1.PolicyName},
		Spec:       &v1alpha1.StakeholderPolicySpec{Outputs: v1alpha1.PolicyOutputs{Kargo: v1alpha1.Enabled}},
	})
}
