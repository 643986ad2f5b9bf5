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
	"sync/atomic"

	"k8s.io/apimachinery/pkg/util/sets"
	toolscache "k8s.io/client-go/tools/cache"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

// maxGrants bounds the grants of one kind in memory. The admission policies let few users write any. Without the
// policies, a tenant could otherwise fill the operator's memory.
const maxGrants = 10_000

// store has the grants of one kind. A Reflector updates it.
type store struct {
	// grantOf returns the grant of an object, and false if it is none.
	grantOf func(object any) (Grant, bool)
	changed Changed
	// replaced is called after the store has been filled.
	replaced func()

	// grants has values of type *Grant, which do not change.
	grants toolscache.ThreadSafeStore
	// n is the number of grants. Only the Reflector uses it.
	n      int
	synced atomic.Bool
}

var _ toolscache.ReflectorStore = &store{}

func newStore(grantOf func(any) (Grant, bool), changed Changed, replaced func()) *store {
	byNamespace := func(object any) ([]string, error) { return []string{stored(object).Namespace}, nil }
	return &store{
		grantOf: grantOf, changed: changed, replaced: replaced,
		grants: toolscache.NewThreadSafeStore(toolscache.Indexers{toolscache.NamespaceIndex: byNamespace}, toolscache.Indices{}),
	}
}

// stored converts a value of store.grants. It returns nil for nil.
func stored(object any) *Grant {
	g, _ := object.(*Grant)
	return g
}

// Add implements ReflectorStore.
func (s *store) Add(object any) error {
	if g, ok := s.grantOf(object); ok {
		s.put(&g)
		return nil
	}
	return s.Delete(object)
}

// Update implements ReflectorStore.
func (s *store) Update(object any) error { return s.Add(object) }

// Delete implements ReflectorStore.
func (s *store) Delete(object any) error {
	key, err := toolscache.DeletionHandlingMetaNamespaceKeyFunc(object)
	if err != nil {
		return fmt.Errorf("key of %T: %w", object, err)
	}
	s.remove(key)
	return nil
}

// Replace implements ReflectorStore.
func (s *store) Replace(objects []any, _ string) error {
	gone := sets.New(s.grants.ListKeys()...)
	for _, object := range objects {
		if g, ok := s.grantOf(object); ok {
			s.put(&g)
			gone.Delete(g.key())
		}
	}
	for key := range gone {
		s.remove(key)
	}
	s.synced.Store(true)
	s.replaced()
	return nil
}

// Resync implements ReflectorStore.
func (*store) Resync() error { return nil }

// put stores a grant, and calls changed if it differs.
func (s *store) put(g *Grant) {
	object, existed := s.grants.Get(g.key())
	before := stored(object)
	switch {
	case existed && *before == *g, !existed && s.n >= maxGrants:
		return
	case !existed:
		s.n++
	}
	s.grants.Add(g.key(), g)
	s.changed(before, g)
}

// remove removes a grant, and calls changed if it existed.
func (s *store) remove(key string) {
	object, existed := s.grants.Get(key)
	if !existed {
		return
	}
	s.grants.Delete(key)
	s.n--
	s.changed(stored(object), nil)
}

func (s *store) each(f func(*Grant)) {
	for _, object := range s.grants.List() {
		f(stored(object))
	}
}

func (s *store) count() int { return len(s.grants.ListKeys()) }

// appendTo appends the grants of a namespace that concern a map.
func (s *store) appendTo(out []Grant, owner names.Owner, namespace string) []Grant {
	// The only possible error is a missing index.
	grants, _ := s.grants.ByIndex(toolscache.NamespaceIndex, namespace)
	for _, object := range grants {
		if g := stored(object); g.InTarget || namespace == owner.Namespace && g.OnMap(owner.Name) {
			out = append(out, *g)
		}
	}
	return out
}
