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
	"cmp"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// State is whether a namespace takes part.
type State string

const (
	// Accepted : it takes part.
	Accepted State = "Accepted"
	// Refused : its annotation does not list the map's namespace, or it belongs to Kubernetes.
	Refused State = "Refused"
	// Missing : the map names it and it does not exist.
	Missing State = "Missing"
	// Terminating : the map names it and it is being deleted.
	Terminating State = "Terminating"
)

// Target is a namespace that a map names or its selector picks.
type Target struct {
	Namespace string
	State     State
}

// Source finds namespaces.
type Source interface {
	// ByName returns a namespace, or nil if there is none.
	ByName(name string) (metav1.Object, error)
	// ByKey calls f with each namespace that has a key, as NamespaceKeys makes them. f keeps none of them.
	ByKey(key string, f func(metav1.Object)) error
}

// Resolve lists the target namespaces of a map, sorted by name. A namespace that only the selector picks
// and that is being deleted is none: it comes and goes without anybody having to do something about it. The
// error is the source's, or that of a selector that cannot be read.
func Resolve(m *v1alpha1.StakeholderMap, source Source) ([]Target, error) {
	t := &m.Spec.TargetNamespaces
	matcher, err := t.Selector.Matcher()
	if err != nil {
		return nil, err
	}
	states := make(map[string]State)
	for _, key := range SelectorKeys(t.Selector) {
		err := source.ByKey(key, func(ns metav1.Object) {
			if !terminating(ns) && matcher.Matches(labels.Set(ns.GetLabels())) && !kubernetesOwn(ns.GetName()) {
				states[ns.GetName()] = consent(ns, m.Namespace)
			}
		})
		if err != nil {
			return nil, err
		}
	}
	for _, name := range t.Names {
		ns, err := source.ByName(name)
		if err != nil {
			return nil, err
		}
		switch {
		case ns == nil:
			states[name] = Missing
		case terminating(ns):
			states[name] = Terminating
		default:
			states[name] = consent(ns, m.Namespace)
		}
	}
	out := make([]Target, 0, len(states))
	for name, state := range states {
		out = append(out, Target{name, state})
	}
	slices.SortFunc(out, func(a, b Target) int { return cmp.Compare(a.Namespace, b.Namespace) })
	return out, nil
}

func consent(ns metav1.Object, mapNamespace string) State {
	if Accepts(ns, mapNamespace) {
		return Accepted
	}
	return Refused
}

// TakesPart says whether a namespace is a target of a map, and an accepted one.
func TakesPart(m *v1alpha1.StakeholderMap, ns metav1.Object) bool {
	if terminating(ns) || !Accepts(ns, m.Namespace) {
		return false
	}
	matcher, err := m.Spec.TargetNamespaces.Selector.Matcher()
	return slices.Contains(m.Spec.TargetNamespaces.Names, ns.GetName()) || err == nil && matcher.Matches(labels.Set(ns.GetLabels()))
}

// Concerns says whether a map depends on a namespace as it is, which MapKeys and NamespaceKeys only suspect.
func Concerns(m *v1alpha1.StakeholderMap, ns metav1.Object) bool {
	if slices.Contains(m.Spec.TargetNamespaces.Names, ns.GetName()) || slices.Contains(serviceAccountNamespaces(m), ns.GetName()) {
		return true
	}
	matcher, err := m.Spec.TargetNamespaces.Selector.Matcher()
	return err == nil && matcher.Matches(labels.Set(ns.GetLabels()))
}
