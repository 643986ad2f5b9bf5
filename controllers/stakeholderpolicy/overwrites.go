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
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
)

func policyStatus(policy *v1alpha1.StakeholderPolicy) apply.Part {
	return apply.Part{Name: "the status of StakeholderPolicy", Key: client.ObjectKeyFromObject(policy)}
}

func policyFinalizers(policy *v1alpha1.StakeholderPolicy) apply.Part {
	return apply.Part{Name: "the finalizers of StakeholderPolicy", Key: client.ObjectKeyFromObject(policy)}
}

// policyContent is a digest of a status without the times of its conditions. When a deleted policy goes out of force is counted anew if another writer
// takes that time away.
func policyContent(status v1alpha1.StakeholderPolicyStatus) string {
	status.Conditions = messages.WithoutTimes(status.Conditions)
	ends := status.InForceUntil != nil
	status.InForceUntil = nil
	return apply.Digest(status, ends)
}

// noteStatus remembers what was written to the status of a policy. An event and the log say that another writer keeps changing it.
func (r *Reconciler) noteStatus(ctx context.Context, policy *v1alpha1.StakeholderPolicy, wanted, seen, is string) {
	now := r.Clock.Now()
	if r.overwrites.Wrote(policyStatus(policy), wanted, seen, is, now) {
		apply.LogDispute(ctx, policyStatus(policy))
		note := r.overwrites.Dispute(policyStatus(policy), now).Error()
		messages.Record(r.Recorder, policy, corev1.EventTypeWarning, v1alpha1.ReasonContested, "WriteStatus", note)
	}
}

// disputes lists those about what is written on policies, and for tools. Those in an error say when to try again.
func (r *Reconciler) disputes(state, declared *v1alpha1.StakeholderPolicy, err error, now time.Time) []*apply.DisputeError {
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
