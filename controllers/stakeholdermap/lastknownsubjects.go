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

package stakeholdermap

import (
	"slices"
	"sync"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

// lastKnownSubjects remembers the subjects that have the grants of each map: when a map is deleted, no object says any more
// who lost them. The zero value is ready for use by several goroutines.
type lastKnownSubjects struct {
	mu    sync.Mutex
	byMap map[types.NamespacedName]mapSubjects
}

type mapSubjects struct {
	uid types.UID
	// subjects are sorted, by the place of their role in names.Roles.
	subjects [3][]rbacv1.Subject
}

// remember replaces the subjects that are known of a map. They are by the value of names.LabelRole. Nil means that they are
// not known now.
func (l *lastKnownSubjects) remember(m *v1alpha1.StakeholderMap, subjects map[string][]rbacv1.Subject) {
	if subjects == nil {
		return
	}
	known := mapSubjects{uid: m.UID}
	for i, role := range names.Roles {
		known.subjects[i] = slices.Clone(subjects[role])
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.byMap == nil {
		l.byMap = make(map[types.NamespacedName]mapSubjects)
	}
	l.byMap[types.NamespacedName{Namespace: m.Namespace, Name: m.Name}] = known
}

// forget drops a deleted map, and returns its UID and its last known subjects, by the value of names.LabelRole.
func (l *lastKnownSubjects) forget(key types.NamespacedName) (types.UID, map[string][]rbacv1.Subject) {
	l.mu.Lock()
	defer l.mu.Unlock()
	gone := l.byMap[key]
	delete(l.byMap, key)
	subjects := make(map[string][]rbacv1.Subject)
	for i, role := range names.Roles {
		if len(gone.subjects[i]) > 0 {
			subjects[role] = gone.subjects[i]
		}
	}
	return gone.uid, subjects
}
