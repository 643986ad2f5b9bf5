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

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// drift is a kind of output that another writer had changed or deleted, and that was put right.
type drift struct{ kind, what string }

// driftOf lists what was put right in a reconcile, in the map's own namespace first.
func driftOf(m *v1alpha1.StakeholderMap, result *enforcementResult) []drift {
	var out []drift
	if isSameTable(m, result) && len(result.published.Written()) > 0 {
		out = append(out, drift{"ConfigMap", "the ConfigMap"})
	}
	for _, kind := range repairedInTargets(m, result) {
		out = append(out, drift{kind, "a " + kind + " in a target namespace"})
	}
	if opened := result.targets.report.Opened; opened != nil {
		for _, kind := range opened.Repaired {
			out = append(out, drift{kind, "a " + kind})
		}
	}
	for _, kind := range repairedGrants(m, result) {
		out = append(out, drift{kind, "a " + kind})
	}
	return out
}

// isSameTable says whether the routing table is the one that was in force before: then only another writer can be the
// reason that an output differs.
func isSameTable(m *v1alpha1.StakeholderMap, result *enforcementResult) bool {
	// A table that is too large has no revision.
	return result.table != nil && result.table.Revision != "" && result.table.Revision == m.Status.RoutingRevision
}

// repairedGrants lists the kinds of the grants in the map's own namespace that were put right.
func repairedGrants(m *v1alpha1.StakeholderMap, result *enforcementResult) []string {
	if isSameTable(m, result) && meta.IsStatusConditionTrue(m.Status.Conditions, v1alpha1.ConditionAuthorized) {
		return result.grants.Written()
	}
	return nil
}

// repairedInTargets lists the kinds of the outputs in target namespaces that were put right, sorted.
func repairedInTargets(m *v1alpha1.StakeholderMap, result *enforcementResult) []string {
	if !isSameSpec(m, result) {
		return nil
	}
	kinds := slices.Clone(result.targets.report.Repaired)
	for _, gain := range result.targets.report.Gained {
		if !gain.First && !failedBefore(m) {
			kinds = append(kinds, gain.Written...)
		}
	}
	slices.Sort(kinds)
	return slices.Compact(kinds)
}
