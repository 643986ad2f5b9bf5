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
	"cmp"
	"context"
	"errors"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// policyOutputs is what has become of what the policy has written for tools.
type policyOutputs struct {
	argoCD    v1alpha1.ArgoCDStatus
	kargo     v1alpha1.KargoStatus
	published metav1.Condition
}

// waitingRetry is how long to wait before looking again at what was left as it was because not everything was known.
const waitingRetry = 5 * time.Second

// outputsAsTheyAre is what status says of the outputs.
func outputsAsTheyAre(policy *v1alpha1.StakeholderPolicy) policyOutputs {
	outputs := policyOutputs{argoCD: policy.Status.ArgoCD, kargo: policy.Status.Kargo, published: published()}
	if c := meta.FindStatusCondition(policy.Status.Conditions, v1alpha1.ConditionPublished); c != nil {
		outputs.published = *c
	}
	return outputs
}

// outputResult is what has come of one tool's output.
type outputResult struct {
	// message says how it is, or is empty if nothing is written for the tool.
	message string
	// reason is why it is not as it should be, and err says more; without err, what is worth knowing although it is. Retry
	// is what of err can go right when tried again.
	reason     string
	err, retry error
	// wait is when to look again at what could not be decided. What status says stays as it was.
	wait time.Duration
}

// putOutputs brings what is written for tools to what the policy in force says. What is written is noted in status
// before, and the policy has our finalizer as long as that stands there, so that nothing is left behind that nobody removes.
// Wait says when to look again.
func (r *StakeholderPolicyReconciler) putOutputs(ctx context.Context, policy *v1alpha1.StakeholderPolicy) (policyOutputs, time.Duration, error) {
	var wanted v1alpha1.PolicyOutputs
	if inForce := policy.Status.InForce.Spec; inForce != nil && policy.DeletionTimestamp.IsZero() {
		wanted = inForce.Outputs
	}
	outputs := outputsAsTheyAre(policy)
	something := wanted.ArgoCD.Namespace != "" || wanted.Kargo == v1alpha1.Enabled
	if something {
		if err := r.setFinalizer(ctx, policy, true); err != nil {
			return outputs, 0, err
		}
	}
	// Each is tried, whatever becomes of the other.
	var argoCD, kargo outputResult
	outputs.argoCD, argoCD = r.putArgoCD(ctx, policy.Status.ArgoCD, wanted.ArgoCD)
	outputs.kargo, kargo = r.putKargo(ctx, policy.Status.Kargo, wanted.Kargo == v1alpha1.Enabled)
	wait := cmp.Or(min(argoCD.wait, kargo.wait), argoCD.wait, kargo.wait)
	condition, err := outputsCondition(argoCD, kargo)
	if condition.Status != metav1.ConditionTrue || wait == 0 {
		outputs.published = condition
	}
	// That there is nothing any more is noted first, which sets off another look.
	if !something && policy.Status.ArgoCD.Namespace == "" && policy.Status.Kargo.ServiceAccounts == nil && outputs.kargo.ServiceAccounts == nil {
		err = errors.Join(err, r.setFinalizer(ctx, policy, false))
	}
	return outputs, wait, err
}

// failed is an output that did not come about for a reason that may go away.
func failed(reason string, err error) outputResult {
	return outputResult{reason: reason, err: err, retry: err}
}

// outputsCondition says how the outputs are. The error is what is to be tried again.
func outputsCondition(results ...outputResult) (metav1.Condition, error) {
	var messages []string
	var problems []outputResult
	reason := v1alpha1.ReasonPublished
	errs := make([]error, 0, len(results))
	for _, result := range results {
		switch {
		case result.err != nil:
			problems = append(problems, result)
		case result.message != "":
			messages = append(messages, result.message)
			reason = cmp.Or(result.reason, reason)
		}
		errs = append(errs, result.retry)
	}
	if len(problems) > 0 {
		return unpublished(problems), errors.Join(errs...)
	}
	condition := published(messages...)
	condition.Reason = reason
	return condition, nil
}

func published(messages ...string) metav1.Condition {
	if len(messages) == 0 {
		messages = []string{"There is nothing to write outside of the maps' namespaces"}
	}
	return metav1.Condition{
		Type: v1alpha1.ConditionPublished, Status: metav1.ConditionTrue, Reason: v1alpha1.ReasonPublished,
		Message: clip(strings.Join(messages, "; ")),
	}
}

func unpublished(problems []outputResult) metav1.Condition {
	messages := make([]string, len(problems))
	for i, problem := range problems {
		messages[i] = problem.err.Error()
	}
	return metav1.Condition{
		Type: v1alpha1.ConditionPublished, Status: metav1.ConditionFalse, Reason: problems[0].reason,
		Message: clip(strings.Join(messages, "\n")),
	}
}

// setFinalizer puts our finalizer on the policy, or takes it off. It makes no request if that is so already.
func (r *StakeholderPolicyReconciler) setFinalizer(ctx context.Context, policy *v1alpha1.StakeholderPolicy, wanted bool) error {
	_, err := putFinalizer(ctx, r.Client, policy, v1alpha1.OutputsFinalizer, wanted)
	return err
}
