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
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
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
