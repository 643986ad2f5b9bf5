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

	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/statuswriter"
)

// policyContent returns a digest of a status without the times of its conditions. It includes whether InForceUntil is
// set, but not its value: if another writer removes it, the grace period starts again with a new time.
func policyContent(status v1alpha1.StakeholderPolicyStatus) string {
	status.Conditions = messages.WithoutTimes(status.Conditions)
	ends := status.InForceUntil != nil
	status.InForceUntil = nil
	return apply.Digest(status, ends)
}

type statusWriter struct{ writer *statuswriter.Writer }

// write writes a status if it differs, which triggers the next reconcile. If record is set, it records events about
// changed conditions.
func (w *statusWriter) write(
	ctx context.Context, policy *v1alpha1.StakeholderPolicy, next v1alpha1.StakeholderPolicyStatus, record bool,
) error {
	if equality.Semantic.DeepEqual(policy.Status, next) {
		return nil
	}
	change := statuswriter.Change{Object: policy, Status: &next, Before: policyContent(policy.Status), After: policyContent(next)}
	if held := w.writer.HeldBack(change); held != nil {
		return held
	}
	_, err := w.writer.Apply(ctx, change, policy.ResourceVersion)
	err = apply.ExplainConflict(ctx, w.writer.Live, apply.SeenAs(names.KindPolicy, policy), err)
	if apierrors.IsNotFound(err) || apply.StateOf(err) == apply.Raced {
		// The policy has changed since it was read, which triggers the next reconcile.
		w.writer.Wrote(ctx, change, "")
		return nil
	}
	if err != nil {
		w.writer.RecordRefusal(policy, err)
		return fmt.Errorf("write status: %w", err)
	}
	w.writer.Wrote(ctx, change, change.After)
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
		messages.RecordCondition(w.writer.Recorder, policy, c, warningReasons...)
	}
}

// warningReasons are the reasons of true conditions that deserve a warning event.
var warningReasons = []string{v1alpha1.ReasonNearlyFull, v1alpha1.ReasonPolicyDeleted}

// disputes returns the current disputes about the status and finalizers of policies. It takes those of earlier writes
// from written.
func (w *statusWriter) disputes(state, declared *v1alpha1.StakeholderPolicy, written apply.Result) apply.Result {
	parts := []apply.Part{w.writer.Status(state), w.writer.Finalizers(state)}
	if declared != nil {
		parts = append(parts, w.writer.Status(declared))
	}
	return w.writer.Disputes(written, parts...)
}

// setFinalizer adds our finalizer to the policy in-force, or removes it. It makes no request if nothing differs.
func (w *statusWriter) setFinalizer(ctx context.Context, state *v1alpha1.StakeholderPolicy, wanted bool) error {
	_, err := w.writer.WriteFinalizer(ctx, state, v1alpha1.OutputsFinalizer, wanted)
	return err
}
