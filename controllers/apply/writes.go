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

// ErrCacheBehind says that the cache does not show yet what was written for a map, or of it, a moment ago.
// There is nothing to do about it: the watch event that brings it up to date sets off another reconcile.
var ErrCacheBehind = errors.New("the cache is behind what was written")

// ErrLookAgain is an ErrCacheBehind that is to be tried again, because nothing else sets off another reconcile.
var ErrLookAgain = fmt.Errorf("to be looked at again: %w", ErrCacheBehind)

// ErrNamespaceBehind is an ErrLookAgain about a namespace, which can change back before the cache has shown that it had
// changed.
var ErrNamespaceBehind = fmt.Errorf("it takes part no longer: %w", ErrLookAgain)

// Writes remembers, for each map, what came of its latest writes, until the cache shows them. Going by an
// older state would make the same writes, and tell the same events, once more. The zero value is ready for
// use, by several goroutines.
type Writes struct {
	mu    sync.Mutex
	byMap map[types.NamespacedName]map[writtenKey]written
	// atWork has the maps that are being reconciled.
	atWork map[types.NamespacedName]bool
}

type writtenKey struct {
	kind string
	key  types.NamespacedName
}

// written is what the cache will show: an object of at least this resource version, or no longer the object
// of this UID.
type written struct {
	resourceVersion string
	removed         types.UID
	// released says that no finalizer was left on it.
	released bool
	// awaited says that another reconcile is due when the cache shows it: one has found the cache behind this write and left
	// something undone, or the write may hold what somebody else has changed.
	awaited bool
	// shown says that the cache has shown it to a reconcile that may have read the older state before.
	shown bool
}

// Done notes that an object of a map has been written, and the resource version that came of it.
func (w *Writes) Done(owner types.NamespacedName, kind string, key types.NamespacedName, resourceVersion string) {
	w.note(owner, writtenKey{kind, key}, written{resourceVersion: resourceVersion})
}

// DoneUnseen is Done for a write that did not depend on the version that was seen: it may hold what somebody else has changed
// just before, which no event may tell of any more.
func (w *Writes) DoneUnseen(owner types.NamespacedName, kind string, key types.NamespacedName, resourceVersion string) {
	w.note(owner, writtenKey{kind, key}, written{resourceVersion: resourceVersion, awaited: true})
}

// Released notes that the last finalizer was taken off an object that is being deleted, so that it is gone.
func (w *Writes) Released(owner types.NamespacedName, kind string, key types.NamespacedName, uid types.UID) {
	w.note(owner, writtenKey{kind, key}, written{removed: uid, released: true})
}

// Removed notes that an object of a map has been deleted.
func (w *Writes) Removed(owner types.NamespacedName, kind string, key types.NamespacedName, uid types.UID) {
	w.note(owner, writtenKey{kind, key}, written{removed: uid})
}

func (w *Writes) note(owner types.NamespacedName, key writtenKey, what written) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.byMap == nil {
		w.byMap = make(map[types.NamespacedName]map[writtenKey]written)
	}
	if w.byMap[owner] == nil {
		w.byMap[owner] = make(map[writtenKey]written)
	}
	w.byMap[owner][key] = what
}

// Begin notes that a reconcile of a map begins. It is to be called before anything of the map is read.
func (w *Writes) Begin(owner types.NamespacedName) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.atWork == nil {
		w.atWork = make(map[types.NamespacedName]bool)
	}
	w.atWork[owner] = true
}

// End notes that it has ended. The next one reads what the cache has shown meanwhile.
func (w *Writes) End(owner types.NamespacedName) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.atWork, owner)
	for key, what := range w.byMap[owner] {
		if what.shown {
			w.drop(owner, key)
		}
	}
}

// Behind says whether an object, as the cache has shown it, is older than what was last written: ErrCacheBehind if the event
// that brings the cache up to date is still to come, ErrLookAgain if it has come in the meantime. If the object is not older,
// it is nil, and the write is forgotten.
func (w *Writes) Behind(owner types.NamespacedName, kind string, object client.Object) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	key := writtenKey{kind, client.ObjectKeyFromObject(object)}
	what, ok := w.byMap[owner][key]
	switch {
	case !ok:
		return nil
	case !what.isNewer(object):
		w.drop(owner, key)
		return nil
	case what.shown:
		return ErrLookAgain
	default:
		what.awaited = true
		w.byMap[owner][key] = what
		return ErrCacheBehind
	}
}

// isNewer says whether the write is newer than an object.
func (w written) isNewer(object client.Object) bool {
	if w.removed != "" {
		// With a deletion timestamp somebody's finalizer holds it, and it is as it will stay.
		return w.removed == object.GetUID() && (w.released || object.GetDeletionTimestamp() == nil)
	}
	order, err := resourceversion.CompareResourceVersion(object.GetResourceVersion(), w.resourceVersion)
	return err == nil && order < 0
}

// Shown notes that the cache shows an object now, or, if it was deleted, shows it no longer. It says whether that is what the
// last write has made, and no reconcile is due for it: then there is nothing to do.
func (w *Writes) Shown(owner types.NamespacedName, kind string, object client.Object, deleted bool) (echo bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	key := writtenKey{kind, client.ObjectKeyFromObject(object)}
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
		// It may have read the older state a moment ago.
		what.shown = true
		w.byMap[owner][key] = what
	default:
		w.drop(owner, key)
	}
	return !what.awaited
}

// IsLast says whether an object, as the API server shows it, is what came of the last write of it, and the cache has not
// shown that.
func (w *Writes) IsLast(owner types.NamespacedName, kind string, object client.Object) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	what, ok := w.byMap[owner][writtenKey{kind, client.ObjectKeyFromObject(object)}]
	return ok && what.removed == "" && what.resourceVersion == object.GetResourceVersion()
}

// Expects says whether an object was written that the cache has not shown yet.
func (w *Writes) Expects(owner types.NamespacedName, kind string, key types.NamespacedName) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	what, ok := w.byMap[owner][writtenKey{kind, key}]
	return ok && what.removed == ""
}

// HasRemoved says whether an object was the operator's to delete, and was.
func (w *Writes) HasRemoved(owner types.NamespacedName, kind string, key types.NamespacedName, uid types.UID) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return uid != "" && w.byMap[owner][writtenKey{kind, key}].removed == uid
}

// Unseen lists the objects of a kind in some namespaces that were written and that the cache has not shown
// yet. seen says what it shows now. What was deleted and is shown no longer is forgotten.
func (w *Writes) Unseen(owner types.NamespacedName, kind string, in func(namespace string) bool, seen func(types.NamespacedName) bool) []types.NamespacedName {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []types.NamespacedName
	for key, what := range w.byMap[owner] {
		if key.kind != kind || !in(key.key.Namespace) || seen(key.key) {
			continue
		}
		if what.removed != "" {
			w.drop(owner, key)
			continue
		}
		out = append(out, key.key)
	}
	return out
}

// Gone notes that an object that was written is there no longer, as the API server says.
func (w *Writes) Gone(owner types.NamespacedName, kind string, key types.NamespacedName) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.drop(owner, writtenKey{kind, key})
}

func (w *Writes) drop(owner types.NamespacedName, key writtenKey) {
	delete(w.byMap[owner], key)
	if len(w.byMap[owner]) == 0 {
		delete(w.byMap, owner)
	}
}

// Forget drops what was noted of a map, because it is gone.
func (w *Writes) Forget(owner types.NamespacedName) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.byMap, owner)
}
