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

// Package intern makes cached objects share one copy of equal texts. Decoding copies each text for every object, so a
// cache of ten thousand maps would have "rbac.authorization.k8s.io" a hundred thousand times.
package intern

import (
	"slices"
	"strings"
	"sync"
)

const (
	// maxEntries bounds the number of values in each table, and maxBytes the size of each value: users can write
	// objects with any text.
	maxEntries = 2048
	maxBytes   = 512
)

// Table has one copy of each value, by its text. A full table is emptied: objects keep what they have, and new ones share
// new copies. The zero value is ready for use by several goroutines.
type Table[T any] struct {
	mu     sync.Mutex
	values map[string]T
}

// Get returns the value for a text, and makes it if there is none. It is not kept if the text is long.
func (t *Table[T]) Get(text string, value func() T) T {
	if len(text) > maxBytes {
		return value()
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if known, ok := t.values[text]; ok {
		return known
	}
	if t.values == nil || len(t.values) == maxEntries {
		t.values = make(map[string]T)
	}
	made := value()
	t.values[text] = made
	return made
}

var (
	texts Table[string]
	lists Table[[]string]
)

// String returns an equal text, usually the shared copy. Use it for texts that many objects have.
func String(s string) string {
	if s == "" {
		return ""
	}
	return texts.Get(s, func() string { return strings.Clone(s) })
}

// Strings returns an equal list. It must not be changed, because other objects share it.
func Strings(list []string) []string {
	if len(list) == 0 {
		return list
	}
	// No text in Kubernetes' own lists has a zero byte. A list with such a text is never taken for another one, because
	// Get's result is compared with the list.
	shared := lists.Get(strings.Join(list, "\x00"), func() []string {
		own := make([]string, len(list))
		for i, s := range list {
			own[i] = String(s)
		}
		return own
	})
	if !slices.Equal(shared, list) {
		return list
	}
	return shared
}
