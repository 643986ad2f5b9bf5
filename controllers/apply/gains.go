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
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

// Gain says that people have got the rights of roles in a namespace in which nobody held those.
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

// targetResult is what was done in one namespace.
type targetResult struct {
	// written are the kinds that were written.
	written []string
	// gained are the roles that nobody held there and somebody now does.
	gained []string
}

// add notes what came of a namespace.
func (r *TargetsReport) add(task targetTask, done targetResult, err error, repaired map[string]bool) {
	if err != nil {
		r.Failed[task.namespace] = err
	}
	switch {
	case len(done.gained) > 0:
		r.Gained = append(r.Gained, Gain{
			Namespace: task.namespace, Roles: done.gained, First: task.have == nil, Written: slices.Compact(slices.Sorted(slices.Values(done.written))),
		})
	case len(done.written) == 0 || task.have == nil:
	case !task.wanted:
		// What only has a map's name, as anybody can make a ConfigMap, was no right.
		if err == nil && task.have.gaveRights() {
			r.Left = append(r.Left, task.namespace)
		}
	default:
		for _, kind := range done.written {
			repaired[kind] = true
		}
	}
}

// bindsSomebody says whether a RoleBinding in a target namespace gives anybody the rights of a role.
func bindsSomebody(binding *rbacv1.RoleBinding, role string) bool {
	return binding != nil && len(binding.Subjects) > 0 && binding.RoleRef == render.TargetRoleRef(role)
}
