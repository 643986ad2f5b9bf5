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

package changes

import (
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/preview"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/targets"
)

// Affected returns the maps that have to be compared, sorted. Most maps of a repository are the same before and after, and
// are left out, unless they can give a right that a map that differs gives, too: on the requests of the same namespace, or in
// a target namespace. Removed says that a map that is only before is one that is removed. Differ has maps that are not written
// alike, even if they mean the same.
func Affected(before, after *preview.World, removed bool, differ map[types.NamespacedName]bool) []types.NamespacedName {
	was, is := before.ByName(), after.ByName()
	all := maps.Clone(is)
	if removed {
		maps.Copy(all, was)
	}
	if sameSurroundings(before, after) {
		removeUnaffected(all, was, is, differ)
	}
	return slices.SortedFunc(maps.Keys(all), func(a, b types.NamespacedName) int { return strings.Compare(a.String(), b.String()) })
}

// sameSurroundings reports whether everything that maps depend on is the same before and after.
func sameSurroundings(before, after *preview.World) bool {
	return equality.Semantic.DeepEqual(before.Policy, after.Policy) && maps.Equal(before.Absent, after.Absent) &&
		maps.EqualFunc(before.Namespaces, after.Namespaces, func(a, b metav1.Object) bool { return !targets.IsRelevantChange(a, b) })
}

type mapsByName = map[types.NamespacedName]*v1alpha1.StakeholderMap

func removeUnaffected(all, was, is mapsByName, differ map[types.NamespacedName]bool) {
	changed, namespaces, inTargets := make(map[types.NamespacedName]bool), make(map[string]bool), false
	for key := range all {
		a, b := was[key], is[key]
		if !differ[key] && a != nil && b != nil && equality.Semantic.DeepEqual(a.Spec, b.Spec) {
			continue
		}
		changed[key], namespaces[key.Namespace] = true, true
		inTargets = inTargets || preview.DeclaresTargets(a) || preview.DeclaresTargets(b)
	}
	maps.DeleteFunc(all, func(key types.NamespacedName, m *v1alpha1.StakeholderMap) bool {
		affected := changed[key] || namespaces[key.Namespace] || inTargets && preview.DeclaresTargets(m)
		return !affected
	})
}
