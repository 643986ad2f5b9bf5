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
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

// ErrHiddenFound means that a search by name found outputs that the cache does not show. The next reconcile removes or
// repairs them.
var ErrHiddenFound = errors.New("outputs that have lost our labels were found in other namespaces")

// Hidden remembers, for each map, outputs that may exist although the cache does not show them. Admission, a user or
// another tool may have removed the label by which the cache selects. Such an object still gives rights. So the
// operator reads it by its exact name until the cache shows it again or it no longer exists. The zero value is ready
// for use. Hidden is safe for concurrent use.
type Hidden struct {
	mu sync.Mutex
	// byMap has, for each output, whether a reconcile has read it.
	byMap perOwner[types.NamespacedName, Part, bool]
	// tables has, by the UID of the map, the UIDs of the ConfigMaps that were found when the map was being deleted.
	tables perOwner[types.UID, Part, types.UID]
}

// add adds an output, and reports whether it is new.
func (h *Hidden) add(owner types.NamespacedName, key Part) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	_, known := h.byMap[owner][key]
	if !known {
		h.byMap.set(owner, key, false)
	}
	return !known
}

// recordRead records that a reconcile has read an output, which stays hidden.
func (h *Hidden) recordRead(owner types.NamespacedName, key Part) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, known := h.byMap[owner][key]; known {
		h.byMap[owner][key] = true
	}
}

// recordTable records a ConfigMap that was found when a map was being deleted, and reports whether it has replaced an
// earlier one.
func (h *Hidden) recordTable(owner types.UID, key Part, uid types.UID) (replaced bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if before, known := h.tables[owner][key]; known {
		return before != uid
	}
	h.tables.set(owner, key, uid)
	return false
}

// forgetTables drops the ConfigMaps of a map that is being deleted.
func (h *Hidden) forgetTables(owner types.UID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.tables, owner)
}

func (h *Hidden) drop(owner types.NamespacedName, key Part) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.byMap.drop(owner, key)
}

// of returns the outputs of a map that may be hidden, sorted.
func (h *Hidden) of(owner types.NamespacedName) []Part {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.SortedFunc(maps.Keys(h.byMap[owner]), func(a, b Part) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Key.String(), b.Key.String()))
	})
}

// unread returns the number of outputs, of all maps, that no reconcile has read yet.
func (h *Hidden) unread() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	n := 0
	for _, keys := range h.byMap {
		for _, looked := range keys {
			if !looked {
				n++
			}
		}
	}
	return n
}

// RecordEvent records a watch event of an output, once for each event. Echo is true if the event only shows a write or
// a deletion of the operator itself, and no reconcile waits for it.
func (a *Applier) RecordEvent(object client.Object, deleted bool) (echo bool) {
	owner, ok := MapOf(object)
	return ok && a.Writes.RecordEvent(owner, kindOf(object), object, deleted)
}

// RecordVanished records that the cache no longer shows an output. It was deleted or has lost its label, and only the API
// server knows which. Objects that the operator has deleted itself are left out.
func (a *Applier) RecordVanished(object client.Object) {
	owner, ok := MapOf(object)
	part := partOf(object)
	if !ok || part.Kind == kindServiceAccount || a.removed.has(owner, object.GetUID()) {
		return
	}
	if !a.Writes.HasRemoved(owner, part, object.GetUID()) {
		a.hidden.add(owner, part)
	}
}

// reveal reads the hidden outputs of a map from the API server. It forgets those that no longer exist or that the cache
// shows. It makes no request if there are none.
func (a *Applier) reveal(ctx context.Context, owner names.Owner) ([]client.Object, Result) {
	var out []client.Object
	var problems Result
	for _, key := range a.hidden.of(owner.NamespacedName()) {
		object := newObject(key)
		if reader := a.readerOf(key.Kind); reader != nil && reader.Get(ctx, key.Key, object) == nil {
			a.hidden.drop(owner.NamespacedName(), key)
			continue
		}
		err := a.Live.Get(ctx, key.Key, object)
		a.hidden.recordRead(owner.NamespacedName(), key)
		switch {
		case client.IgnoreNotFound(err) != nil:
			problems = problems.add(key.Kind, false, fmt.Errorf("read %s %s: %w", key.Kind, key.Key, err))
		case err == nil && !released(owner, object) && (owns(owner, object) || isOrphan(owner, object)):
			out = append(out, object)
		default:
			// It no longer exists, waits for another finalizer, or belongs to another owner.
			a.hidden.drop(owner.NamespacedName(), key)
			a.Writes.Drop(owner.NamespacedName(), key)
		}
	}
	return out, problems
}

// readerOf returns the cache of a kind. ServiceAccounts have their own, or none if they are not known.
func (a *Applier) readerOf(kind string) client.Reader {
	if kind != kindServiceAccount {
		return a.Cache
	}
	reader, err := a.Accounts()
	if err != nil {
		return nil
	}
	return reader
}

// revealed has the hidden outputs that a session has read.
type revealed struct {
	done    bool
	objects []client.Object
	// problems are the errors of those that could not be read.
	problems Result
}

// hiddenOutputs returns the outputs of the map that the cache does not show. It reads them once in a session. The
// result has those that could not be read.
func (s *Session) hiddenOutputs(ctx context.Context) ([]client.Object, Result) {
	if !s.revealed.done {
		objects, problems := s.reveal(ctx, s.owner)
		objects = slices.DeleteFunc(objects, func(object client.Object) bool { return !s.owns(object) })
		for _, object := range objects {
			s.acceptStripped(object)
		}
		s.revealed = revealed{true, objects, problems}
	}
	return s.revealed.objects, s.revealed.problems
}

// hide adds an output of the map to the hidden ones.
func (s *Session) hide(part Part) {
	if s.hidden.add(s.owner.NamespacedName(), part) {
		s.revealed = revealed{}
	}
}

// hasHiddenInOtherNamespaces reports whether the map has hidden outputs in another namespace.
func (s *Session) hasHiddenInOtherNamespaces() bool {
	return slices.ContainsFunc(s.hidden.of(s.owner.NamespacedName()), func(key Part) bool {
		return key.Key.Namespace != s.owner.Namespace
	})
}

// FindHidden searches all namespaces for outputs of the map by their exact names, and remembers those that the cache
// does not show. It reports whether there are any. Call it before the map's finalizer is removed, because after that no
// reconcile would find a remaining output. It makes six requests with short answers. For each, the API server reads
// all objects of the kind, which takes 6 ms for 2,000 objects. A ConfigMap gives no rights, so only the first of a name
// in a namespace counts. Otherwise a user who keeps creating it could block the deletion of a map.
func (s *Session) FindHidden(ctx context.Context) (found bool, problems Result) {
	for _, place := range ownSlots() {
		hidden, err := s.findInSlot(ctx, place)
		problems = problems.add(place.kind, false, err)
		for _, part := range hidden {
			found = true
			s.hide(part)
		}
	}
	if problems.OK() && !found {
		s.hidden.forgetTables(s.owner.UID)
	}
	return found, problems
}

// findInSlot lists the outputs of a slot in all namespaces except the map's.
func (s *Session) findInSlot(ctx context.Context, place slot) (found []Part, err error) {
	name, list := s.nameOf(place), newList(place.kind)
	if place.kind == kindConfigMap || place.kind == kindRole {
		// Omit the data and the rules, which can have a megabyte each. A Role that is being deleted gives no right without its
		// RoleBinding, so its rules do not matter.
		list = newMetadataList(place.kind)
	}
	objects, err := listObjects(ctx, s.Live, place.kind, list, client.MatchingFields{metav1.ObjectNameField: name})
	if err != nil {
		return nil, fmt.Errorf("find %s: %w", name, err)
	}
	for _, object := range objects {
		if object.GetNamespace() == s.owner.Namespace || !s.owns(object) || released(s.owner, object) {
			continue
		}
		part := Part{place.kind, client.ObjectKeyFromObject(object)}
		if place.kind == kindConfigMap && s.hidden.recordTable(s.owner.UID, part, object.GetUID()) {
			continue
		}
		found = append(found, part)
	}
	return found, nil
}
