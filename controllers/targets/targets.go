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

// State says whether and why a namespace takes part.
type State string

const (
	// Accepted : the namespace takes part.
	Accepted State = "Accepted"
	// Refused : the map names the namespace, whose annotation does not list the map's namespace.
	Refused State = "Refused"
	// Missing : the map names a namespace that does not exist.
	Missing State = "Missing"
	// Terminating : the map names a namespace that is being deleted.
	Terminating State = "Terminating"
	// Kubernetes : the namespace belongs to Kubernetes and never takes part.
	Kubernetes State = "Kubernetes"
)

// Target is a namespace that a map names, or that its selector matches and that accepts the map.
type Target struct {
	Namespace string
	State     State
	// Named is set if the map names it.
	Named bool
	// Table is set if the namespace gets a copy of the routing table.
	Table bool
}

// Resolution is the result of Resolve.
type Resolution struct {
	// Targets are sorted by name.
	Targets []Target
	// Reserved are the namespaces of Kubernetes that the selector matches and whose annotation accepts the map, sorted.
	Reserved []string
}

// Accepted lists the namespaces that take part.
func (r *Resolution) Accepted() []string {
	var out []string
	for _, t := range r.Targets {
		if t.State == Accepted {
			out = append(out, t.Namespace)
		}
	}
	return out
}

// Copies returns the namespaces that should have a copy of the routing table.
func (r *Resolution) Copies() map[string]bool {
	out := make(map[string]bool)
	for _, t := range r.Targets {
		if t.State == Accepted && t.Table {
			out[t.Namespace] = true
		}
	}
	return out
}

// Source finds namespaces.
type Source interface {
	// ByName returns a namespace, or nil if it does not exist.
	ByName(name string) (metav1.Object, error)
	// ByKey calls f with each namespace that has a key of NamespaceKeys. f must not keep the namespace.
	ByKey(key string, f func(metav1.Object)) error
}

// Resolve returns the target namespaces of a map. The error is the source's, or that of an invalid selector.
//
// Resolve omits namespaces that only the selector matches and that do not accept the map: the author of a map could
// otherwise learn the names and labels of all namespaces. It also omits those that are being deleted, because users
// cannot act on them.
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
			if state := stateOf(ns.GetName(), ns, false, true); state != "" {
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
		found[name] = Target{Namespace: name, State: stateOf(name, ns, true, ns != nil && Lists(ns, m.Namespace)), Named: true, Table: true}
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

// stateOf returns the state of a namespace that a map names, or that its selector matches: then it is "" for a namespace
// that is no target. ns is nil if it does not exist. lists says whether its annotation lists the map's namespace.
func stateOf(name string, ns metav1.Object, isNamed, lists bool) State {
	switch {
	case !isNamed && (!lists || terminating(ns)):
		return ""
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

// TakesPart reports whether a namespace is an accepted target of a map.
func TakesPart(m *v1alpha1.StakeholderMap, ns metav1.Object) bool {
	isNamed := slices.Contains(m.Spec.TargetNamespaces.Names, ns.GetName())
	return !terminating(ns) && Accepts(ns, m.Namespace) && (isNamed || selects(m, ns))
}

// selects reports whether a map's selector matches a namespace. An invalid selector matches none.
func selects(m *v1alpha1.StakeholderMap, ns metav1.Object) bool {
	matcher, err := m.Spec.TargetNamespaces.Selector.Matcher()
	return err == nil && matcher.Matches(labels.Set(ns.GetLabels()))
}
