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
	"slices"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// serviceAccountNamespaces returns the other namespaces whose ServiceAccounts a map names, sorted.
func serviceAccountNamespaces(m *v1alpha1.StakeholderMap) []string {
	var out []string
	m.Spec.EachSubjects(func(list *[]v1alpha1.Subject) {
		for _, s := range *list {
			if foreignServiceAccount(m, s) {
				out = append(out, s.Namespace)
			}
		}
	})
	slices.Sort(out)
	return slices.Compact(out)
}

func foreignServiceAccount(m *v1alpha1.StakeholderMap, s v1alpha1.Subject) bool {
	return s.Kind == v1alpha1.SubjectServiceAccount && s.In(m.Namespace).Namespace != m.Namespace
}

// Consented returns a map without the ServiceAccounts of namespaces that do not accept it, and those namespaces,
// sorted. Otherwise the author of a map could give rights to another team's ServiceAccount, or name it as a party. The
// party itself stays, with its handles. Consented does not change the given map, and returns it if nothing is left out.
func Consented(m *v1alpha1.StakeholderMap, source Source) (consented *v1alpha1.StakeholderMap, refused []string, err error) {
	for _, name := range serviceAccountNamespaces(m) {
		ns, err := source.ByName(name)
		if err != nil {
			return nil, nil, err
		}
		if ns == nil || !Accepts(ns, m.Namespace) {
			refused = append(refused, name)
		}
	}
	if len(refused) == 0 {
		return m, nil, nil
	}
	out := m.DeepCopy()
	out.Spec.EachSubjects(func(list *[]v1alpha1.Subject) {
		*list = slices.DeleteFunc(*list, func(s v1alpha1.Subject) bool {
			return foreignServiceAccount(m, s) && slices.Contains(refused, s.Namespace)
		})
	})
	return out, refused, nil
}
