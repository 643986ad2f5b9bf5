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

package v1alpha1

import "slices"

// In is the subject as a map in the namespace means it: a ServiceAccount without a namespace is in the
// map's own namespace.
func (s *Subject) In(namespace string) Subject {
	out := *s
	if out.Kind == SubjectServiceAccount && out.Namespace == "" {
		out.Namespace = namespace
	}
	return out
}

// EffectiveSpec is the spec with the namespaces of all ServiceAccounts filled in. All code that compares or writes
// subjects starts from it. It returns the spec itself if no namespace is missing, so callers must not change it.
func (m *StakeholderMap) EffectiveSpec() *StakeholderMapSpec {
	complete := true
	m.Spec.EachSubjects(func(list *[]Subject) {
		complete = complete && !slices.ContainsFunc(*list, func(s Subject) bool { return s.In(m.Namespace) != s })
	})
	if complete {
		return &m.Spec
	}
	out := m.Spec.DeepCopy()
	out.EachSubjects(func(list *[]Subject) {
		for i, s := range *list {
			(*list)[i] = s.In(m.Namespace)
		}
	})
	return out
}

// EachSubjects calls f with the subjects of each party, which it can change.
func (s *StakeholderMapSpec) EachSubjects(f func(*[]Subject)) {
	for i := range s.Customers {
		f(&s.Customers[i].Subjects)
	}
	for i := range s.EndUsers {
		f(&s.EndUsers[i].Subjects)
	}
	f(&s.ProductOwner.Subjects)
	f(&s.DevelopmentTeam.Subjects)
}
