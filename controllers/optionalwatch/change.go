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

package optionalwatch

import (
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Change is called with each object that is added, changed or deleted. Before is nil for a new object, and after for a
// deleted one, which can be stale. It must return at once.
type Change func(before, after client.Object)

var _ toolscache.ResourceEventHandler = Change(nil)

// OnAdd implements ResourceEventHandler.
func (c Change) OnAdd(object any, _ bool) { c.OnUpdate(nil, object) }

// OnUpdate implements ResourceEventHandler.
func (c Change) OnUpdate(before, after any) {
	old, _ := before.(client.Object)
	current, _ := after.(client.Object)
	if old != nil || current != nil {
		c(old, current)
	}
}

// OnDelete implements ResourceEventHandler.
func (c Change) OnDelete(object any) {
	if gone, ok := object.(toolscache.DeletedFinalStateUnknown); ok {
		object = gone.Obj
	}
	c.OnUpdate(object, nil)
}
