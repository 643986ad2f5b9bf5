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

// Package upgrade replaces one version of the operator by another while maps are in force, and back, and one replica by
// another. It watches that no user loses a right meanwhile.
//
// The other version is the previous commit, which it takes from the history of this checkout. UPGRADE_FROM names another
// revision, such as the tag of a release.
package upgrade

import (
	"context"
	"os"
	"testing"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

func TestMain(m *testing.M) { os.Exit(suite.RunWithoutCluster(m)) }

// startReplica starts an operator that takes part in the leader election, until the end of the test at the latest.
func startReplica(t *testing.T, s *suite.Suite, binary string) *controlplane.Operator {
	t.Helper()
	replica, err := s.Plane.StartOperator(t.Context(), controlplane.OperatorOptions{
		Binary: binary, Kubeconfig: s.Kubeconfig, LeaderElectionNamespace: suite.OperatorNamespace,
	})
	if err != nil {
		t.Fatal(err)
	}
	return replica
}

// stop ends a replica as a cluster would, and fails the test if it did not end well.
func stop(t *testing.T, replica *controlplane.Operator) {
	t.Helper()
	if err := replica.Stop(); err != nil {
		t.Error(err)
	}
}

// kubectl runs kubectl as an administrator.
func kubectl(ctx context.Context, t *testing.T, s *suite.Suite, args ...string) {
	t.Helper()
	if _, err := s.Plane.Kubectl(ctx, args...); err != nil {
		t.Fatal(err)
	}
}
