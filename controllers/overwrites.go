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
	"context"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
)

// statusOfMap is what messages call the status of a map.
const statusOfMap = "the status of StakeholderMap"

func mapStatus(m *v1alpha1.StakeholderMap) apply.Part {
	return apply.Part{Name: statusOfMap, Key: client.ObjectKeyFromObject(m)}
}

func mapFinalizers(m *v1alpha1.StakeholderMap) apply.Part {
	return apply.Part{Name: "the finalizers of StakeholderMap", Key: client.ObjectKeyFromObject(m)}
}

func policyStatus(policy *v1alpha1.StakeholderPolicy) apply.Part {
	return apply.Part{Name: "the status of StakeholderPolicy", Key: client.ObjectKeyFromObject(policy)}
}

func policyFinalizers(policy *v1alpha1.StakeholderPolicy) apply.Part {
	return apply.Part{Name: "the finalizers of StakeholderPolicy", Key: client.ObjectKeyFromObject(policy)}
}

// contentOf is a digest of a status without the times of its conditions, which are others each time that a condition is
// put back.
func contentOf(status v1alpha1.StakeholderMapStatus) string {
	status.Conditions = timeless(status.Conditions)
	return apply.Digest(status)
}

// policyContent is contentOf for a policy. When a deleted policy goes out of force is counted anew if another writer
// takes that time away.
func policyContent(status v1alpha1.StakeholderPolicyStatus) string {
	status.Conditions = timeless(status.Conditions)
	ends := status.InForceUntil != nil
	status.InForceUntil = nil
	return apply.Digest(status, ends)
}

func timeless(conditions []metav1.Condition) []metav1.Condition {
	conditions = slices.Clone(conditions)
	for i := range conditions {
		conditions[i].LastTransitionTime = metav1.Time{}
	}
	return conditions
}

// noteStatus remembers what was written to the status of a map. That another writer keeps changing it is told by an event
// and in the log, because that writer changes what status says.
func (r *StakeholderMapReconciler) noteStatus(ctx context.Context, m *v1alpha1.StakeholderMap, wanted, seen, is string) {
	now := r.Clock.Now()
	if r.overwrites.Wrote(mapStatus(m), wanted, seen, is, now) {
		logDispute(ctx, mapStatus(m))
		r.event(m, corev1.EventTypeWarning, v1alpha1.ReasonContested, "WriteStatus", r.overwrites.Dispute(mapStatus(m), now).Error())
	}
}

// noteStatus is the same for a policy.
func (r *StakeholderPolicyReconciler) noteStatus(ctx context.Context, policy *v1alpha1.StakeholderPolicy, wanted, seen, is string) {
	now := r.Clock.Now()
	if r.overwrites.Wrote(policyStatus(policy), wanted, seen, is, now) {
		logDispute(ctx, policyStatus(policy))
		note := r.overwrites.Dispute(policyStatus(policy), now).Error()
		messages.Record(r.Recorder, policy, corev1.EventTypeWarning, v1alpha1.ReasonContested, "WriteStatus", note)
	}
}

func logDispute(ctx context.Context, part apply.Part) {
	log.FromContext(ctx).Info("Another writer keeps changing what the operator writes, so the operator writes it after a delay",
		"part", part.Name, "object", part.Key)
}

// statusDispute lists the dispute about the status of a map: reported is it, if the status was not written for that.
func (r *StakeholderMapReconciler) statusDispute(m *v1alpha1.StakeholderMap, reported error, now time.Time) []*apply.DisputeError {
	if held := apply.Disputes(reported); len(held) > 0 {
		return held
	}
	return apply.Disputes(r.overwrites.Dispute(mapStatus(m), now))
}

// disputes lists those about what is written on policies, and for tools. Those in an error say when to try again.
func (r *StakeholderPolicyReconciler) disputes(state, declared *v1alpha1.StakeholderPolicy, err error, now time.Time) []*apply.DisputeError {
	found := apply.Disputes(err)
	parts := []apply.Part{policyStatus(state), policyFinalizers(state)}
	if declared != nil {
		parts = append(parts, policyStatus(declared))
	}
	for _, part := range parts {
		known := slices.ContainsFunc(found, func(d *apply.DisputeError) bool { return d.Kind == part.Name && d.Name == part.Key.Name })
		if !known {
			found = append(found, apply.Disputes(r.overwrites.Dispute(part, now))...)
		}
	}
	return found
}

// countDisputes adds disputes to how many there are, by who changes what was written.
func countDisputes(counts map[string]int, disputes []*apply.DisputeError) map[string]int {
	for _, dispute := range disputes {
		if dispute.Altered != "" {
			counts["admission"]++
		} else {
			counts["writer"]++
		}
	}
	return counts
}
