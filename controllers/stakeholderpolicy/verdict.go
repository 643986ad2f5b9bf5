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
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
)

type policyVerdict struct {
	inForce v1alpha1.PolicyInForce
	// until is when a deleted policy goes out of force.
	until *metav1.Time
	valid metav1.Condition
}

// judgePolicy returns the verdict, given the status of the policy in-force and the platform team's policy, which can be
// nil. It is pure.
func judgePolicy(status v1alpha1.StakeholderPolicyStatus, declared *v1alpha1.StakeholderPolicy, now time.Time) policyVerdict {
	verdict := policyVerdict{valid: metav1.Condition{
		Type: v1alpha1.ConditionValid, Status: metav1.ConditionTrue, Reason: v1alpha1.ReasonValid, Message: "Maps are judged by this policy",
	}}
	var problems field.ErrorList
	if declared != nil {
		problems = validate.Policy(declared.Spec)
	}
	verdict.inForce, verdict.until = nextInForce(status, declared, len(problems) == 0, now)
	switch {
	case len(problems) > 0:
		verdict.valid.Status, verdict.valid.Reason = metav1.ConditionFalse, v1alpha1.ReasonPolicyInvalid
		verdict.valid.Message = problemsMessage(status.InForce.Generation, problems)
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
func (v *policyVerdict) isInForce(status v1alpha1.StakeholderPolicyStatus) bool {
	return equality.Semantic.DeepEqual(status.InForce, v.inForce) && status.InForceUntil.Equal(v.until)
}

// wait returns the time until a deleted policy goes out of force, or 0.
func (v *policyVerdict) wait(now time.Time) time.Duration {
	if v.until == nil {
		return 0
	}
	return max(v.until.Sub(now), time.Millisecond)
}

// deletionGrace is how long a policy stays in force after its deletion. Tools that replace an object delete it and
// create it again: kubectl replace --force, Argo CD with Replace=true, Terraform, a restore. Without the grace, every
// map would follow the defaults in between, and people would lose rights.
const deletionGrace = 2 * time.Minute

// nextInForce returns which policy should be in force and, if the declared policy is gone, until when. Declared is the
// platform team's policy, or nil.
func nextInForce(
	status v1alpha1.StakeholderPolicyStatus, declared *v1alpha1.StakeholderPolicy, valid bool, now time.Time,
) (v1alpha1.PolicyInForce, *metav1.Time) {
	switch {
	case declared != nil && valid:
		return v1alpha1.PolicyInForce{Generation: declared.Generation, Spec: declared.Spec}, nil
	case declared != nil:
		// Keep the last valid policy.
		return status.InForce, nil
	case status.InForce.Spec == nil:
		// The deleted policy was equal to the defaults, so no grace is needed.
		return v1alpha1.PolicyInForce{}, nil
	case status.InForceUntil == nil:
		// Status stores whole seconds.
		until := metav1.NewTime(now.Add(deletionGrace).Truncate(time.Second))
		return status.InForce, &until
	case now.Before(status.InForceUntil.Time):
		return status.InForce, status.InForceUntil
	default:
		return v1alpha1.PolicyInForce{}, nil
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
