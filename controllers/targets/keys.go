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

// Package targets decides in which namespaces a map takes part. It is pure: a Source supplies the namespaces.
//
// A cluster can have tens of thousands of namespaces and maps, so an event must not list all of either. An index finds
// both by keys. The keys of a namespace are those of the maps that can select it (NamespaceKeys). The keys of a map are
// those of the namespaces that it can depend on (MapKeys, Lookups). If a map depends on a namespace, the two share a
// key. The reverse need not be true.
package targets

import (
	"cmp"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/selection"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// everyNamespace is the key of a selector that no label narrows down.
const everyNamespace = "*"

func byName(name string) string            { return "name " + name }
func byKey(key string) string              { return "key " + key }
func byLabel(key, value string) string     { return "label " + key + "=" + value }
func byConsent(mapNamespace string) string { return "accepts " + mapNamespace }
func terminating(ns metav1.Object) bool    { return ns.GetDeletionTimestamp() != nil }

// IsRelevantChange reports whether two states of a namespace differ in anything that a map can depend on.
func IsRelevantChange(before, after metav1.Object) bool {
	return before.GetUID() != after.GetUID() || terminating(before) != terminating(after) ||
		before.GetAnnotations()[v1alpha1.AcceptMapsFrom] != after.GetAnnotations()[v1alpha1.AcceptMapsFrom] ||
		!labels.Equals(before.GetLabels(), after.GetLabels())
}

// MapKeys returns the index keys of a map: the names of the namespaces whose consent it needs, and the keys of its
// selector.
func MapKeys(m *v1alpha1.StakeholderMap) []string {
	keys := slices.Clone(selectorKeys(m.Spec.TargetNamespaces.Selector))
	for _, name := range slices.Concat(m.Spec.TargetNamespaces.Names, serviceAccountNamespaces(m)) {
		keys = append(keys, byName(name))
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// NamespaceKeys returns the index keys of a namespace: those of its labels and of the namespaces it accepts. A
// namespace that accepts no map has none, because selecting it has no effect.
func NamespaceKeys(ns metav1.Object) []string {
	accepts := consentOf(ns)
	if len(accepts) == 0 {
		return nil
	}
	return append(labelKeys(ns), accepts.keys()...)
}

func labelKeys(ns metav1.Object) []string {
	keys := make([]string, 0, 2*len(ns.GetLabels()))
	for key, value := range ns.GetLabels() {
		keys = append(keys, byKey(key), byLabel(key, value))
	}
	slices.Sort(keys)
	return keys
}

// candidateKeys returns the keys of all namespaces that a map's selector can match and that can accept the map.
func candidateKeys(m *v1alpha1.StakeholderMap) []string {
	keys := selectorKeys(m.Spec.TargetNamespaces.Selector)
	if len(keys) == 1 && keys[0] == everyNamespace {
		return []string{byConsent(everyMap), byConsent(m.Namespace)}
	}
	return keys
}

// selectorKeys returns the keys of all namespaces that a selector can match: those of its most selective requirement. A
// selector with only negative requirements, or none, has the key everyNamespace. A nil or invalid selector has no keys.
func selectorKeys(s *v1alpha1.NamespaceSelector) []string {
	matcher, err := s.Matcher()
	if err != nil || s == nil {
		return nil
	}
	requirements, _ := matcher.Requirements()
	candidates := [][]string{{everyNamespace}}
	for _, r := range requirements {
		switch r.Operator() {
		case selection.In, selection.Equals, selection.DoubleEquals:
			var keys []string
			for value := range r.Values() {
				keys = append(keys, byLabel(r.Key(), value))
			}
			slices.Sort(keys)
			candidates = append(candidates, keys)
		case selection.Exists:
			candidates = append(candidates, []string{byKey(r.Key())})
		default:
		}
	}
	return slices.MinFunc(candidates, func(a, b []string) int { return cmp.Compare(selectivity(a), selectivity(b)) })
}

// selectivity is smaller the fewer namespaces are likely to have one of the keys of a requirement.
func selectivity(keys []string) int {
	switch {
	case keys[0] == everyNamespace:
		return 1 << 20
	case strings.HasPrefix(keys[0], byKey("")):
		return 1 << 10
	default:
		return len(keys)
	}
}
