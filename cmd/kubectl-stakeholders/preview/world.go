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

// Package preview says what the operator does with maps that are not applied yet. It is pure, and shares every rule with
// the operator.
package preview

import (
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/schema"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/targets"
)

// World is what the maps of a preview depend on.
type World struct {
	Maps []*v1alpha1.StakeholderMap
	// Refused has the problems of maps that the API server refuses.
	Refused map[types.NamespacedName][]schema.Problem
	// Policy applies to all maps. Nil means the defaults.
	Policy *v1alpha1.StakeholderPolicySpec
	// Namespaces are the known ones, by name. Absent has the names of those that are known not to exist. All others are
	// assumed to accept the maps that name them.
	Namespaces map[string]metav1.Object
	Absent     map[string]bool
	// Projects are the known AppProjects of Argo CD.
	Projects map[types.NamespacedName]metav1.Object
	// ArgoCDKeys are the other keys of Argo CD's ConfigMap, as far as they are known.
	ArgoCDKeys map[string]string
}

// ByName returns the maps by their names.
func (w *World) ByName() map[types.NamespacedName]*v1alpha1.StakeholderMap {
	out := make(map[types.NamespacedName]*v1alpha1.StakeholderMap, len(w.Maps))
	for _, m := range w.Maps {
		out[KeyOf(m)] = m
	}
	return out
}

// KeyOf returns the namespace and the name of a map.
func KeyOf(m *v1alpha1.StakeholderMap) types.NamespacedName {
	return types.NamespacedName{Namespace: m.Namespace, Name: m.Name}
}

// DeclaresTargets reports whether there is a map, and it has target namespaces.
func DeclaresTargets(m *v1alpha1.StakeholderMap) bool {
	return m != nil && (len(m.Spec.TargetNamespaces.Names) > 0 || m.Spec.TargetNamespaces.Selector != nil)
}

// source finds the namespaces of a World, and records which it had to assume.
type source struct {
	*World

	assumed map[string]bool
}

var _ targets.Source = source{}

// ByName implements targets.Source.
func (s source) ByName(name string) (metav1.Object, error) {
	if ns := s.Namespaces[name]; ns != nil {
		return ns, nil
	}
	if s.Absent[name] {
		return nil, nil
	}
	s.assumed[name] = true
	return &metav1.ObjectMeta{Name: name, Annotations: map[string]string{v1alpha1.AcceptMapsFrom: "*"}}, nil
}

// ByKey implements targets.Source.
func (s source) ByKey(key string, f func(metav1.Object)) error {
	for _, ns := range s.Namespaces {
		if slices.Contains(targets.NamespaceKeys(ns), key) {
			f(ns)
		}
	}
	return nil
}
