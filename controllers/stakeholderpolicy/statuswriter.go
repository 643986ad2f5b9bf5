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
	"context"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/events"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
)

func policyStatus(policy *v1alpha1.StakeholderPolicy) apply.Part {
	return apply.Part{Kind: "the status of StakeholderPolicy", Key: client.ObjectKeyFromObject(policy)}
}

func policyFinalizers(policy *v1alpha1.StakeholderPolicy) apply.Part {
	return apply.Part{Kind: "the finalizers of StakeholderPolicy", Key: client.ObjectKeyFromObject(policy)}
}

// policyContent returns a digest of a status without the times of its conditions. It includes whether InForceUntil is
// set, but not its value: if another writer removes it, the grace period starts again with a new time.
func policyContent(status v1alpha1.StakeholderPolicyStatus) string {
	status.Conditions = messages.WithoutTimes(status.Conditions)
	ends := status.InForceUntil != nil
	status.InForceUntil = nil
	return apply.Digest(status, ends)
}

type statusWriter struct {
	client   client.Client
	live     client.Reader
	recorder events.EventRecorder
	// rewrites detects other writers of the same fields.
	rewrites apply.Rewrites
}

// write writes a status if it differs, which triggers the next reconcile. If record is set, it records events about
// changed conditions.
func (w *statusWriter) write(
	ctx context.Context, policy *v1alpha1.StakeholderPolicy, next v1alpha1.StakeholderPolicyStatus, record bool,
) error {
	if equality.Semantic.DeepEqual(policy.Status, next) {
		return nil
	}
	part, wanted, seen := policyStatus(policy), apply.Digest(policy.Generation, policyContent(next)), policyContent(policy.Status)
	if held := w.rewrites.HeldBack(part.Key, part, wanted, seen); held != nil {
		return held
	}
	config, err := policyStatusConfiguration(policy, next)
	if err != nil {
		return err
	}
	err = w.client.Status().Apply(ctx, config, apply.FieldOwner, client.ForceOwnership)
	if err = apply.ExplainConflict(ctx, w.live, apply.SeenAs("StakeholderPolicy", policy), err); apierrors.IsNotFound(err) || apply.StateOf(err) == apply.Raced {
		// The policy has changed since it was read, which triggers the next reconcile.
		w.recordWrite(ctx, policy, apply.Write{Wanted: wanted, Before: seen})
		return nil
	}
	if apply.StateOf(err) == apply.Refused {
		// The refusal cannot be reported in status.
		messages.Record(w.recorder, policy, corev1.EventTypeWarning, v1alpha1.ReasonApplyFailed, "WriteStatus", err.Error())
	}
	if err != nil {
		return fmt.Errorf("write status: %w", err)
	}
	w.recordWrite(ctx, policy, apply.Write{Wanted: wanted, Before: seen, After: policyContent(next)})
	if record {
		w.recordConditions(policy, next)
	}
	return nil
}

// recordConditions records an event for each condition whose status or reason has changed, and one if a new generation
// of the policy is in force.
func (w *statusWriter) recordConditions(policy *v1alpha1.StakeholderPolicy, next v1alpha1.StakeholderPolicyStatus) {
	before := policy.Status.Conditions
	if policy.Status.ObservedGeneration != next.ObservedGeneration {
		before = messages.WithoutCondition(before, v1alpha1.ConditionValid)
	}
	first := meta.FindStatusCondition(before, v1alpha1.ConditionEnforced) == nil
	for _, c := range messages.ChangedConditions(before, next.Conditions, v1alpha1.ConditionValid, v1alpha1.ConditionPublished, v1alpha1.ConditionEnforced) {
		if first && c.Type == v1alpha1.ConditionEnforced && c.Status == metav1.ConditionTrue {
			// A cluster that enforces from the start is no news.
			continue
		}
		messages.RecordCondition(w.recorder, policy, c, warningReasons...)
	}
}

// warningReasons are the reasons of true conditions that deserve a warning event.
var warningReasons = []string{v1alpha1.ReasonNearlyFull, v1alpha1.ReasonPolicyDeleted}

// recordWrite remembers a write to the status of a policy. If another writer keeps changing it, recordWrite logs that
// and records an event.
func (w *statusWriter) recordWrite(ctx context.Context, policy *v1alpha1.StakeholderPolicy, write apply.Write) {
	part := policyStatus(policy)
	if w.rewrites.Record(part.Key, part, write) {
		apply.LogDispute(ctx, part)
		note := w.rewrites.Dispute(part.Key, part).Error()
		messages.Record(w.recorder, policy, corev1.EventTypeWarning, v1alpha1.ReasonContested, "WriteStatus", note)
	}
}

// disputes returns the current disputes about the status and finalizers of policies. It takes those of earlier writes
// from written, which have the time of the next attempt.
func (w *statusWriter) disputes(state, declared *v1alpha1.StakeholderPolicy, written apply.Result) apply.Result {
	found := written.Disputes()
	parts := []apply.Part{policyStatus(state), policyFinalizers(state)}
	if declared != nil {
		parts = append(parts, policyStatus(declared))
	}
	for _, part := range parts {
		known := slices.ContainsFunc(found, func(o apply.Outcome) bool { return o.Kind == part.Kind && o.Key == part.Key })
		if !known {
			found = append(found, apply.ResultOf(w.rewrites.Dispute(part.Key, part))...)
		}
	}
	return found
}

// setFinalizer adds our finalizer to the policy in-force, or removes it. It makes no request if nothing differs.
func (w *statusWriter) setFinalizer(ctx context.Context, state *v1alpha1.StakeholderPolicy, wanted bool) error {
	change := apply.FinalizerWrite{Part: policyFinalizers(state), Finalizer: v1alpha1.OutputsFinalizer, Wanted: wanted}
	_, err := apply.WriteFinalizer(ctx, w.client, &w.rewrites, state, change)
	return err
}
