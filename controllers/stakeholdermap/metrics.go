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
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/metrics"
)

// boardState returns what the metrics say of a map.
// Contested has the dispute about its status, and written says why its status was not written.
func boardState(
	status *v1alpha1.StakeholderMapStatus, findings []v1alpha1.Finding, result enforcementResult, contested, written apply.Result, now time.Time,
) metrics.State {
	state := metrics.State{
		AsOf: now, Ready: metav1.ConditionUnknown, Findings: make(map[metrics.Finding]int), Grants: make(map[string]int),
		Namespaces: make(map[string]int), Disputes: apply.CountDisputes(slices.Concat(result.all(), contested)),
		Converged: result.published.OK() && result.authorized.OK() && result.targets.isConverged() && written.OK(),
	}
	if ready := meta.FindStatusCondition(status.Conditions, v1alpha1.ConditionReady); ready != nil {
		state.Ready = ready.Status
	}
	for _, f := range findings {
		state.Findings[metrics.Finding{Code: f.Code, Level: f.Level}]++
	}
	if n := status.Namespaces; n.Matched != nil {
		state.Namespaces["ready"], state.Namespaces["refused"] = int(*n.Ready), int(*n.Refused)
		state.Namespaces["waiting"] = int(*n.Matched - *n.Ready - *n.Refused)
	}
	for role, subjects := range result.grants.Subjects {
		state.Grants[role] = len(subjects)
	}
	return state
}
