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
	"cmp"
	"context"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
)

type policyOutputs struct {
	argoCD    v1alpha1.ArgoCDStatus
	kargo     v1alpha1.KargoStatus
	published metav1.Condition
	// disputes are about outputs that admission or another writer changes.
	disputes apply.Result
}

// waitingRetry is the time until the next reconcile if some state is not known yet.
const waitingRetry = 5 * time.Second

func currentOutputs(state *v1alpha1.StakeholderPolicy) policyOutputs {
	outputs := policyOutputs{argoCD: state.Status.ArgoCD, kargo: state.Status.Kargo}
	if c := meta.FindStatusCondition(state.Status.Conditions, v1alpha1.ConditionPublished); c != nil {
		outputs.published = *c
	} else {
		outputs.published, _ = outputsCondition()
	}
	return outputs
}

type outputResult struct {
	// message describes the output. It is empty if nothing is written for the tool.
	message string
	// reason is the reason of the condition. With problems, it says why the output is not up to date; without, it is a
	// warning. Retry has the problems that may pass.
	reason          string
	problems, retry apply.Result
	// wait is the time until the next reconcile if the output could not be determined. Status stays as it was.
	wait time.Duration
}

type outputWriter struct {
	status *statusWriter
	argoCD *argoCDOutput
	kargo  *kargoOutput
}

// write updates the outputs to the policy in force. It returns the time until the next reconcile. To leave nothing
// behind, status names an output before it is written, and the policy in-force has our finalizer while status names
// any.
func (w *outputWriter) write(ctx context.Context, state *v1alpha1.StakeholderPolicy) (policyOutputs, time.Duration, apply.Result) {
	var wanted v1alpha1.PolicyOutputs
	if inForce := state.Status.InForce.Spec; inForce != nil && state.DeletionTimestamp.IsZero() {
		wanted = inForce.Outputs
	}
	outputs := currentOutputs(state)
	anyEnabled := wanted.ArgoCD.Namespace != "" || wanted.Kargo == v1alpha1.Enabled
	var contested apply.Result
	if anyEnabled {
		contested = apply.ResultOf(w.status.setFinalizer(ctx, state, true))
		if !contested.OK() && (len(contested.Disputes()) == 0 || !hasOutputs(state)) {
			return outputs, 0, contested
		}
		// Another writer keeps removing the finalizer. Outputs that exist are still updated: a revocation must not wait.
	}
	// Update both, even if one fails.
	var argoCD, kargo outputResult
	outputs.argoCD, argoCD = w.argoCD.write(ctx, state.Status.ArgoCD, wanted.ArgoCD)
	outputs.kargo, kargo = w.kargo.update(ctx, state.Status.Kargo, wanted.Kargo == v1alpha1.Enabled)
	wait := cmp.Or(min(argoCD.wait, kargo.wait), argoCD.wait, kargo.wait)
	outputs.disputes = slices.Concat(argoCD.problems.Disputes(), kargo.problems.Disputes())
	condition, retry := outputsCondition(argoCD, kargo)
	result := slices.Concat(contested, retry)
	if condition.Status != metav1.ConditionTrue || wait == 0 {
		outputs.published = condition
	}
	// Remove the finalizer only after status says that nothing is left. That status change triggers a reconcile.
	if !anyEnabled && !hasOutputs(state) && outputs.kargo.ServiceAccounts == nil {
		result = append(result, apply.ResultOf(w.status.setFinalizer(ctx, state, false))...)
	}
	return outputs, wait, result
}

func hasOutputs(state *v1alpha1.StakeholderPolicy) bool {
	return state.Status.ArgoCD.Namespace != "" || state.Status.Kargo.ServiceAccounts != nil
}

// failed returns the result of an output that failed and is retried.
func failed(reason string, problems apply.Result) outputResult {
	return outputResult{reason: reason, problems: problems, retry: problems}
}

// outputsCondition returns the condition Published, and the problems to retry.
func outputsCondition(results ...outputResult) (condition metav1.Condition, retry apply.Result) {
	var texts, problems []string
	var warning, failure string
	for _, result := range results {
		switch {
		case !result.problems.OK():
			problems = append(problems, result.problems.Err().Error())
			failure = cmp.Or(failure, result.reason)
		case result.message != "":
			texts = append(texts, result.message)
			warning = cmp.Or(result.reason, warning)
		}
		retry = append(retry, result.retry...)
	}
	condition = metav1.Condition{Type: v1alpha1.ConditionPublished, Status: metav1.ConditionFalse, Reason: failure, Message: messages.Join(problems...)}
	if len(problems) == 0 {
		condition.Status, condition.Reason = metav1.ConditionTrue, cmp.Or(warning, v1alpha1.ReasonPublished)
		condition.Message = cmp.Or(messages.Join(texts...), "There is nothing to write outside of the maps' namespaces")
	}
	return condition, retry
}

func count(n int) *int32 {
	return new(int32(n)) //nolint:gosec // bounded by the memory of the cluster far below the limits of int32
}
