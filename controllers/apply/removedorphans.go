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

package apply

import (
	"slices"
	"sync"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// removedOrphans remembers, for each map, the UIDs of orphans that were deleted, until the cache no longer shows
// them: what is gone is not deleted again. Writes does not do for that, because it forgets a map that is gone.
// The zero value is ready for use, by several goroutines.
type removedOrphans struct {
	mu    sync.Mutex
	byMap perOwner[types.NamespacedName, types.UID, bool]
}

func (r *removedOrphans) add(key types.NamespacedName, uid types.UID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.byMap.set(key, uid, true)
}

// has says whether an orphan was deleted.
func (r *removedOrphans) has(key types.NamespacedName, uid types.UID) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.byMap[key][uid]
}

// without leaves out what was deleted already, and forgets what the cache, which shows these, no longer does.
func (r *removedOrphans) without(key types.NamespacedName, shown []client.Object) []client.Object {
	r.mu.Lock()
	defer r.mu.Unlock()
	removed := r.byMap[key]
	delete(r.byMap, key)
	return slices.DeleteFunc(shown, func(object client.Object) bool {
		// With a deletion timestamp another finalizer holds it, and it may have to be emptied.
		still := removed[object.GetUID()] && object.GetDeletionTimestamp() == nil
		if still {
			r.byMap.set(key, object.GetUID(), true)
		}
		return still
	})
}
