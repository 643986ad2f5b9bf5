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
	"maps"
	"slices"
	"sync"
)

// syncSet is a set that is safe for concurrent use. The zero value is ready for use.
type syncSet[T comparable] struct {
	mu    sync.Mutex
	items map[T]bool
}

func (s *syncSet[T]) add(item T) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.items == nil {
		s.items = make(map[T]bool)
	}
	s.items[item] = true
}

func (s *syncSet[T]) drop(item T) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.items, item)
}

func (s *syncSet[T]) has(item T) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.items[item]
}

// all returns the items in no particular order.
func (s *syncSet[T]) all() []T {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Collect(maps.Keys(s.items))
}
