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

package controllers

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	metav1ac "k8s.io/client-go/applyconfigurations/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	policyac "github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1/applyconfiguration/api/v1alpha1"
)

// nextPolicyStatus is the status that a policy with these problems should have. It is pure: now is the time of the
// conditions that change.
func nextPolicyStatus(
	policy *v1alpha1.StakeholderPolicy, problems field.ErrorList, outputs policyOutputs, now time.Time,
) v1alpha1.StakeholderPolicyStatus {
	next := v1alpha1.StakeholderPolicyStatus{
		ObservedGeneration: policy.Generation,
		InForce:            policy.Status.InForce,
		ArgoCD:             outputs.argoCD,
		Kargo:              outputs.kargo,
		Conditions:         slices.Clone(policy.Status.Conditions),
	}
	valid := metav1.Condition{
		Type: v1alpha1.ConditionValid, Status: metav1.ConditionTrue, Reason: v1alpha1.ReasonValid,
		Message: "Maps are judged by this policy",
	}
	if len(problems) == 0 {
		next.InForce = v1alpha1.PolicyInForce{Generation: policy.Generation, Spec: policy.Spec}
	} else {
		valid.Status, valid.Reason, valid.Message = metav1.ConditionFalse, v1alpha1.ReasonPolicyInvalid, problemsMessage(policy, problems)
	}
	ready := readyCondition(valid, outputs.published)
	if ready.Status == metav1.ConditionTrue {
		ready.Message = "The policy is in force"
	}
	conditions := []metav1.Condition{valid, outputs.published, ready}
	for _, c := range conditions {
		c.ObservedGeneration = policy.Generation
		c.LastTransitionTime = metav1.NewTime(now.Truncate(time.Second))
		meta.SetStatusCondition(&next.Conditions, c)
	}
	next.Conditions = slices.DeleteFunc(next.Conditions, func(c metav1.Condition) bool {
		return !slices.ContainsFunc(conditions, func(ours metav1.Condition) bool { return ours.Type == c.Type })
	})
	return next
}

// problemsMessage tells the first problems in full, the number of the rest, and what is in force instead.
func problemsMessage(policy *v1alpha1.StakeholderPolicy, problems field.ErrorList) string {
	const most = 5
	lines := make([]string, 0, most+2)
	for _, problem := range problems[:min(len(problems), most)] {
		lines = append(lines, problem.Error())
	}
	if more := len(problems) - most; more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", more))
	}
	if last := policy.Status.InForce.Generation; last != 0 {
		lines = append(lines, fmt.Sprintf("The policy of generation %d stays in force", last))
	} else {
		lines = append(lines, "The defaults stay in force")
	}
	return clip(strings.Join(lines, "\n"))
}

// policyStatusConfiguration is a status as the operator applies it.
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
	if status.ArgoCD.Namespace != "" {
		argoCD := policyac.ArgoCDStatus().WithNamespace(status.ArgoCD.Namespace)
		argoCD.Maps = status.ArgoCD.Maps
		config.WithArgoCD(argoCD)
	}
	if status.Kargo.ServiceAccounts != nil {
		config.WithKargo(policyac.KargoStatus().WithServiceAccounts(*status.Kargo.ServiceAccounts))
	}
	// The resourceVersion makes it a conflict if the policy is another one by now.
	return policyac.StakeholderPolicy(policy.Name).WithUID(policy.UID).WithResourceVersion(policy.ResourceVersion).WithStatus(config), nil
}

// specConfiguration is a copy of what somebody wrote, nil for nil. It is applied as a whole, because inForce is atomic,
// and what is left out of one of the two types is left out of the other.
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
