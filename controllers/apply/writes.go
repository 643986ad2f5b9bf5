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
	"errors"
	"fmt"
	"sync"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/resourceversion"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// ErrStale means that the cache does not show the latest write of the map or of its outputs yet. The watch event that
// updates the cache also triggers the next reconcile.
var ErrStale = errors.New("the cache is behind what was written")

// ErrStaleRetry is an ErrStale after which the caller has to repeat the reconcile, because a watch event is not
// certain.
var ErrStaleRetry = fmt.Errorf("to be looked at again: %w", ErrStale)

// ErrConsentWithdrawn is an ErrStaleRetry about a namespace that no longer takes part. It needs a retry because the
// namespace can consent again before the cache shows that it did not.
var ErrConsentWithdrawn = fmt.Errorf("it takes part no longer: %w", ErrStaleRetry)

// ErrApprovalEnded is an ErrStaleRetry about an approval whose request was deleted, which the cache does not show yet.
var ErrApprovalEnded = fmt.Errorf("an approval has ended: %w", ErrStaleRetry)

// Writes remembers the latest writes of each map until the cache shows them. A reconcile that worked with an older
// state would repeat the writes and their events. The zero value is ready for use. Writes is safe for concurrent use.
type Writes struct {
	mu    sync.Mutex
	byMap perOwner[types.NamespacedName, Part, written]
	// atWork has the maps that are being reconciled.
	atWork map[types.NamespacedName]bool
}

// written is a write that the cache will show: an object of at least this resource version, or the absence of the
// object with this UID.
type written struct {
	resourceVersion string
	removed         types.UID
	// released says that the operator removed the last finalizer.
	released bool
	// awaited says that a reconcile is needed when the cache shows the write. Either an earlier reconcile is
	// incomplete, or the write may include a change of another writer.
	awaited bool
	// shown says that the cache showed the write during a reconcile that may have read the older state before.
	shown bool
}

// RecordWrite records that an object of a map was written, with its new resource version.
func (w *Writes) RecordWrite(owner types.NamespacedName, part Part, resourceVersion string) {
	w.record(owner, part, written{resourceVersion: resourceVersion})
}

// RecordBlindWrite is RecordWrite for a write that did not depend on a resource version. The result may include a
// change of another writer, for which no other event follows.
func (w *Writes) RecordBlindWrite(owner types.NamespacedName, part Part, resourceVersion string) {
	w.record(owner, part, written{resourceVersion: resourceVersion, awaited: true})
}

// RecordRelease records that the operator removed the last finalizer from an object that is being deleted, so that it
// no longer exists.
func (w *Writes) RecordRelease(owner types.NamespacedName, part Part, uid types.UID) {
	w.record(owner, part, written{removed: uid, released: true})
}

// RecordRemoval records that an object of a map was deleted.
func (w *Writes) RecordRemoval(owner types.NamespacedName, part Part, uid types.UID) {
	w.record(owner, part, written{removed: uid})
}

func (w *Writes) record(owner types.NamespacedName, key Part, what written) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.byMap.set(owner, key, what)
}

// BeginReconcile records that a reconcile of a map begins. Call it before reading the map or its objects.
func (w *Writes) BeginReconcile(owner types.NamespacedName) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.atWork == nil {
		w.atWork = make(map[types.NamespacedName]bool)
	}
	w.atWork[owner] = true
}

// EndReconcile records that the reconcile has ended. The next one reads the changes that the cache has shown in the
// meantime.
func (w *Writes) EndReconcile(owner types.NamespacedName) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.atWork, owner)
	for key, what := range w.byMap[owner] {
		if what.shown {
			w.byMap.drop(owner, key)
		}
	}
}

// RecordRead records that a reconcile has read an object from the cache. The error is ErrStale if the object is older
// than the last write and the event that updates the cache has not arrived. It is ErrStaleRetry if that event has
// arrived in the meantime. Otherwise the error is nil, and the write is forgotten.
func (w *Writes) RecordRead(owner types.NamespacedName, kind string, object client.Object) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	key := Part{kind, client.ObjectKeyFromObject(object)}
	what, ok := w.byMap[owner][key]
	switch {
	case !ok:
		return nil
	case !what.isNewer(object):
		w.byMap.drop(owner, key)
		return nil
	case what.shown:
		return ErrStaleRetry
	default:
		what.awaited = true
		w.byMap[owner][key] = what
		return ErrStale
	}
}

// IsStale reports whether an object, as read from the cache, is older than its last write. Unlike RecordRead it changes nothing,
// so a caller that is not the map's reconcile can use it.
func (w *Writes) IsStale(owner types.NamespacedName, kind string, object client.Object) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	what, ok := w.byMap[owner][Part{kind, client.ObjectKeyFromObject(object)}]
	return ok && what.isNewer(object)
}

// isNewer reports whether the write is newer than an object.
func (w written) isNewer(object client.Object) bool {
	if w.removed != "" {
		// An object with a deletion timestamp is held by another finalizer, and can stay for long.
		return w.removed == object.GetUID() && (w.released || object.GetDeletionTimestamp() == nil)
	}
	order, err := resourceversion.CompareResourceVersion(object.GetResourceVersion(), w.resourceVersion)
	return err == nil && order < 0
}

// RecordEvent records that the cache now shows an object or, if it was deleted, no longer shows it. Echo is true if the
// event is the result of the last write and needs no reconcile.
func (w *Writes) RecordEvent(owner types.NamespacedName, kind string, object client.Object, deleted bool) (echo bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	key := Part{kind, client.ObjectKeyFromObject(object)}
	what, ok := w.byMap[owner][key]
	if !ok || what.shown {
		return false
	}
	made := what.removed == "" && what.resourceVersion == object.GetResourceVersion()
	if deleted {
		made = what.removed != "" && what.removed == object.GetUID()
	}
	switch {
	case !made:
		return false
	case w.atWork[owner]:
		// The running reconcile may have read the older state before.
		what.shown = true
		w.byMap[owner][key] = what
	default:
		w.byMap.drop(owner, key)
	}
	return !what.awaited
}

// IsLastWrite reports whether an object, as read from the API server, is the result of its last write, and the cache
// has not shown that yet.
func (w *Writes) IsLastWrite(owner types.NamespacedName, kind string, object client.Object) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	what, ok := w.byMap[owner][Part{kind, client.ObjectKeyFromObject(object)}]
	return ok && what.removed == "" && what.resourceVersion == object.GetResourceVersion()
}

// IsPending reports whether an object was written and the cache has not shown the write yet.
func (w *Writes) IsPending(owner types.NamespacedName, part Part) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	what, ok := w.byMap[owner][part]
	return ok && what.removed == ""
}

// HasRemoved reports whether the operator has deleted an object.
func (w *Writes) HasRemoved(owner types.NamespacedName, part Part, uid types.UID) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return uid != "" && w.byMap[owner][part].removed == uid
}

// RecordList records that a reconcile has listed the objects of a kind in some namespaces from the cache. It returns
// the written objects that are missing in the list, and forgets deletions that the list confirms. Listed reports
// whether the list has an object.
func (w *Writes) RecordList(owner types.NamespacedName, kind string, in func(namespace string) bool, listed func(types.NamespacedName) bool) (pending []Part) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for key, what := range w.byMap[owner] {
		if key.Kind != kind || !in(key.Key.Namespace) || listed(key.Key) {
			continue
		}
		if what.removed != "" {
			w.byMap.drop(owner, key)
			continue
		}
		pending = append(pending, key)
	}
	return pending
}

// Drop forgets the write of an object that no longer exists according to the API server.
func (w *Writes) Drop(owner types.NamespacedName, part Part) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.byMap.drop(owner, part)
}

// Forget drops the writes of a map that no longer exists.
func (w *Writes) Forget(owner types.NamespacedName) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.byMap, owner)
}
