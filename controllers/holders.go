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

package controllers

import (
	"sync"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// holders remembers who holds the grants of each map, because when a map is deleted nothing else tells
// any more who has lost them. The zero value is ready for use, by several goroutines.
type holders struct {
	mu    sync.Mutex
	byMap map[types.NamespacedName]holdersOf
}

type holdersOf struct {
	uid types.UID
	// subjects are sorted, by the value of names.LabelRole.
	subjects map[string][]rbacv1.Subject
}

// remember replaces what was known of who holds the grants of a map.
func (h *holders) remember(m *v1alpha1.StakeholderMap, subjects map[string][]rbacv1.Subject) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.byMap == nil {
		h.byMap = make(map[types.NamespacedName]holdersOf)
	}
	h.byMap[types.NamespacedName{Namespace: m.Namespace, Name: m.Name}] = holdersOf{m.UID, subjects}
}

// forget drops a map that is gone, and returns its UID and who held its grants.
func (h *holders) forget(key types.NamespacedName) (types.UID, map[string][]rbacv1.Subject) {
	h.mu.Lock()
	defer h.mu.Unlock()
	gone := h.byMap[key]
	delete(h.byMap, key)
	return gone.uid, gone.subjects
}
