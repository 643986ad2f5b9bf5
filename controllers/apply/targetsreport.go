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

	"github.com/stakeholders-dev/stakeholder-operator/controllers/approvals"
)

// TargetsReport is the result of enforcing a plan.
type TargetsReport struct {
	// Result has the outcomes that concern no particular namespace.
	Result
	// ByNamespace has the problems by namespace.
	ByNamespace map[string]Result
	// Gained are the namespaces in which some roles gained their rights, sorted by name.
	Gained []Gain
	// Left are the namespaces in which a subject held a right through the map before and none does now, sorted. LeftOut
	// are the namespaces of the plan in which the map has no objects because the mode allows no additions.
	Left, LeftOut []string
	// Repaired lists the kinds of the written objects, sorted, for target namespaces in which the map had objects
	// before and no role gained its rights.
	Repaired []string
	// Opened says what approvals open in the map's own namespace. It is nil if that is not known, because the cache is stale or could
	// not be read.
	Opened *Opened
	// InOtherNamespaces is false if the map certainly has no object in any other namespace.
	InOtherNamespaces bool
}

// InNamespaces returns the problems of all namespaces.
func (r *TargetsReport) InNamespaces() Result {
	var result Result
	for _, namespace := range slices.Sorted(maps.Keys(r.ByNamespace)) {
		result = append(result, r.ByNamespace[namespace]...)
	}
	return result
}

// Gain records that subjects gained the rights of roles in a namespace where no subject held them before.
type Gain struct {
	Namespace string
	// Roles are the values of names.LabelRole, in the order of names.Roles. They omit a role if its RoleBinding was
	// refused.
	Roles []string
	// First says that the map had no objects there before.
	First bool
	// Written lists the kinds of the objects written there.
	Written []string
}

// Opened describes what approvals open in the map's own namespace.
type Opened struct {
	// Result has the problems with the Role and the RoleBinding.
	Result
	// Open are the approvals that are open.
	Open map[approvals.Approval]bool
	// Repaired lists the kinds of the written objects, if another writer had changed or deleted them. They are in
	// TargetsReport.Repaired instead if the namespace is a target namespace, too.
	Repaired []string
}

// addTarget adds the results of a namespace.
func (r *TargetsReport) addTarget(w *targetWriter, repaired map[string]bool) {
	if w.opened != nil {
		r.Opened = w.opened
	}
	problems, written := w.result.Problems(), w.result.Written()
	if len(problems) > 0 {
		r.ByNamespace[w.namespace] = problems
	}
	switch {
	case len(w.gained) > 0:
		r.Gained = append(r.Gained, Gain{Namespace: w.namespace, Roles: w.gained, First: w.unknown, Written: written})
	case len(written) == 0 || w.unknown:
	case !w.wanted:
		// An object that gave no right does not count: any user can create a ConfigMap of that name.
		if len(problems) == 0 && w.have.gaveRights() {
			r.Left = append(r.Left, w.namespace)
		}
	default:
		for _, kind := range written {
			repaired[kind] = true
		}
	}
}
