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

package targets

import (
	"maps"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// Snapshot is the state of a namespace at one moment, which can be that it does not exist.
type Snapshot struct {
	name    string
	ns      metav1.Object
	consent consent
}

// Observed returns the snapshot of an existing namespace.
func Observed(ns metav1.Object) Snapshot {
	return Snapshot{name: ns.GetName(), ns: ns, consent: consentOf(ns)}
}

// Absent returns the snapshot of a namespace that does not exist.
func Absent(name string) Snapshot { return Snapshot{name: name} }

// Participation is everything about a namespace that a map depends on. If it stays the same when a namespace changes,
// the map needs no reconcile. So a namespace that refuses a map costs the map nothing.
type Participation struct {
	// State is the state of the target, or "" if the namespace is not a target.
	State State
	// Accounts is set if the namespace accepts the map and the map names ServiceAccounts in it.
	Accounts bool
	// UID is set for a namespace that accepts the map. A namespace that was created again has nothing of the map yet.
	UID types.UID
}

// Participation returns what a map depends on.
func (s Snapshot) Participation(m *v1alpha1.StakeholderMap) Participation {
	part := Participation{State: s.state(m)}
	accepts := !Reserved(s.name) && s.consent.lists(m.Namespace)
	part.Accounts = accepts && slices.Contains(serviceAccountNamespaces(m), s.name)
	if part.State == Accepted || part.Accounts {
		part.UID = s.ns.GetUID()
	}
	return part
}

func (s Snapshot) state(m *v1alpha1.StakeholderMap) State {
	isNamed, lists := slices.Contains(m.Spec.TargetNamespaces.Names, s.name), s.consent.lists(m.Namespace)
	if !isNamed && (!lists || !selects(m, s.ns)) {
		return ""
	}
	return stateOf(s.name, s.ns, isNamed, lists)
}

// Lookup is a query for maps that depend on a namespace: the maps with a key of MapKeys in one namespace, or in all if
// MapNamespace is empty.
type Lookup struct{ Key, MapNamespace string }

// maxLookups bounds the cost of an event about a namespace with many labels and a long annotation.
const maxLookups = 1024

// Lookups returns the queries for the maps that a change of a namespace can affect. If a namespace does not accept a
// map, the map depends on it only if it names the namespace. So a namespace that refuses is looked up by its name
// alone.
func Lookups(before, after Snapshot) []Lookup {
	keys, mapNamespaces := make(map[string]bool), make(map[string]bool)
	for _, s := range []Snapshot{before, after} {
		if len(s.consent) == 0 {
			continue
		}
		for _, key := range labelKeys(s.ns) {
			keys[key] = true
		}
		keys[everyNamespace] = true
		maps.Copy(mapNamespaces, s.consent)
	}
	if mapNamespaces[everyMap] || len(keys)*len(mapNamespaces) > maxLookups {
		mapNamespaces = map[string]bool{metav1.NamespaceAll: true}
	}
	out := make([]Lookup, 0, 1+len(keys)*len(mapNamespaces))
	out = append(out, Lookup{Key: byName(after.name), MapNamespace: metav1.NamespaceAll})
	for _, namespace := range slices.Sorted(maps.Keys(mapNamespaces)) {
		for _, key := range slices.Sorted(maps.Keys(keys)) {
			out = append(out, Lookup{Key: key, MapNamespace: namespace})
		}
	}
	return out
}
