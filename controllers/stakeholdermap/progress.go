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
	"context"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/topics"
)

// manyOutputs is from how many outputs on a new map gets a status before them. Below it the status that says what has
// become of them comes within two seconds on an idle cluster.
const manyOutputs = 40

// outputsOf estimates how many outputs a map has: a Role and a RoleBinding for each role and for each party that takes part in
// less than its role, and in each target namespace three RoleBindings and perhaps the routing table.
func outputsOf(m *v1alpha1.StakeholderMap, namespaces int) int {
	const ofRoles, perParty, perNamespace = 6, 2, 4
	restricted := 0
	for _, p := range topics.Declared(&m.Spec) {
		restricted += min(len(p.Topics), 1)
	}
	return ofRoles + perParty*restricted + perNamespace*namespaces
}

// recordProgress gives a new map with many outputs a Ready condition before they are written: "kubectl get" and kstatus say
// that the operator is at work on it. It happens once for a map.
func (w *statusWriter) recordProgress(ctx context.Context, m *v1alpha1.StakeholderMap, namespaces int, now time.Time) {
	if meta.FindStatusCondition(m.Status.Conditions, v1alpha1.ConditionReady) != nil || outputsOf(m, namespaces) < manyOutputs {
		return
	}
	next := *m.Status.DeepCopy()
	messages.SetCondition(&next.Conditions, metav1.Condition{
		Type: v1alpha1.ConditionReady, Status: metav1.ConditionUnknown, Reason: v1alpha1.ReasonProgressing, ObservedGeneration: m.Generation,
		Message: fmt.Sprintf("The operator is writing the outputs of this map, here and in %d target namespaces", namespaces),
	}, now)
	if err := w.write(ctx, m, next); err != nil {
		// The status after the outputs meets the same, and tells of it.
		log.FromContext(ctx).V(1).Info("The status before the outputs was not written", "error", err.Error())
	}
}
