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
	"cmp"
	"fmt"
	"maps"
	"slices"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

// acceptStripped adds our labels to an object that the API server stored exactly as it was written except for them.
// Admission has removed them, and would remove them again. So the object is reported and not written again.
func (s *Session) acceptStripped(object client.Object) {
	if object.GetLabels()[names.LabelMap] != "" || !s.Writes.IsLastWrite(s.owner.NamespacedName(), kindOf(object), object) {
		return
	}
	role := cmp.Or(names.GrantRole(s.owner.Name, object.GetName()), names.TargetBindingRole(s.owner, object.GetName()),
		names.AccountRole(s.owner, object.GetName()))
	labels := s.owner.Labels(role)
	maps.Copy(labels, object.GetLabels())
	object.SetLabels(labels)
	s.stripped.Store(partOf(object), true)
}

// StrippedError means that an object was stored without our labels. It is in force, but the operator gets no watch
// event when it changes.
type StrippedError struct{ Part }

func (e *StrippedError) Error() string {
	return fmt.Sprintf("%s was stored without label %s: admission removes it, so the operator is not told when the object changes; exempt the operator's objects from that policy",
		e.Part, names.LabelMap)
}

// Stripped returns an error for each object that was stored without our labels, and that the session has not removed,
// sorted. Call it after the writes. It does not matter for a map that is being deleted.
func (s *Session) Stripped() Result {
	var result Result
	for key := range s.stripped.Range {
		part := key.(Part) //nolint:errcheck,forcetypeassert // see Session
		result = result.add(part.Kind, false, &StrippedError{part})
	}
	slices.SortFunc(result, func(a, b Outcome) int { return cmp.Compare(a.Err.Error(), b.Err.Error()) })
	return result
}
