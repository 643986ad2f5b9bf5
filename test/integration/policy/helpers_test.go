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
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// security is a topic that maps have only if the policy adds it.
var security = v1alpha1.Topic{
	Name: "security-exception", Class: v1alpha1.ClassApproval, To: []v1alpha1.Role{v1alpha1.RoleCustomer},
}

func forbid(market v1alpha1.Market) []v1alpha1.MarketOverlap {
	return []v1alpha1.MarketOverlap{{Market: market, Treatment: v1alpha1.OverlapForbid}}
}

func stored(t *testing.T) *v1alpha1.StakeholderPolicy {
	t.Helper()
	return suite.Get(t, env.Suite, "", v1alpha1.PolicyName, &v1alpha1.StakeholderPolicy{})
}

// put changes the policy as the platform team would, and does not wait.
func put(t *testing.T, spec *v1alpha1.StakeholderPolicySpec) *v1alpha1.StakeholderPolicy {
	t.Helper()
	policy, err := env.PutPolicy(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	return policy
}

// enforce puts a policy in force until the end of the test.
func enforce(t *testing.T, spec *v1alpha1.StakeholderPolicySpec) {
	t.Helper()
	waitInForce(t, put(t, spec))
	t.Cleanup(func() {
		ctx := context.WithoutCancel(t.Context())
		policy, err := env.PutPolicy(ctx, nil)
		if err == nil {
			err = env.WaitPolicyInForce(ctx, policy)
		}
		if err != nil {
			t.Error(err)
		}
	})
}

// waitInForce waits until a policy is in force, or the defaults if it is nil.
func waitInForce(t *testing.T, policy *v1alpha1.StakeholderPolicy) {
	t.Helper()
	if err := env.WaitPolicyInForce(t.Context(), policy); err != nil {
		t.Fatal(err)
	}
}

// inForce is the policy whose status says what is in force.
func inForce(t *testing.T) *v1alpha1.StakeholderPolicy {
	t.Helper()
	return suite.Get(t, env.Suite, "", v1alpha1.PolicyInForceName, &v1alpha1.StakeholderPolicy{})
}

// withoutPolicy leaves only the operator's own policy.
func withoutPolicy(t *testing.T) {
	t.Helper()
	// An empty policy takes effect at once, so the old values are no longer in force.
	policy := put(t, nil)
	waitInForce(t, policy)
	env.Delete(t, policy)
	waitInForce(t, nil)
}

// waitPolicy waits until both conditions of the policy have a status and a reason, and returns the message.
func waitPolicy(t *testing.T, status metav1.ConditionStatus, valid, ready string) string {
	t.Helper()
	message := ""
	controlplane.Eventually(t, suite.Patience, fmt.Sprintf("the policy is %s %s", status, valid), func() error {
		policy := stored(t)
		for condition, reason := range map[string]string{v1alpha1.ConditionValid: valid, v1alpha1.ConditionReady: ready} {
			c := meta.FindStatusCondition(policy.Status.Conditions, condition)
			if c == nil || c.ObservedGeneration != policy.Generation || c.Status != status || c.Reason != reason {
				return fmt.Errorf("generation %d has conditions %+v", policy.Generation, policy.Status.Conditions)
			}
			message = c.Message
		}
		return nil
	})
	return message
}

// waitEvent waits for an event about the policy, whose note has some text.
func waitEvent(t *testing.T, kind, reason, text string) {
	t.Helper()
	controlplane.Eventually(t, suite.Patience, fmt.Sprintf("an event %s with %q", reason, text), func() error {
		var list eventsv1.EventList
		if err := env.Admin.List(t.Context(), &list); err != nil {
			return err
		}
		var notes []string
		for _, e := range list.Items {
			if e.Regarding.Kind != "StakeholderPolicy" {
				continue
			}
			notes = append(notes, e.Type+" "+e.Reason+": "+e.Note)
			if e.Type == kind && e.Reason == reason && strings.Contains(e.Note, text) {
				return nil
			}
		}
		return fmt.Errorf("there are %q", notes)
	})
}

// waitRefused waits until the API server refuses a new map with a code: it learns of the policy in force from a watch.
func waitRefused(t *testing.T, m *v1alpha1.StakeholderMap, code v1alpha1.FindingCode) {
	t.Helper()
	controlplane.Eventually(t, suite.Patience, "a map is refused for "+string(code), func() error {
		err := env.Admin.Create(t.Context(), m.DeepCopy(), client.DryRunAll)
		if !apierrors.IsInvalid(err) || !strings.Contains(err.Error(), string(code)+": ") {
			return fmt.Errorf("it gave %w", err)
		}
		return nil
	})
}

// waitAccepted waits until the API server takes a new map.
func waitAccepted(t *testing.T, m *v1alpha1.StakeholderMap) {
	t.Helper()
	controlplane.Eventually(t, suite.Patience, "a map is accepted", func() error {
		return env.Admin.Create(t.Context(), m.DeepCopy(), client.DryRunAll)
	})
}

// hasTopic says whether the routing table of a map has a topic.
func hasTopic(ctx context.Context, m *v1alpha1.StakeholderMap, topic string) (bool, error) {
	cm := &corev1.ConfigMap{}
	if err := env.Admin.Get(ctx, client.ObjectKey{Namespace: m.Namespace, Name: m.Name + "-routing"}, cm); err != nil {
		return false, err
	}
	table, err := routing.Parse([]byte(cm.Data[routing.DocumentKey]))
	if err != nil {
		return false, err
	}
	for i := range table.Topics {
		if table.Topics[i].Name == topic {
			return true, nil
		}
	}
	return false, nil
}

func waitTopic(t *testing.T, m *v1alpha1.StakeholderMap, topic string, want bool) {
	t.Helper()
	controlplane.Eventually(t, suite.Patience, fmt.Sprintf("the table of %s has %s: %t", m.Name, topic, want), func() error {
		got, err := hasTopic(t.Context(), m, topic)
		if err == nil && got != want {
			err = errors.New("it is the other way round")
		}
		return err
	})
}

// overlapping is a map in which carla is customer and end user, which the policy allows or forbids by market.
func overlapping(namespace, name string, market v1alpha1.Market) *v1alpha1.StakeholderMap {
	m := suite.NewMap(namespace, name)
	m.Spec.Product.Market = market
	m.Spec.EndUsers[0].Subjects = suite.Users("carla", "eve")
	return m
}

// errNot is the error while a condition is not met yet.
var errNot = errors.New("not yet")
