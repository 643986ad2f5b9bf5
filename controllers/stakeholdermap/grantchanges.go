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
	"time"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// grantChanges is who gained and who lost rights in one reconcile of a map. One event says all that was gained, and one all
// that was lost.
type grantChanges struct {
	gained, lost []rightsChange
	// revocations are the losses in the map's own namespace whose duration is measured.
	revocations []revocation
}

// revocation is a loss of rights that the map no longer gives.
type revocation struct {
	why cause
	// since is when the rights were no longer due.
	since time.Time
}

// grantChangesOf sums up what a reconcile did to the rights of a map's stakeholders. It leaves out repairs: subjects
// that another writer had added or removed are part of the drift.
func grantChangesOf(m *v1alpha1.StakeholderMap, result *enforcementResult, now time.Time) grantChanges {
	var out grantChanges
	out.lose(result.leftovers.Subjects, causeLeftover)
	out.leave(result.leftovers.Namespaces, causeLeftover)
	if len(repairedGrants(m, result)) == 0 {
		out.addOwn(m, result, now)
	}
	out.addTargets(m, result)
	return out
}

// addOwn adds the changes in the map's own namespace.
func (g *grantChanges) addOwn(m *v1alpha1.StakeholderMap, result *enforcementResult, now time.Time) {
	for i := range result.grants.Changes {
		c := &result.grants.Changes[i]
		roles := []string{c.Role}
		if c.Gained() {
			g.gained = addTo(g.gained, rightsChange{why: gainCause(m, c, result, now), roles: roles, inPart: len(c.Before) > 0}, c.Subject)
		}
		if c.Lost() {
			why, since := lossCause(m, c, now)
			g.lost = addTo(g.lost, rightsChange{why: why, roles: roles, inPart: len(c.After) > 0}, c.Subject)
			g.revocations = append(g.revocations, revocation{why, since})
		}
	}
}

// lose adds that subjects lost the rights of their roles: the keys are values of names.LabelRole.
func (g *grantChanges) lose(held map[string][]rbacv1.Subject, why cause) {
	for _, role := range slices.Sorted(maps.Keys(held)) {
		if len(held[role]) > 0 {
			g.lost = append(g.lost, rightsChange{why: why, roles: []string{role}, subjects: held[role]})
		}
	}
}

// leave adds that the stakeholders lost their rights in target namespaces.
func (g *grantChanges) leave(namespaces []string, why cause) {
	if len(namespaces) > 0 {
		g.lost = append(g.lost, rightsChange{why: why, namespaces: namespaces})
	}
}

// ofThisMap says whether a change of this map, and not only the removal of leftovers, gave or took rights.
func (g *grantChanges) ofThisMap() bool {
	return len(g.gained) > 0 || slices.ContainsFunc(g.lost, func(c rightsChange) bool { return c.why != causeLeftover })
}
