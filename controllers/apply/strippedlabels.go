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
	"sync"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

// acceptStripped takes an object of the map for what was written if it is exactly what was stored of that, except for our
// labels: then admission takes them away, and would do so again. It is reported, and not written once more.
func (s *Session) acceptStripped(kind string, object client.Object) {
	if object.GetLabels()[names.LabelMap] != "" || !s.Writes.IsLastWrite(s.owner.NamespacedName(), kind, object) {
		return
	}
	labels := s.labelsOf(object)
	maps.Copy(labels, object.GetLabels())
	object.SetLabels(labels)
	s.stripped.add(&StrippedError{Kind: kind, Namespace: object.GetNamespace(), Name: object.GetName()})
}

// labelsOf are those of ours that an output of the map has.
func (s *Session) labelsOf(object client.Object) map[string]string {
	role := names.GrantRole(s.owner.Name, object.GetName())
	return s.owner.Labels(cmp.Or(role, names.TargetBindingRole(s.owner, object.GetName()), names.AccountRole(s.owner, object.GetName())))
}

// StrippedError says that an object was stored without our labels. It is in force, but the operator is not told when it
// changes.
type StrippedError struct{ Kind, Namespace, Name string }

func (e *StrippedError) Error() string {
	return fmt.Sprintf("%s %s/%s was stored without label %s: admission removes it, so the operator is not told when the object changes; exempt the operator's objects from that policy",
		e.Kind, e.Namespace, e.Name, names.LabelMap)
}

// strippedErrors collects them, by several goroutines.
type strippedErrors struct {
	mu   sync.Mutex
	errs map[StrippedError]bool
}

func (s *strippedErrors) add(e *StrippedError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.errs == nil {
		s.errs = make(map[StrippedError]bool)
	}
	s.errs[*e] = true
}

// drop is for an object that is removed.
func (s *strippedErrors) drop(kind string, key types.NamespacedName) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.errs, StrippedError{Kind: kind, Namespace: key.Namespace, Name: key.Name})
}

// result has them, sorted.
func (s *strippedErrors) result() Result {
	s.mu.Lock()
	defer s.mu.Unlock()
	var result Result
	for e := range s.errs {
		result = result.add(e.Kind, false, &e)
	}
	slices.SortFunc(result, func(a, b Outcome) int { return cmp.Compare(a.Err.Error(), b.Err.Error()) })
	return result
}
