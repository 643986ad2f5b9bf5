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
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// Snapshot is a namespace at one moment: as it was, or that there was none of the name.
type Snapshot struct {
	name    string
	ns      metav1.Object
	consent consent
}

// Observed is a namespace as it is.
func Observed(ns metav1.Object) Snapshot {
	return Snapshot{name: ns.GetName(), ns: ns, consent: consentOf(ns)}
}

// Absent says that there is no namespace of a name.
func Absent(name string) Snapshot { return Snapshot{name: name} }

// Part is everything about a namespace that a map depends on. A map for which it stays the same has no reason to be
// reconciled when the namespace changes: a namespace that refuses must not cost the maps that select it anything.
type Part struct {
	// State is that of the target, or "" if the namespace is none.
	State State
	// Accounts says that the ServiceAccounts that the map names there play a part.
	Accounts bool
	// UID is that of a namespace that accepts the map: another one of the name has nothing of the map yet.
	UID types.UID
}

// Part is what a map makes of the namespace.
func (s Snapshot) Part(m *v1alpha1.StakeholderMap) Part {
	part := Part{State: s.state(m)}
	accepts := s.ns != nil && !Reserved(s.name) && s.consent.lists(m.Namespace)
	part.Accounts = accepts && slices.Contains(serviceAccountNamespaces(m), s.name)
	if part.State == Accepted || part.Accounts {
		part.UID = s.ns.GetUID()
	}
	return part
}

func (s Snapshot) state(m *v1alpha1.StakeholderMap) State {
	if slices.Contains(m.Spec.TargetNamespaces.Names, s.name) {
		return stateOfNamed(s.name, s.ns, s.consent.lists(m.Namespace))
	}
	if s.ns == nil || !s.consent.lists(m.Namespace) {
		return ""
	}
	matcher, err := m.Spec.TargetNamespaces.Selector.Matcher()
	if err != nil || !matcher.Matches(labels.Set(s.ns.GetLabels())) {
		return ""
	}
	return stateOfSelected(s.ns)
}

// Lookup says where to look for maps that depend on a namespace: those with one of the MapKeys, in one namespace, or
// in all if it is "".
type Lookup struct{ Key, MapNamespace string }

// maxLookups bounds what one event about a namespace with many labels and a long annotation costs.
const maxLookups = 1024

// Lookups lists where to look for the maps for which a namespace may have changed. Only a map that names a namespace
// depends on one that does not accept it, so a namespace that refuses is looked up by its name alone.
func Lookups(before, after Snapshot) []Lookup {
	keys, mapNamespaces := make(map[string]bool), make(map[string]bool)
	for _, s := range []Snapshot{before, after} {
		if s.ns == nil || s.consent.empty() {
			continue
		}
		for _, key := range labelKeys(s.ns) {
			keys[key] = true
		}
		keys[everyNamespace] = true
		if s.consent.all {
			mapNamespaces[metav1.NamespaceAll] = true
		}
		maps.Copy(mapNamespaces, s.consent.namespaces)
	}
	if mapNamespaces[metav1.NamespaceAll] || len(keys)*len(mapNamespaces) > maxLookups {
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
