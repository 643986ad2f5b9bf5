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

package changes

import (
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/api/equality"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/preview"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/route"
)

// Pair is a map before and after. Nil: there is no such map.
type Pair struct {
	Before, After *preview.Product
	// RefusedBefore and RefusedAfter are the fields for which the API server refuses the map. Such a map never takes effect.
	RefusedBefore, RefusedAfter []string
	// Context says that the map counts only for the rights that other maps give, too. Its own changes are not listed.
	Context bool

	before, after rights
}

// name returns the name of the map.
func (p *Pair) name() string {
	if p.After != nil {
		return p.After.Name()
	}
	return p.Before.Name()
}

// assumed returns the namespaces that are assumed to accept the map.
func (p *Pair) assumed() map[string]bool {
	out := make(map[string]bool)
	for _, side := range []*preview.Product{p.Before, p.After} {
		if side != nil {
			maps.Copy(out, toSet(side.Assumed))
		}
	}
	return out
}

// settle replaces what the map declares by what is in force.
func (p *Pair) settle() {
	if len(p.RefusedBefore) > 0 {
		p.Before = withoutEffect(p.Before)
	}
	switch {
	case len(p.RefusedAfter) == 0:
		p.After = InForce(p.Before, p.After)
	case p.Before != nil:
		p.After = p.Before
	default:
		p.After = withoutEffect(p.After)
	}
}

// withoutEffect returns a map with nothing in force.
func withoutEffect(p *preview.Product) *preview.Product {
	out := *p
	out.Table, out.Namespaces, out.Copies = nil, nil, nil
	return &out
}

// InForce returns what is in force once the operator has seen an edit. No subject gains by an invalid map, and those that
// have left it lose their rights at once.
func InForce(before, after *preview.Product) *preview.Product {
	if after == nil || !after.IsInvalid() {
		return after
	}
	out := withoutEffect(after)
	if before == nil || before.Table == nil {
		return out
	}
	out.Table = route.Intersect(before.Table, after.Present())
	accepted, copies := after.Targets.Accepted(), after.Targets.Copies()
	out.Namespaces = slices.DeleteFunc(slices.Clone(before.Namespaces), func(namespace string) bool { return !slices.Contains(accepted, namespace) })
	out.Copies = make(map[string]bool)
	for namespace := range before.Copies {
		if copies[namespace] {
			out.Copies[namespace] = true
		}
	}
	return out
}

// state is what becomes of a map.
type state int

const (
	absent state = iota
	// refused : the API server does not accept the map.
	refused
	// invalid : the API server may accept the map, and the operator does not.
	invalid
	valid
)

func stateOf(p *preview.Product, refusal []string) state {
	switch {
	case p == nil:
		return absent
	case len(refusal) > 0:
		return refused
	case p.IsInvalid():
		return invalid
	default:
		return valid
	}
}

// states are those before and after.
func (p *Pair) states() (was, is state) {
	if len(p.RefusedAfter) > 0 {
		return stateOf(p.Before, p.RefusedBefore), refused
	}
	return stateOf(p.Before, p.RefusedBefore), stateOf(p.After, nil)
}

// isUnknown reports whether something may have been in force before that is not known.
func (p *Pair) isUnknown() bool { return p.Before != nil && !inForce(p.Before) }

// staysUnknown reports whether a map was invalid and is, and changes, and what is in force is not known.
func (p *Pair) staysUnknown() bool {
	was, is := p.states()
	return was == invalid && is == invalid && p.isUnknown() && !equality.Semantic.DeepEqual(p.Before.Map.Spec, p.After.Map.Spec)
}
