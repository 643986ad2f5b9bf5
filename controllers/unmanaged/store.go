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

package unmanaged

import (
	"fmt"
	"maps"
	"slices"
	"sync"

	"k8s.io/apimachinery/pkg/types"
	toolscache "k8s.io/client-go/tools/cache"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

// maxGrants bounds the grants of one kind in memory. The admission policies let few users write any. Without the
// policies, a tenant could otherwise fill the operator's memory.
const maxGrants = 10_000

// store has the grants of one kind, by namespace and name. A Reflector updates it.
type store struct {
	// grantOf returns the grant of an object, and false if it is none.
	grantOf func(object any) (Grant, bool)
	changed Changed

	mu     sync.RWMutex
	grants map[string]map[string]Grant
	n      int
	synced bool
}

var _ toolscache.ReflectorStore = &store{}

func newStore(grantOf func(any) (Grant, bool), changed Changed) *store {
	return &store{grantOf: grantOf, changed: changed, grants: make(map[string]map[string]Grant)}
}

// Add implements ReflectorStore.
func (s *store) Add(object any) error { return s.set(object) }

// Update implements ReflectorStore.
func (s *store) Update(object any) error { return s.set(object) }

func (s *store) set(object any) error {
	g, ok := s.grantOf(object)
	if ok {
		s.put(g)
		return nil
	}
	return s.Delete(object)
}

// Delete implements ReflectorStore.
func (s *store) Delete(object any) error {
	key, err := toolscache.DeletionHandlingObjectToName(object)
	if err != nil {
		return fmt.Errorf("key of %T: %w", object, err)
	}
	s.remove(types.NamespacedName{Namespace: key.Namespace, Name: key.Name})
	return nil
}

// Replace implements ReflectorStore.
func (s *store) Replace(objects []any, _ string) error {
	gone := make(map[types.NamespacedName]bool)
	s.each(func(g Grant) { gone[types.NamespacedName{Namespace: g.Namespace, Name: g.Name}] = true })
	for _, object := range objects {
		if g, ok := s.grantOf(object); ok {
			s.put(g)
			delete(gone, types.NamespacedName{Namespace: g.Namespace, Name: g.Name})
		}
	}
	for key := range gone {
		s.remove(key)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.synced = true
	return nil
}

// Resync implements ReflectorStore.
func (*store) Resync() error { return nil }

// put stores a grant, and calls changed if it differs.
func (s *store) put(g Grant) {
	s.mu.Lock()
	before, existed := s.grants[g.Namespace][g.Name]
	kept := existed && before != g || !existed && s.n < maxGrants
	if kept {
		if s.grants[g.Namespace] == nil {
			s.grants[g.Namespace] = make(map[string]Grant)
		}
		s.grants[g.Namespace][g.Name] = g
	}
	if kept && !existed {
		s.n++
	}
	s.mu.Unlock()
	switch {
	case kept && existed:
		s.changed(&before, &g)
	case kept:
		s.changed(nil, &g)
	}
}

// remove removes a grant, and calls changed if it existed.
func (s *store) remove(key types.NamespacedName) {
	s.mu.Lock()
	g, existed := s.grants[key.Namespace][key.Name]
	if existed {
		delete(s.grants[key.Namespace], key.Name)
		s.n--
	}
	if len(s.grants[key.Namespace]) == 0 {
		delete(s.grants, key.Namespace)
	}
	s.mu.Unlock()
	if existed {
		s.changed(&g, nil)
	}
}

func (s *store) each(f func(Grant)) {
	s.mu.RLock()
	all := make([]Grant, 0, s.n)
	for _, inNamespace := range s.grants {
		all = slices.AppendSeq(all, maps.Values(inNamespace))
	}
	s.mu.RUnlock()
	for _, g := range all {
		f(g)
	}
}

func (s *store) count() int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.n
}

func (s *store) hasSynced() bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.synced
}

// appendTo appends the grants that concern a map: those on it, and those in its own and its target namespaces. It
// iterates over the smaller of the two sets of namespaces.
func (s *store) appendTo(out []Grant, owner names.Owner, namespaces map[string]bool) []Grant {
	s.mu.RLock()
	defer s.mu.RUnlock()
	add := func(namespace string) {
		for _, g := range s.grants[namespace] {
			if g.InTarget || namespace == owner.Namespace && g.OnMap(owner.Name) {
				out = append(out, g)
			}
		}
	}
	if len(s.grants) < len(namespaces) {
		for namespace := range s.grants {
			if namespaces[namespace] {
				add(namespace)
			}
		}
		return out
	}
	for namespace := range namespaces {
		add(namespace)
	}
	return out
}
