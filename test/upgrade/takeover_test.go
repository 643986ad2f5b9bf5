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

package upgrade

import (
	"fmt"
	"strings"
	"testing"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// leaseName is the name of the Lease that replicas compete for.
const leaseName = "stakeholder-operator.stakeholders.dev"

// succession is a cluster with two maps in force. One replica of the operator follows another there.
type succession struct {
	*suite.Suite
	leader *controlplane.Operator
	// edited is a map that reaches target, and damaged one that loses an output.
	edited, damaged *v1alpha1.StakeholderMap
	target          string
}

// TestTakeOver runs two replicas, as docs/operations/install.md recommends, and ends the one that leads. The other takes over:
// it enforces an edit and repairs a deleted output, both made while no replica leads. It writes each object once, and nothing
// else. The test logs how long that takes.
func TestTakeOver(t *testing.T) {
	t.Parallel()
	s := &succession{Suite: suite.StartWithoutRaceDetector(t, controlplane.Options{AuditLog: true})}
	s.leader = startReplica(t, s.Suite, s.Binary)
	s.edited, s.damaged = suite.NewMap(s.NewNamespace(t), "checkout"), suite.NewMap(s.NewNamespace(t), "billing")
	s.target = s.NewTarget(t, s.edited.Namespace)
	s.edited.Spec.TargetNamespaces.Names = []string{s.target}
	for _, m := range []*v1alpha1.StakeholderMap{s.edited, s.damaged} {
		s.Create(t, m)
		s.WaitReady(t, m)
	}
	s.takeOver(t, "stopped", (*controlplane.Operator).Stop, "carla", "chris")
	s.takeOver(t, "killed", (*controlplane.Operator).Kill, "chris", "cleo")
	stop(t, s.leader)
}

// takeOver ends the leader while another replica waits. Meanwhile a customer takes the place of another one.
func (s *succession) takeOver(t *testing.T, how string, end func(*controlplane.Operator) error, leaves, comes string) {
	t.Helper()
	standby, before := startReplica(t, s.Suite, s.Binary), s.holder(t)
	mark, err := s.Plane.AuditMark()
	if err != nil {
		t.Fatal(err)
	}
	started := time.Now()
	if err := end(s.leader); err != nil {
		t.Fatal(err)
	}
	ended := time.Since(started)
	s.leader = standby
	s.Edit(t, s.edited, func(spec *v1alpha1.StakeholderMapSpec) { spec.Customers[0].Subjects = suite.Users(comes) })
	deleted := suite.Get(t, s.Suite, s.damaged.Namespace, "stakeholders:billing:customer", &rbacv1.RoleBinding{})
	s.Delete(t, deleted)
	// RoleBindings in target namespaces are written last.
	s.WaitHolders(t, s.edited, s.target, "customer "+comes, "end-user eve", "product-owner paul")
	t.Logf("the leader was %s: its process had ended after %s, and the other replica had enforced an edit after %s",
		how, ended.Round(time.Millisecond), time.Since(started).Round(time.Millisecond))

	s.WaitReady(t, s.edited)
	controlplane.Eventually(t, suite.Patience, "the deleted RoleBinding is there again", func() error {
		return s.Admin.Get(t.Context(), client.ObjectKeyFromObject(deleted), deleted)
	})
	for user, may := range map[string]bool{leaves: false, comes: true} {
		if s.May(t, user, "approve", s.edited, "budget") != may {
			t.Errorf("that %s may approve is not %t", user, may)
		}
	}
	if after := s.holder(t); after == before || after == "" {
		t.Errorf("the holder of the lease was %q, and is %q", before, after)
	}
	s.wroteOnce(t, mark)
}

// holder is the replica that holds the lease.
func (s *succession) holder(t *testing.T) string {
	t.Helper()
	lease := suite.Get(t, s.Suite, suite.OperatorNamespace, leaseName, &coordinationv1.Lease{})
	if lease.Spec.HolderIdentity == nil {
		return ""
	}
	return *lease.Spec.HolderIdentity
}

// wroteOnce fails unless the replicas have written exactly the objects that had to change since a mark, and each once.
func (s *succession) wroteOnce(t *testing.T, mark int64) {
	t.Helper()
	events, _, err := s.Plane.AuditEvents(mark)
	if err != nil {
		t.Fatal(err)
	}
	written := make(map[string]int)
	for i := range events {
		e := &events[i]
		isOutput := e.Resource == "configmaps" || e.Group == rbacv1.GroupName || e.Group == v1alpha1.GroupVersion.Group
		if e.User == suite.OperatorUser && e.Mutating() && isOutput {
			written[strings.TrimSuffix(fmt.Sprintf("%s %s/%s/%s", e.Resource, e.Namespace, e.Name, e.Subresource), "/")]++
		}
	}
	home := s.edited.Namespace
	for _, object := range []string{
		"configmaps " + home + "/checkout-routing",
		"rolebindings " + home + "/stakeholders:checkout:customer",
		"configmaps " + s.target + "/" + home + ".checkout.routing",
		"rolebindings " + s.target + "/stakeholders:target:" + home + ":checkout:customer",
		"stakeholdermaps " + home + "/checkout/status",
		"rolebindings " + s.damaged.Namespace + "/stakeholders:billing:customer",
	} {
		if written[object] != 1 {
			t.Errorf("%s was written %d times", object, written[object])
		}
		delete(written, object)
	}
	if len(written) > 0 {
		t.Errorf("nothing else had to be written, but these were: %v", written)
	}
}
