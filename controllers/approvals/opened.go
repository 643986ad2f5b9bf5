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

package approvals

import (
	"maps"
	"sync"

	"k8s.io/apimachinery/pkg/types"
)

// Opened remembers what is open in the namespaces of maps, as the last reconcile of each map left it. Conditions of requests say
// it. The zero value is ready for use. It is safe for concurrent use.
type Opened struct {
	// Changed is called with a map for which something else is open than before, and says which approvals that concerns. A map can
	// have thousands that have lapsed. It must not block. Nil: nobody is told.
	Changed func(m types.NamespacedName, concerns func(Approval) bool)

	mu   sync.Mutex
	maps map[types.NamespacedName]State
}

// State says what is open for a map.
type State struct {
	// UID is that of the map.
	UID types.UID
	// Open has what is open in the map's namespace. Every target namespace without a problem has the same.
	Open map[Approval]bool
	// Lapsed has approvals that are not to be open, because the map has too many more recent ones. It saves each of them the
	// comparison with all others.
	Lapsed map[Approval]bool
	// Problem says why approvals that should be open are not, or is empty.
	Problem string
}

// Report replaces what is open for a map.
func (o *Opened) Report(m types.NamespacedName, next State) {
	o.mu.Lock()
	before, known := o.maps[m]
	all := before.UID != next.UID || before.Problem != next.Problem
	changed := all || !maps.Equal(before.Open, next.Open) || !maps.Equal(before.Lapsed, next.Lapsed)
	if changed || !known {
		if o.maps == nil {
			o.maps = make(map[types.NamespacedName]State)
		}
		o.maps[m] = next
	}
	o.mu.Unlock()
	if changed && o.Changed != nil {
		o.Changed(m, func(a Approval) bool {
			return all || before.Open[a] != next.Open[a] || before.Lapsed[a] != next.Lapsed[a]
		})
	}
}

// Forget drops a map that is gone.
func (o *Opened) Forget(m types.NamespacedName) {
	o.mu.Lock()
	_, known := o.maps[m]
	delete(o.maps, m)
	o.mu.Unlock()
	if known && o.Changed != nil {
		o.Changed(m, func(Approval) bool { return true })
	}
}

// Of returns what is open for a map, and false if no reconcile of the map has said so yet.
func (o *Opened) Of(m types.NamespacedName) (State, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	state, known := o.maps[m]
	return state, known
}
