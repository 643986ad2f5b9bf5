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
	"maps"
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
	// Refused : the map names it, and its annotation does not list the map's namespace.
	Refused State = "Refused"
	// Missing : the map names it and it does not exist.
	Missing State = "Missing"
	// Terminating : the map names it and it is being deleted.
	Terminating State = "Terminating"
	// Kubernetes : it belongs to Kubernetes, so it never takes part.
	Kubernetes State = "Kubernetes"
)

// Target is a namespace that a map names, or that its selector picks and that accepts the map.
type Target struct {
	Namespace string
	State     State
	// Named says that the map names it.
	Named bool
	// Table says that a copy of the routing table is due there.
	Table bool
}

// Resolution is what comes of the target namespaces that a map asks for.
type Resolution struct {
	// Targets are sorted by name.
	Targets []Target
	// Reserved are the namespaces of Kubernetes that the selector picks, and that accept the map in vain, sorted.
	Reserved []string
}

// Source finds namespaces.
type Source interface {
	// ByName returns a namespace, or nil if there is none.
	ByName(name string) (metav1.Object, error)
	// ByKey calls f with each namespace that has a key, as NamespaceKeys makes them. f keeps none of them.
	ByKey(key string, f func(metav1.Object)) error
}

// Resolve finds the target namespaces of a map. The error is the source's, or that of a selector that cannot be read.
//
// Of a namespace that only the selector picks and that does not accept the map, nothing is told: whoever may write maps
// could otherwise learn the names and labels of all namespaces. Nor of one that is being deleted: it comes and goes
// without anybody having to do something about it.
func Resolve(m *v1alpha1.StakeholderMap, source Source) (Resolution, error) {
	t := &m.Spec.TargetNamespaces
	matcher, err := t.Selector.Matcher()
	if err != nil {
		return Resolution{}, err
	}
	found := make(map[string]Target)
	for _, key := range candidateKeys(m) {
		err := source.ByKey(key, func(ns metav1.Object) {
			if !matcher.Matches(labels.Set(ns.GetLabels())) || !Lists(ns, m.Namespace) {
				return
			}
			if state := stateOfSelected(ns); state != "" {
				found[ns.GetName()] = Target{Namespace: ns.GetName(), State: state, Table: t.RoutingTable == v1alpha1.RoutingTableAll}
			}
		})
		if err != nil {
			return Resolution{}, err
		}
	}
	for _, name := range t.Names {
		ns, err := source.ByName(name)
		if err != nil {
			return Resolution{}, err
		}
		found[name] = Target{Namespace: name, State: stateOfNamed(name, ns, ns != nil && Lists(ns, m.Namespace)), Named: true, Table: true}
	}
	var out Resolution
	for _, name := range slices.Sorted(maps.Keys(found)) {
		if target := found[name]; target.Named || target.State != Kubernetes {
			out.Targets = append(out.Targets, target)
		} else {
			out.Reserved = append(out.Reserved, name)
		}
	}
	return out, nil
}

// stateOfSelected is that of a namespace that a selector picks and that lists the map's, or "" if it is no target.
func stateOfSelected(ns metav1.Object) State {
	switch {
	case terminating(ns):
		return ""
	case Reserved(ns.GetName()):
		return Kubernetes
	default:
		return Accepted
	}
}

// stateOfNamed is that of a namespace that a map names; ns is nil if there is none.
func stateOfNamed(name string, ns metav1.Object, lists bool) State {
	switch {
	case Reserved(name):
		return Kubernetes
	case ns == nil:
		return Missing
	case terminating(ns):
		return Terminating
	case lists:
		return Accepted
	default:
		return Refused
	}
}

// TakesPart says whether a namespace is a target of a map, and an accepted one.
func TakesPart(m *v1alpha1.StakeholderMap, ns metav1.Object) bool {
	if terminating(ns) || !Accepts(ns, m.Namespace) {
		return false
	}
	matcher, err := m.Spec.TargetNamespaces.Selector.Matcher()
	return slices.Contains(m.Spec.TargetNamespaces.Names, ns.GetName()) || err == nil && matcher.Matches(labels.Set(ns.GetLabels()))
}
