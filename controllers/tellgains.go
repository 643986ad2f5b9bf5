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
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

// tellTargets records in which target namespaces which roles have come to have rights, and what somebody else had
// changed there. Same says that the table is the one that was in force before.
func (r *StakeholderMapReconciler) tellTargets(m *v1alpha1.StakeholderMap, report *apply.TargetsReport, same bool) {
	var joined, freed []apply.Gain
	changed := make(map[string]bool)
	for _, kind := range report.Repaired {
		changed[kind] = true
	}
	for _, gain := range report.Gained {
		switch {
		case gain.First:
			joined = append(joined, gain)
		case failedBefore(m):
			freed = append(freed, gain)
		default:
			for _, kind := range gain.Written {
				changed[kind] = true
			}
		}
	}
	r.tellGained(m, joined, causeTarget)
	r.tellNamespaces(m, report.Left, causeTarget)
	// Where the product runs, and where the table goes, is no part of the table: an edit of that is no drift either.
	if !same || m.Generation != m.Status.ObservedGeneration {
		return
	}
	r.tellGained(m, freed, causeFreed)
	for _, kind := range slices.Sorted(maps.Keys(changed)) {
		r.tellDrift(m, kind, "a "+kind+" in a target namespace")
	}
}

// failedBefore says whether the grants were not in force, for another reason than that somebody does not consent: what is
// given then is no repair.
func failedBefore(m *v1alpha1.StakeholderMap) bool {
	c := meta.FindStatusCondition(m.Status.Conditions, v1alpha1.ConditionAuthorized)
	return c != nil && c.Status != metav1.ConditionTrue &&
		c.Reason != v1alpha1.ReasonNamespaceRefused && c.Reason != v1alpha1.ReasonProjectRefused
}

// tellGained records which roles have come to have rights in which namespaces: those whose rights really came.
func (r *StakeholderMapReconciler) tellGained(m *v1alpha1.StakeholderMap, gains []apply.Gain, why cause) {
	byRoles := make(map[string][]string)
	for _, gain := range gains {
		roles := strings.Join(gain.Roles, ", ")
		byRoles[roles] = append(byRoles[roles], gain.Namespace)
	}
	everyRole := strings.Join(names.Roles, ", ")
	for _, roles := range slices.Sorted(maps.Keys(byRoles)) {
		who, action := "The stakeholders got the rights of their roles in ", "GrantNamespaces"
		if roles != everyRole {
			who = "The stakeholders got the rights of " + roles + " in "
			action += camelAll(strings.Split(roles, ", "))
		}
		r.event(m, corev1.EventTypeNormal, eventGranted, action, who+listNamespaces(byRoles[roles])+": "+why.text)
	}
}

// camelAll joins names, as in CustomerEndUser.
func camelAll(names []string) string {
	var out strings.Builder
	for _, name := range names {
		out.WriteString(camel(name))
	}
	return out.String()
}
