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

package argocd

import (
	"context"
	"fmt"
	"sync"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render/rbaccsv"
)

// contribution is what one map contributes to the policy, and the state of the map that it was made from.
type contribution struct {
	uid        types.UID
	generation int64
	entry      rbaccsv.Entry
	// project is the one that the map names, even if the map contributes nothing.
	project string
	// invalid is set for an invalid map: it must not gain anything.
	invalid bool
}

// contributions has the contribution of every map that was reconciled since the start, including empty ones. Until
// every map was reconciled, a missing entry means unknown and not empty.
type contributions struct {
	mu    sync.Mutex
	byMap map[types.NamespacedName]contribution
	// synced is set once every map was reconciled.
	synced bool
}

// set stores a contribution, and reports whether it changed.
func (c *contributions) set(m *v1alpha1.StakeholderMap, entry rbaccsv.Entry, invalid bool) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.byMap == nil {
		c.byMap = make(map[types.NamespacedName]contribution)
	}
	key := types.NamespacedName{Namespace: m.Namespace, Name: m.Name}
	before, known := c.byMap[key]
	c.byMap[key] = contribution{
		uid: m.UID, generation: m.Generation, entry: entry, project: m.Spec.Product.ArgoCDProject, invalid: invalid,
	}
	return !known && !c.synced || !before.entry.Equal(entry) || before.invalid != invalid
}

func (c *contributions) get(key types.NamespacedName) contribution {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.byMap[key]
}

// remove drops a map, and reports whether it contributed anything.
func (c *contributions) remove(key types.NamespacedName) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	before := c.byMap[key]
	delete(c.byMap, key)
	return !c.synced || before.entry.Project != ""
}

// all returns the contributions that name a project, and false until every existing map was reconciled.
func (c *contributions) all(ctx context.Context, maps client.Reader) ([]contribution, bool, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.synced {
		synced, err := c.hasEvery(ctx, maps)
		if err != nil || !synced {
			return nil, false, err
		}
		c.synced = true
	}
	var out []contribution
	for _, known := range c.byMap {
		if known.entry.Project != "" {
			out = append(out, known)
		}
	}
	return out, true, nil
}

// mapsOfProject returns the maps that name a project, or that name any if project is empty.
func (c *contributions) mapsOfProject(project string) []types.NamespacedName {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []types.NamespacedName
	for key, known := range c.byMap {
		if known.project != "" && (project == "" || known.project == project) {
			out = append(out, key)
		}
	}
	return out
}

// hasEvery reports whether every existing map was reconciled.
func (c *contributions) hasEvery(ctx context.Context, maps client.Reader) (bool, error) {
	var list v1alpha1.StakeholderMapList
	if err := maps.List(ctx, &list, client.UnsafeDisableDeepCopy); err != nil {
		return false, fmt.Errorf("list maps: %w", err)
	}
	for i := range list.Items {
		_, known := c.byMap[client.ObjectKeyFromObject(&list.Items[i])]
		if !known && list.Items[i].DeletionTimestamp == nil {
			return false, nil
		}
	}
	return true, nil
}
