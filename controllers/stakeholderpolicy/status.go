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

	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	metav1ac "k8s.io/client-go/applyconfigurations/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	policyac "github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1/applyconfiguration/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
)

// policyVerdict is which policy should be in force, and why.
type policyVerdict struct {
	inForce v1alpha1.PolicyInForce
	// until is when a deleted policy goes out of force.
	until *metav1.Time
	// valid is the condition Valid.
	valid metav1.Condition
}

// judgePolicy returns the verdict, given the status of the policy in-force and the platform team's policy, which can be
// nil. It is pure.
func judgePolicy(is v1alpha1.StakeholderPolicyStatus, declared *v1alpha1.StakeholderPolicy, now time.Time) policyVerdict {
	verdict := policyVerdict{valid: metav1.Condition{
		Type: v1alpha1.ConditionValid, Status: metav1.ConditionTrue, Reason: v1alpha1.ReasonValid, Message: "Maps are judged by this policy",
	}}
	var problems field.ErrorList
	if declared != nil {
		problems = validate.Policy(declared.Spec)
	}
	verdict.inForce, verdict.until = nextInForce(is, declared, len(problems) == 0, now)
	switch {
	case len(problems) > 0:
		verdict.valid.Status, verdict.valid.Reason = metav1.ConditionFalse, v1alpha1.ReasonPolicyInvalid
		verdict.valid.Message = problemsMessage(is.InForce.Generation, problems)
	case declared == nil && verdict.until != nil:
		verdict.valid.Reason = v1alpha1.ReasonPolicyDeleted
		verdict.valid.Message = fmt.Sprintf("The StakeholderPolicy %s was deleted: what it said stays in force for %s after that, "+
			"and the defaults are in force then, unless there is a new one", v1alpha1.PolicyName, deletionGrace)
	case declared == nil:
		verdict.valid.Reason = v1alpha1.ReasonDefaults
		verdict.valid.Message = "There is no StakeholderPolicy " + v1alpha1.PolicyName + ": maps are judged by the defaults"
	}
	return verdict
}

// isInForce reports whether the status of the policy in-force agrees with the verdict.
func (v *policyVerdict) isInForce(is v1alpha1.StakeholderPolicyStatus) bool {
	return equality.Semantic.DeepEqual(is.InForce, v.inForce) && is.InForceUntil.Equal(v.until)
}

// wait returns the time until a deleted policy goes out of force, or 0.
func (v *policyVerdict) wait(now time.Time) time.Duration {
	if v.until == nil {
		return 0
	}
	return max(v.until.Sub(now), time.Millisecond)
}

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

// problemsMessage lists the first problems, the number of the others, and what stays in force: the policy of the last
// valid generation, or the defaults if that is 0.
func problemsMessage(last int64, problems field.ErrorList) string {
	const most = 5
	lines := messages.AbbreviateFunc(problems, most, func(problem *field.Error) string { return problem.Error() })
	if last != 0 {
		lines = append(lines, fmt.Sprintf("The policy of generation %d stays in force", last))
	} else {
		lines = append(lines, "The defaults stay in force")
	}
	return messages.Join(lines...)
}

// policyStatusConfiguration returns a status for server-side apply.
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
