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
	"sync"

	"k8s.io/apimachinery/pkg/types"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render/rbaccsv"
)

// contribution is what one map contributes, and which state of the map that was made from.
type contribution struct {
	uid        types.UID
	generation int64
	entry      rbaccsv.Entry
	// project is the one that the map names, also if nothing of it is in force.
	project string
	// invalid says that the map is: it gains nothing.
	invalid bool
}

// contributions is what is known of maps since the program started. It holds something for every map that has been
// looked at, also for those that contribute nothing: before all have been, what is missing may only not be known yet.
type contributions struct {
	mu    sync.Mutex
	byMap map[types.NamespacedName]contribution
	// complete once every map has been looked at.
	complete bool
}

// set notes a contribution and says whether it is another one than before.
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
	return !known && !c.complete || !before.entry.Equal(entry) || before.invalid != invalid
}

// get is what a map contributes, or the zero value if that is not known.
func (c *contributions) get(key types.NamespacedName) contribution {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.byMap[key]
}

// remove forgets a map and says whether it contributed anything.
func (c *contributions) remove(key types.NamespacedName) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	before := c.byMap[key]
	delete(c.byMap, key)
	return !c.complete || before.entry.Project != ""
}

// all are the contributions that name a project, or false if some of the maps that exist have not been looked at yet.
func (c *contributions) all(existing func(func(types.NamespacedName)) error) ([]contribution, bool, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.complete {
		complete := true
		err := existing(func(key types.NamespacedName) {
			if _, known := c.byMap[key]; !known {
				complete = false
			}
		})
		if err != nil || !complete {
			return nil, false, err
		}
		c.complete = true
	}
	var out []contribution
	for _, is := range c.byMap {
		if is.entry.Project != "" {
			out = append(out, is)
		}
	}
	return out, true, nil
}

// of are the maps that name a project, or any if it is empty.
func (c *contributions) of(project string) []types.NamespacedName {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []types.NamespacedName
	for key, is := range c.byMap {
		if is.project != "" && (project == "" || is.project == project) {
			out = append(out, key)
		}
	}
	return out
}
