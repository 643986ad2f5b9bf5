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
	"sync"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/resourceversion"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// ErrCacheBehind says that the cache does not show yet what was written for a map a moment ago. There
// is nothing to do about it: the watch event that brings it up to date sets off another reconcile.
var ErrCacheBehind = errors.New("the cache is behind what was written")

// Writes remembers, for each map, the resource versions that its latest writes came to, until the
// cache shows them. Going by an older state would make the same writes, and tell the same events, once
// more. The zero value is ready for use, by several goroutines.
type Writes struct {
	mu       sync.Mutex
	versions map[types.NamespacedName]map[string]string
}

// Done notes that an object of a map has been written, and the resource version that came of it.
func (w *Writes) Done(owner types.NamespacedName, kind, name, resourceVersion string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.versions == nil {
		w.versions = make(map[types.NamespacedName]map[string]string)
	}
	if w.versions[owner] == nil {
		w.versions[owner] = make(map[string]string)
	}
	w.versions[owner][kind+"/"+name] = resourceVersion
}

// Behind says whether an object, as the cache shows it, is older than what was last written. If it is
// not, the write is forgotten.
func (w *Writes) Behind(owner types.NamespacedName, kind string, object client.Object) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	key := kind + "/" + object.GetName()
	written, ok := w.versions[owner][key]
	if !ok {
		return false
	}
	if order, err := resourceversion.CompareResourceVersion(object.GetResourceVersion(), written); err == nil && order < 0 {
		return true
	}
	delete(w.versions[owner], key)
	if len(w.versions[owner]) == 0 {
		delete(w.versions, owner)
	}
	return false
}

// Forget drops what was noted of a map, because it is gone.
func (w *Writes) Forget(owner types.NamespacedName) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.versions, owner)
}
