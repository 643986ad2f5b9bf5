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
	"maps"
	"slices"
)

// TargetsReport is what came of a plan.
type TargetsReport struct {
	// Result is about no namespace in particular.
	Result
	// ByNamespace has what went wrong, by namespace.
	ByNamespace map[string]Result
	// Gained are the namespaces in which the people of some roles have got their rights, sorted by name.
	Gained []Gain
	// Left are the namespaces in which a subject held a right by the map and none does now, sorted. LeftOut are those of the
	// plan in which it has nothing, because nothing is added now.
	Left, LeftOut []string
	// Repaired lists the kinds of the objects that were written in namespaces in which nothing was gained and that the map
	// has not left, sorted.
	Repaired []string
	// InOtherNamespaces is false if it is certain that the map has nothing in any other namespace.
	InOtherNamespaces bool
}

// InNamespaces returns what went wrong in all namespaces.
func (r *TargetsReport) InNamespaces() Result {
	var result Result
	for _, namespace := range slices.Sorted(maps.Keys(r.ByNamespace)) {
		result = append(result, r.ByNamespace[namespace]...)
	}
	return result
}

// Gain says that subjects have got the rights of roles in a namespace in which no subject held those.
type Gain struct {
	Namespace string
	// Roles are the values of names.LabelRole, in the order of names.Roles. A role whose RoleBinding was refused is not
	// among them.
	Roles []string
	// First says that the map had nothing there before.
	First bool
	// Written lists the kinds of the objects that were written there.
	Written []string
}

// addTarget adds what came of a namespace.
func (r *TargetsReport) addTarget(w *targetWriter, repaired map[string]bool) {
	problems, written := w.result.Problems(), w.result.Written()
	if len(problems) > 0 {
		r.ByNamespace[w.namespace] = problems
	}
	switch {
	case len(w.gained) > 0:
		r.Gained = append(r.Gained, Gain{Namespace: w.namespace, Roles: w.gained, First: w.unknown, Written: written})
	case len(written) == 0 || w.unknown:
	case !w.wanted:
		// An object that only has the name, as any user can create a ConfigMap, gave no right.
		if len(problems) == 0 && w.have.gaveRights() {
			r.Left = append(r.Left, w.namespace)
		}
	default:
		for _, kind := range written {
			repaired[kind] = true
		}
	}
}
