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
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// If there is no policy, the operator creates the one that admission reads, and leaves the platform team's name free.
func TestPolicyInForceIsMade(t *testing.T) {
	withoutPolicy(t)
	env.Delete(t, inForce(t))
	controlplane.Eventually(t, suite.Patience, "the policy in-force is there", func() error {
		state, err := env.PolicyInForce(t.Context())
		if err != nil {
			return err
		}
		c := meta.FindStatusCondition(state.Status.Conditions, v1alpha1.ConditionReady)
		if c == nil || c.Status != metav1.ConditionTrue || state.Spec != nil || state.Status.InForce.Generation != 0 {
			return fmt.Errorf("it is %+v", state)
		}
		return nil
	})
	policy := &v1alpha1.StakeholderPolicy{}
	if err := env.Admin.Get(t.Context(), client.ObjectKey{Name: v1alpha1.PolicyName}, policy); !apierrors.IsNotFound(err) {
		t.Errorf("the platform team's policy is there: %+v, %v", policy, err)
	}
	put(t, nil)
	waitPolicy(t, metav1.ConditionTrue, v1alpha1.ReasonValid, v1alpha1.ReasonReady)
	waitEvent(t, "Normal", v1alpha1.ReasonValid, "judged by this policy")
}

// The policy's topics and overlaps are in force for existing maps, and end when the policy is deleted.
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
	controlplane.Eventually(t, suite.Patience, "carla may no longer approve the policy's topic", func() error {
		if env.May(t, "carla", "approve", m, security.Name) {
			return errNot
		}
		return nil
	})
}

// The API server refuses what the policy in force does not allow, and accepts everything else.
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
	// An existing map is reported and keeps its rights, and its next edit has to correct it.
	there = env.WaitFor(t, there, v1alpha1.ConditionValid, metav1.ConditionFalse, string(v1alpha1.HandleMissing))
	if !env.May(t, "carla", "approve", there, "budget") {
		t.Error("carla has lost her rights because of a missing handle")
	}
	there.Spec.Product.DisplayName = "Another"
	if err := env.Admin.Update(t.Context(), there); err == nil || !strings.Contains(err.Error(), "HandleMissing: board has no pager handle") {
		t.Errorf("an edit without the handle gave %v", err)
	}
	env.WaitReady(t, env.Edit(t, there, func(s *v1alpha1.StakeholderMapSpec) {
		s.Customers[0].Handles = []v1alpha1.Handle{{System: "pager", Value: "acme"}}
	}))
}

// The operator reports a policy that only Go can find invalid. The last valid one stays in force: at admission, for the
// operator, and for the next operator.
func TestInvalidPolicyIsNotInForce(t *testing.T) {
	namespace := env.NewNamespace(t)
	m := suite.NewMap(namespace, "checkout")
	env.Create(t, m)
	enforce(t, &v1alpha1.StakeholderPolicySpec{Topics: []v1alpha1.Topic{security}, Overlaps: forbid(v1alpha1.MarketB2C)})
	last := stored(t)
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
	// A map that is new to this operator shows that it has reconciled the existing ones.
	second := suite.NewMap(namespace, "second")
	env.Create(t, second)
	env.WaitReady(t, second)
	waitTopic(t, second, security.Name, true)
	waitTopic(t, m, security.Name, true)
	waitRefused(t, overlapping(namespace, "shop", v1alpha1.MarketB2C), v1alpha1.OverlapForbidden)
	waitInForce(t, last)
	put(t, nil)
	waitPolicy(t, metav1.ConditionTrue, v1alpha1.ReasonValid, v1alpha1.ReasonReady)
	waitTopic(t, second, security.Name, false)
}

// Tools replace the policy by deleting and creating it, and bring it into a cluster by creating it. The operator blocks
// neither, and the old policy stays in force in between.
func TestDeletedPolicyStaysInForce(t *testing.T) {
	withoutPolicy(t)
	file := filepath.Join(t.TempDir(), "policy.yaml")
	content := "apiVersion: stakeholders.dev/v1alpha1\nkind: StakeholderPolicy\nmetadata: {name: default}\n" +
		"spec: {topics: [{name: security-exception, class: Approval, to: [Customer]}]}\n"
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	kubectl := func(args ...string) {
		t.Helper()
		if out, err := env.Plane.Kubectl(t.Context(), append(args, "-f", file)...); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	kubectl("create")
	waitInForce(t, stored(t))
	namespace := env.NewNamespace(t)
	m := suite.NewMap(namespace, "checkout")
	env.Create(t, m)
	env.WaitReady(t, m)
	waitTopic(t, m, security.Name, true)

	unchanged := func(what string, change func()) {
		t.Helper()
		before := suite.Get(t, env.Suite, namespace, "checkout-routing", &corev1.ConfigMap{}).ResourceVersion
		change()
		waitIdle(t, 0)
		if after := suite.Get(t, env.Suite, namespace, "checkout-routing", &corev1.ConfigMap{}).ResourceVersion; after != before {
			t.Errorf("%s has changed the map's table", what)
		}
		if !env.May(t, "carla", "approve", m, security.Name) {
			t.Errorf("%s has revoked a right", what)
		}
	}
	unchanged("kubectl replace --force", func() {
		before := stored(t).UID
		kubectl("replace", "--force")
		after := stored(t)
		if after.UID == before {
			t.Error("it is the same policy")
		}
		waitPolicy(t, metav1.ConditionTrue, v1alpha1.ReasonValid, v1alpha1.ReasonReady)
	})
	unchanged("a deletion", func() {
		env.Delete(t, stored(t))
		waitEvent(t, "Warning", v1alpha1.ReasonPolicyDeleted, "stays in force")
	})
	unchanged("a restart after the deletion", func() {
		env.Stop(t)
		env.Restart(t)
		waitRefused(t, overlapping(namespace, "mixed-up", v1alpha1.MarketB2B), v1alpha1.UnacknowledgedOverlap)
	})
	unchanged("kubectl create", func() {
		kubectl("create")
		waitPolicy(t, metav1.ConditionTrue, v1alpha1.ReasonValid, v1alpha1.ReasonReady)
	})
	if state := inForce(t); state.Status.InForceUntil != nil {
		t.Errorf("with a policy again, the earlier one is in force until %s", state.Status.InForceUntil)
	}
	// A different policy is in force at once.
	waitInForce(t, put(t, nil))
	waitTopic(t, m, security.Name, false)
	withoutPolicy(t)
	env.WaitReady(t, m)
}

// In a cluster that allows everything, grants have no effect. The operator reports that, and also when the cluster is
// repaired.
func TestAuthorizerThatAllowsAllIsReported(t *testing.T) {
	put(t, nil)
	waitPolicy(t, metav1.ConditionTrue, v1alpha1.ReasonValid, v1alpha1.ReasonReady)
	everybody := &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: "everybody-is-admin"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "cluster-admin"},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.GroupKind, Name: "system:authenticated"}},
	}
	env.Create(t, everybody)
	waitEnforced := func(status metav1.ConditionStatus, reason, ready string, metric float64) {
		t.Helper()
		env.Stop(t)
		env.Restart(t)
		controlplane.Eventually(t, suite.Patience, "Enforced is "+reason, func() error {
			policy := stored(t)
			for conditionType, want := range map[string]string{v1alpha1.ConditionEnforced: reason, v1alpha1.ConditionReady: ready} {
				c := meta.FindStatusCondition(policy.Status.Conditions, conditionType)
				if c == nil || c.Status != status || c.Reason != want {
					return fmt.Errorf("there are %+v", policy.Status.Conditions)
				}
			}
			metrics, err := env.Operator.Metrics(t.Context())
			if err == nil && metrics["stakeholders_authorizer_allows_all"] != metric {
				err = fmt.Errorf("the metric is %v", metrics["stakeholders_authorizer_allows_all"])
			}
			return err
		})
	}
	waitEnforced(metav1.ConditionFalse, v1alpha1.ReasonAuthorizerAllowsAll, v1alpha1.ReasonAuthorizerAllowsAll, 1)
	waitEvent(t, "Warning", v1alpha1.ReasonAuthorizerAllowsAll, "decide nothing")
	env.Delete(t, everybody)
	waitEnforced(metav1.ConditionTrue, v1alpha1.ReasonEnforced, v1alpha1.ReasonReady, 0)
}

// While there is neither a policy nor an operator to create one, the API server accepts conflicting roles. An operator
// finds them as soon as it starts, and they have given no rights.
func TestMixUpWithoutPolicyIsReported(t *testing.T) {
	namespace := env.NewNamespace(t)
	mixedUp := overlapping(namespace, "mixed-up", v1alpha1.MarketB2B)
	put(t, nil)
	env.Stop(t)
	env.Delete(t, inForce(t))
	waitAccepted(t, mixedUp)
	env.Create(t, mixedUp)
	env.Restart(t)
	env.WaitFor(t, mixedUp, v1alpha1.ConditionValid, metav1.ConditionFalse, string(v1alpha1.UnacknowledgedOverlap))
	if env.May(t, "carla", "approve", mixedUp, "budget") {
		t.Error("the conflicting roles have given carla a right")
	}
	another := mixedUp.DeepCopy()
	another.Name, another.ResourceVersion, another.UID = "another", "", ""
	waitRefused(t, another, v1alpha1.UnacknowledgedOverlap)
	waitPolicy(t, metav1.ConditionTrue, v1alpha1.ReasonValid, v1alpha1.ReasonReady)
}
