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

package policy

import (
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// Where there is no policy, the operator makes an empty one, and puts it in force.
func TestDefaultPolicyIsMade(t *testing.T) {
	waitPolicy(t, metav1.ConditionTrue, v1alpha1.ReasonValid, v1alpha1.ReasonReady)
	policy := stored(t)
	if policy.Spec != nil || policy.Status.InForce.Generation != policy.Generation || policy.Status.InForce.Spec != nil {
		t.Errorf("the policy is %+v", policy)
	}
	waitEvent(t, "Normal", v1alpha1.ReasonValid, "judged by this policy")
}

// What the policy says of topics and overlaps is in force for maps that are there already, and goes with it.
func TestEditIsInForceForEveryMap(t *testing.T) {
	namespace := env.NewNamespace(t)
	m := suite.NewMap(namespace, "checkout")
	env.Create(t, m)
	shop := overlapping(namespace, "shop", v1alpha1.MarketB2C)
	env.Create(t, shop)
	env.WaitReady(t, m)
	env.WaitReady(t, shop)

	policy := put(t, &v1alpha1.StakeholderPolicySpec{Topics: []v1alpha1.Topic{security}, Overlaps: forbid(v1alpha1.MarketB2C)})
	waitInForce(t, policy)
	waitTopic(t, m, security.Name, true)
	env.WaitReady(t, m)
	controlplane.Eventually(t, suite.Patience, "carla may approve the policy's topic", func() error {
		if !env.May(t, "carla", "approve", m, security.Name) {
			return errNot
		}
		return nil
	})
	env.WaitFor(t, shop, v1alpha1.ConditionValid, metav1.ConditionFalse, string(v1alpha1.OverlapForbidden))

	waitInForce(t, put(t, nil))
	env.WaitReady(t, shop)
	waitTopic(t, m, security.Name, false)
	controlplane.Eventually(t, suite.Patience, "carla may approve the policy's topic no longer", func() error {
		if env.May(t, "carla", "approve", m, security.Name) {
			return errNot
		}
		return nil
	})
}

// The API server refuses what the policy in force does not allow, and takes what it does.
func TestAdmissionFollowsThePolicy(t *testing.T) {
	namespace := env.NewNamespace(t)
	there := suite.NewMap(namespace, "there")
	env.Create(t, there)
	env.WaitReady(t, there)
	internal := overlapping(namespace, "internal", v1alpha1.MarketInternal)
	waitRefused(t, internal, v1alpha1.UnacknowledgedOverlap)

	enforce(t, &v1alpha1.StakeholderPolicySpec{
		Overlaps: []v1alpha1.MarketOverlap{{Market: v1alpha1.MarketInternal, Treatment: v1alpha1.OverlapAllow}},
		HandleSystems: []v1alpha1.HandleSystem{{
			Name: "pager", Pattern: "[a-z-]+", Example: "acme-oncall", RequiredFor: []v1alpha1.Role{v1alpha1.RoleCustomer},
		}},
	})
	waitRefused(t, internal, v1alpha1.HandleMissing)
	internal.Spec.Customers[0].Handles = []v1alpha1.Handle{{System: "pager", Value: "ACME"}}
	waitRefused(t, internal, v1alpha1.InvalidHandle)
	internal.Spec.Customers[0].Handles[0].Value = "acme"
	waitAccepted(t, internal)
	// What is there already is reported, keeps what it has, and its next edit has to mend it.
	there = env.WaitFor(t, there, v1alpha1.ConditionValid, metav1.ConditionFalse, string(v1alpha1.HandleMissing))
	if !env.May(t, "carla", "approve", there, "budget") {
		t.Error("a handle that is missing has cost carla her rights")
	}
	there.Spec.Product.DisplayName = "Another"
	if err := env.Admin.Update(t.Context(), there); err == nil || !strings.Contains(err.Error(), "HandleMissing: board has no pager handle") {
		t.Errorf("an edit without the handle gave %v", err)
	}
	env.WaitReady(t, env.Edit(t, there, func(s *v1alpha1.StakeholderMapSpec) {
		s.Customers[0].Handles = []v1alpha1.Handle{{System: "pager", Value: "acme"}}
	}))
}

// A policy that only Go can find invalid is reported, and the last valid one stays in force: at admission, for the
// operator, and for the next operator.
func TestInvalidPolicyIsNotInForce(t *testing.T) {
	namespace := env.NewNamespace(t)
	m := suite.NewMap(namespace, "checkout")
	env.Create(t, m)
	enforce(t, &v1alpha1.StakeholderPolicySpec{Topics: []v1alpha1.Topic{security}, Overlaps: forbid(v1alpha1.MarketB2C)})
	last := stored(t).Generation
	waitTopic(t, m, security.Name, true)

	put(t, &v1alpha1.StakeholderPolicySpec{HandleSystems: []v1alpha1.HandleSystem{{Name: "slack", Pattern: "["}}})
	message := waitPolicy(t, metav1.ConditionFalse, v1alpha1.ReasonPolicyInvalid, v1alpha1.ReasonPolicyInvalid)
	for _, part := range []string{"spec.handleSystems[0].pattern", "stays in force"} {
		if !strings.Contains(message, part) {
			t.Errorf("the message lacks %q: %s", part, message)
		}
	}
	waitEvent(t, "Warning", v1alpha1.ReasonPolicyInvalid, "spec.handleSystems[0].pattern")
	if metrics, err := env.Operator.Metrics(t.Context()); err != nil || metrics["stakeholders_policy_invalid"] != 1 {
		t.Errorf("stakeholders_policy_invalid is %v, %v", metrics["stakeholders_policy_invalid"], err)
	}

	env.Stop(t)
	env.Restart(t)
	// A map that is new to this operator shows that it has looked at what is there.
	second := suite.NewMap(namespace, "second")
	env.Create(t, second)
	env.WaitReady(t, second)
	waitTopic(t, second, security.Name, true)
	waitTopic(t, m, security.Name, true)
	waitRefused(t, overlapping(namespace, "shop", v1alpha1.MarketB2C), v1alpha1.OverlapForbidden)
	if err := inForce(stored(t), last); err != nil {
		t.Error(err)
	}
	put(t, nil)
	waitPolicy(t, metav1.ConditionTrue, v1alpha1.ReasonValid, v1alpha1.ReasonReady)
	waitTopic(t, second, security.Name, false)
}

// A policy that is deleted leaves the defaults, and is made again.
func TestDeletedPolicyIsMadeAgain(t *testing.T) {
	namespace := env.NewNamespace(t)
	m := suite.NewMap(namespace, "checkout")
	env.Create(t, m)
	waitInForce(t, put(t, &v1alpha1.StakeholderPolicySpec{Topics: []v1alpha1.Topic{security}}))
	waitTopic(t, m, security.Name, true)
	before := stored(t)
	env.Delete(t, before)
	controlplane.Eventually(t, suite.Patience, "another policy", func() error {
		policy := &v1alpha1.StakeholderPolicy{}
		if err := env.Admin.Get(t.Context(), keyOf(before), policy); err != nil {
			return err
		}
		if policy.UID == before.UID {
			return errNot
		}
		return inForce(policy, policy.Generation)
	})
	waitTopic(t, m, security.Name, false)
	env.WaitReady(t, m)
	waitRefused(t, overlapping(namespace, "mixed-up", v1alpha1.MarketB2B), v1alpha1.UnacknowledgedOverlap)
}

// While there is neither a policy nor an operator to make one, the API server lets mix-ups pass. They are found as soon
// as there is an operator, and have given nobody anything.
func TestMixUpWithoutPolicyIsReported(t *testing.T) {
	namespace := env.NewNamespace(t)
	mixedUp := overlapping(namespace, "mixed-up", v1alpha1.MarketB2B)
	env.Stop(t)
	env.Delete(t, stored(t))
	waitAccepted(t, mixedUp)
	env.Create(t, mixedUp)
	env.Restart(t)
	env.WaitFor(t, mixedUp, v1alpha1.ConditionValid, metav1.ConditionFalse, string(v1alpha1.UnacknowledgedOverlap))
	if env.May(t, "carla", "approve", mixedUp, "budget") {
		t.Error("the mix-up has given carla a right")
	}
	another := mixedUp.DeepCopy()
	another.Name, another.ResourceVersion, another.UID = "another", "", ""
	waitRefused(t, another, v1alpha1.UnacknowledgedOverlap)
	waitPolicy(t, metav1.ConditionTrue, v1alpha1.ReasonValid, v1alpha1.ReasonReady)
}
