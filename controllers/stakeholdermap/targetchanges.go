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
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

// addTargets adds in which target namespaces which roles gained rights, and in which the stakeholders lost theirs. A role
// whose rights came back because its output was put right is part of the drift.
func (g *grantChanges) addTargets(m *v1alpha1.StakeholderMap, result *enforcementResult) {
	report := &result.targets.report
	var joined, freed []apply.Gain
	for _, gain := range report.Gained {
		switch {
		case gain.First:
			joined = append(joined, gain)
		case isSameSpec(m, result) && failedBefore(m):
			freed = append(freed, gain)
		}
	}
	why := causeTarget
	if isNew(m) {
		why = newMapCause(m, result)
	}
	g.gainInTargets(joined, why)
	g.gainInTargets(freed, causeFreed)
	g.leave(report.Left, causeTarget)
}

// gainInTargets adds which roles gained rights in which namespaces.
func (g *grantChanges) gainInTargets(gains []apply.Gain, why cause) {
	byRoles := make(map[string][]string)
	for _, gain := range gains {
		roles := strings.Join(gain.Roles, ",")
		byRoles[roles] = append(byRoles[roles], gain.Namespace)
	}
	for _, key := range slices.Sorted(maps.Keys(byRoles)) {
		roles := strings.Split(key, ",")
		if slices.Equal(roles, names.Roles) {
			roles = nil
		}
		g.gained = append(g.gained, rightsChange{why: why, roles: roles, namespaces: byRoles[key]})
	}
}

// isSameSpec says whether neither the routing table nor the map has changed since the last status. Where the product runs,
// and where the table goes, is no part of the table.
func isSameSpec(m *v1alpha1.StakeholderMap, result *enforcementResult) bool {
	return isSameTable(m, result) && m.Generation == m.Status.ObservedGeneration
}

// failedBefore says whether the grants were not in force for another reason than that a namespace or a project does not
// consent. Rights that come then are no repair.
func failedBefore(m *v1alpha1.StakeholderMap) bool {
	c := meta.FindStatusCondition(m.Status.Conditions, v1alpha1.ConditionAuthorized)
	return c != nil && c.Status != metav1.ConditionTrue &&
		c.Reason != v1alpha1.ReasonNamespaceRefused && c.Reason != v1alpha1.ReasonProjectRefused
}
