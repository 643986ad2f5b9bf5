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

package stakeholdermap

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/topics"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
)

// nextStatus is the status that a map should have. It is pure: now is the time of the conditions that
// change.
func nextStatus(
	m *v1alpha1.StakeholderMap, policy *v1alpha1.StakeholderPolicySpec, findings []v1alpha1.Finding, result enforcementResult, now time.Time,
) v1alpha1.StakeholderMapStatus {
	listed := findings[:min(len(findings), v1alpha1.MaxFindings)]
	next := v1alpha1.StakeholderMapStatus{
		ObservedGeneration: m.Generation,
		RoutingRevision:    m.Status.RoutingRevision,

		PendingRoutingRevision: m.Status.PendingRoutingRevision,

		Customers:    count(validParties(m, v1alpha1.RoleCustomer, now)),
		EndUsers:     count(validParties(m, v1alpha1.RoleEndUser, now)),
		Topics:       count(topics.Count(m, policy)),
		Namespaces:   result.targets.status(),
		Findings:     listed,
		MoreFindings: int32(len(findings) - len(listed)), //nolint:gosec // bounded by the CRD far below the limits of int32
	}
	if transition, _ := validate.NextChange(m, now); transition != nil {
		// The first whole second that is not before it: status holds no fractions, and a status that never is as it should
		// be would be written again and again.
		next.NextTransitionTime = new(metav1.NewTime(transition.Add(time.Second - 1).Truncate(time.Second)))
	}
	switch {
	case result.table != nil && !isTableMissing(result.published):
		next.RoutingRevision, next.PendingRoutingRevision = result.table.Revision, ""
	case result.lost, result.table != nil && !result.invalid:
		// If the table is lost, who has left since was taken out of the grants only: should it come back, it must not be
		// taken for what is in force. Otherwise the grants follow the map and the ConfigMap does not: what it has is no
		// longer in force, and must not be restored when the map becomes invalid.
		next.RoutingRevision, next.PendingRoutingRevision = "", ""
	}
	valid, published, authorized := validCondition(findings), publishedCondition(result), authorizedCondition(result, m.Namespace)
	mentionUnmanaged(&authorized, findings)
	ready := messages.ReadyCondition("The routing table and the grants of this map are in force", valid, published, authorized)
	conditions := []metav1.Condition{valid, published, authorized, ready}
	next.Conditions = messages.MergeConditions(m.Status.Conditions, conditions, m.Generation, now)
	return next
}

func validParties(m *v1alpha1.StakeholderMap, role v1alpha1.Role, now time.Time) int {
	n := 0
	for _, p := range topics.Declared(&m.Spec) {
		if p.Role == role && p.ValidAt(now) {
			n++
		}
	}
	return n
}

func count(n int) *int32 {
	return new(int32(n)) //nolint:gosec // bounded by the CRD far below the limits of int32
}
