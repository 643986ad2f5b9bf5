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

// removedOrphans remembers, for each map, the UIDs of deleted orphans until the cache no longer shows them, so that
// they are not deleted twice. Writes cannot do that, because it forgets deleted maps. The zero value is ready for use.
// It is safe for concurrent use.
type removedOrphans struct {
	mu    sync.Mutex
	byMap perOwner[types.NamespacedName, types.UID, bool]
}

func (r *removedOrphans) add(key types.NamespacedName, uid types.UID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.byMap.set(key, uid, true)
}

// has reports whether an orphan was deleted.
func (r *removedOrphans) has(key types.NamespacedName, uid types.UID) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.byMap[key][uid]
}

// without returns the shown objects except those that were already deleted. It forgets deleted ones that the cache no
// longer shows.
func (r *removedOrphans) without(key types.NamespacedName, shown []client.Object) []client.Object {
	r.mu.Lock()
	defer r.mu.Unlock()
	removed := r.byMap[key]
	delete(r.byMap, key)
	return slices.DeleteFunc(shown, func(object client.Object) bool {
		// If it has a deletion timestamp, another finalizer holds it, and it may have to be cleared.
		still := removed[object.GetUID()] && object.GetDeletionTimestamp() == nil
		if still {
			r.byMap.set(key, object.GetUID(), true)
		}
		return still
	})
}
