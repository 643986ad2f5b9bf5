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
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
)

// conflictTolerance is how long a map's writes may meet only conflicts before status says so. Until then a conflict is no
// fault: the next reconcile mends it.
const conflictTolerance = 10 * time.Second

// conflicts remembers since when the writes of a map have failed only because other writers were faster. It is safe for
// concurrent use.
type conflicts struct {
	mu    sync.Mutex
	since map[types.NamespacedName]time.Time
}

func newConflicts() *conflicts { return &conflicts{since: make(map[types.NamespacedName]time.Time)} }

// tolerate records what a reconcile of a map failed with, and says whether it met only conflicts, and not yet for too
// long.
func (c *conflicts) tolerate(key types.NamespacedName, failed apply.Result, now time.Time) bool {
	if !failed.OnlyRaced() {
		c.forget(key)
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.since[key]; !ok {
		c.since[key] = now
	}
	return now.Sub(c.since[key]) < conflictTolerance
}

// lastTooLong says whether the writes of a map have met only conflicts for longer than conflictTolerance.
func (c *conflicts) lastTooLong(key types.NamespacedName, now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	since, ok := c.since[key]
	return ok && now.Sub(since) >= conflictTolerance
}

// forget records that the writes of a map succeed, or that it is gone.
func (c *conflicts) forget(key types.NamespacedName) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.since, key)
}
