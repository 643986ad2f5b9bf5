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

package cluster

import (
	"context"
	"maps"
	"slices"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/preview"
)

// Sharing returns the other maps of the cluster that can give the same rights as the maps of a World and some more: on the
// requests of their namespaces, and in target namespaces. It adds to the World what these depend on. Complete says that the
// user may read all of them. The notes say what else the user may not read.
func (c *Cluster) Sharing(
	ctx context.Context, world *preview.World, more []*v1alpha1.StakeholderMap,
) (sharing []*v1alpha1.StakeholderMap, complete bool, notes []string, err error) {
	known, namespaces, withTargets := make(map[string]bool), make(map[string]bool), false
	for _, m := range slices.Concat(world.Maps, more) {
		known[preview.KeyOf(m).String()], namespaces[m.Namespace] = true, true
		withTargets = withTargets || preview.DeclaresTargets(m)
	}
	places := slices.Sorted(maps.Keys(namespaces))
	if withTargets {
		// Maps of any namespace can have the same target namespaces.
		places = append(places, "")
	}
	complete = true
	for _, place := range places {
		err := c.EachMap(ctx, place, func(m *v1alpha1.StakeholderMap) error {
			key := preview.KeyOf(m).String()
			if !known[key] && (namespaces[m.Namespace] || preview.DeclaresTargets(m)) {
				known[key], sharing = true, append(sharing, m.DeepCopy())
			}
			return nil
		})
		if err != nil && !IsForbidden(err) {
			return nil, false, nil, err
		}
		complete = complete && err == nil
	}
	notes, err = c.addNamespaces(ctx, world, sharing)
	return sharing, complete, notes, err
}
