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

package stakeholderpolicy

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	metav1ac "k8s.io/client-go/applyconfigurations/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	policyac "github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1/applyconfiguration/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
)

// inForceStatus returns the desired status of the policy in-force. Now is the time of conditions that change.
func inForceStatus(
	state *v1alpha1.StakeholderPolicy, verdict policyVerdict, outputs policyOutputs, enforced metav1.Condition, now time.Time,
) v1alpha1.StakeholderPolicyStatus {
	next := declaredStatus(state, verdict, outputs, enforced, now)
	next.InForce, next.InForceUntil = verdict.inForce, verdict.until
	next.ArgoCD, next.Kargo = outputs.argoCD, outputs.kargo
	return next
}

// declaredStatus returns the desired status of the platform team's policy. Now is the time of conditions that change.
func declaredStatus(
	policy *v1alpha1.StakeholderPolicy, verdict policyVerdict, outputs policyOutputs, enforced metav1.Condition, now time.Time,
) v1alpha1.StakeholderPolicyStatus {
	conditions := []metav1.Condition{verdict.valid, outputs.published}
	if enforced.Type != "" {
		conditions = append(conditions, enforced)
	}
	considered := slices.DeleteFunc(slices.Clone(conditions), func(c metav1.Condition) bool { return c.Status == metav1.ConditionUnknown })
	conditions = append(conditions, messages.ReadyCondition("The policy is in force", considered...))
	return v1alpha1.StakeholderPolicyStatus{
		ObservedGeneration: policy.Generation,
		Conditions:         messages.MergeConditions(policy.Status.Conditions, conditions, policy.Generation, now),
	}
}

func policyStatusConfiguration(
	policy *v1alpha1.StakeholderPolicy, status v1alpha1.StakeholderPolicyStatus,
) (*policyac.StakeholderPolicyApplyConfiguration, error) {
	config := policyac.StakeholderPolicyStatus().WithObservedGeneration(status.ObservedGeneration)
	for _, c := range status.Conditions {
		config.WithConditions(metav1ac.Condition().
			WithType(c.Type).WithStatus(c.Status).WithObservedGeneration(c.ObservedGeneration).
			WithLastTransitionTime(c.LastTransitionTime).WithReason(c.Reason).WithMessage(c.Message))
	}
	if status.InForce.Generation != 0 {
		spec, err := specConfiguration(status.InForce.Spec)
		if err != nil {
			return nil, err
		}
		inForce := policyac.PolicyInForce().WithGeneration(status.InForce.Generation)
		inForce.Spec = spec
		config.WithInForce(inForce)
	}
	if status.InForceUntil != nil {
		config.WithInForceUntil(*status.InForceUntil)
	}
	if status.ArgoCD.Namespace != "" {
		argoCD := policyac.ArgoCDStatus().WithNamespace(status.ArgoCD.Namespace)
		argoCD.Maps = status.ArgoCD.Maps
		if next := status.ArgoCD.NextNamespace; next != "" {
			argoCD.WithNextNamespace(next)
		}
		if previous := status.ArgoCD.PreviousNamespace; previous != "" {
			argoCD.WithPreviousNamespace(previous)
		}
		config.WithArgoCD(argoCD)
	}
	if status.Kargo.ServiceAccounts != nil {
		config.WithKargo(policyac.KargoStatus().WithServiceAccounts(*status.Kargo.ServiceAccounts))
	}
	// The resourceVersion causes a conflict if the policy has changed.
	return policyac.StakeholderPolicy(policy.Name).WithUID(policy.UID).WithResourceVersion(policy.ResourceVersion).WithStatus(config), nil
}

// specConfiguration converts a spec, which can be nil. The two types have the same JSON form. The spec is applied as a
// whole, because inForce is atomic.
func specConfiguration(spec *v1alpha1.StakeholderPolicySpec) (*policyac.StakeholderPolicySpecApplyConfiguration, error) {
	if spec == nil {
		return nil, nil //nolint:nilnil // nothing is a copy of nothing
	}
	content, err := json.Marshal(spec)
	if err != nil {
		return nil, fmt.Errorf("encode policy: %w", err)
	}
	config := policyac.StakeholderPolicySpec()
	if err := json.Unmarshal(content, config); err != nil {
		return nil, fmt.Errorf("decode policy: %w", err)
	}
	return config, nil
}
