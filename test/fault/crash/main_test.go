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

// Package crash stops the operator right after each of its writes, and tests whether the next one continues as if
// nothing had happened.
//
// It first records the result of a scenario without faults: the end state, what was created and deleted, and the number
// W of writes. Then the scenario runs W times more, each time in different namespaces. In run i the operator is killed
// when its write i is committed, before it gets the answer; no later write of it reaches the API server. Then another
// operator starts, which knows nothing of the first.
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

// clusters is how many there are, so that as many scenarios run at the same time. A scenario needs its own cluster,
// because its operators manage all maps of the cluster.
const clusters = 2

// idle are the lives in the clusters that no test uses.
var idle = make(chan *lives, clusters)

func TestMain(m *testing.M) {
	options := controlplane.Options{AuditObjectsOf: []string{suite.OperatorUser}}
	os.Exit(suite.RunSeveral(m, clusters, options, func(s *suite.Suite) {
		l := &lives{suite: s}
		s.AtStart = func(ctx context.Context) error {
			// Some scenarios use maps with conflicting roles.
			err := errors.Join(s.Unguard(ctx, suite.EveryNamespace, suite.PolicyRoles), enableKargo(ctx, s))
			if err != nil {
				return err
			}
			return l.begin(ctx)
		}
		s.AtEnd = l.end
	}))
}

// enableKargo enables ServiceAccounts in Kargo projects, which only some scenarios have.
func enableKargo(ctx context.Context, s *suite.Suite) error {
	if err := s.Plane.InstallComponent(ctx, "kargo-accounts"); err != nil {
		return err
	}
	return s.Admin.Create(ctx, &v1alpha1.StakeholderPolicy{
		ObjectMeta: metav1.ObjectMeta{Name: v1alpha1.PolicyName},
		Spec:       &v1alpha1.StakeholderPolicySpec{Outputs: v1alpha1.PolicyOutputs{Kargo: v1alpha1.Enabled}},
	})
}
