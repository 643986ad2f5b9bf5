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
	if len(removed) == 0 {
		return shown
	}
	delete(r.byMap, key)
	var out []client.Object
	still := make(map[types.UID]bool)
	for _, object := range shown {
		// If it has a deletion timestamp, another finalizer holds it, and it may have to be cleared.
		if uid := object.GetUID(); removed[uid] && object.GetDeletionTimestamp() == nil {
			still[uid] = true
		} else {
			out = append(out, object)
		}
	}
	if len(still) > 0 {
		r.byMap[key] = still
	}
	return out
}
