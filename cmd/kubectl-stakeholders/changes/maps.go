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
	"slices"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/preview"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/route"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
)

// InForce returns what is in force once the operator has seen an edit. No subject gains by an invalid map, and those that
// have left it lose their rights at once.
func InForce(before, after *preview.Product) *preview.Product {
	if after == nil || !after.IsInvalid() {
		return after
	}
	out := *after
	out.Table, out.Namespaces, out.Copies = nil, nil, nil
	if before == nil || before.Table == nil {
		return &out
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
	return &out
}

// mapItself says whether the map is added or removed, or becomes valid or invalid.
func (c *comparison) mapItself(p *Pair) {
	var out Phrase
	switch {
	case p.Before == nil && p.After.IsInvalid():
		out.say("the map is new and invalid")
		c.because(&out, p.After)
		out.say(": nothing of it is in force until it is valid")
	case p.Before == nil:
		out.say("the map is new: ")
		c.describe(&out, p.After)
	case p.After == nil:
		out.say("the map of ")
		out.name(p.Before.Map.Spec.Product.DisplayName)
		out.say(" is removed, and everything that it gives")
	case p.After.IsInvalid() && !p.Before.IsInvalid():
		out.say("the map becomes invalid")
		c.because(&out, p.After)
		out.say(": no subject gains a right until it is valid, and those who left lose theirs at once")
	case p.Before.IsInvalid() && !p.After.IsInvalid():
		out.say("the map becomes valid")
		if !inForce(p.Before) {
			out.say(": what was in force before is not known, so all rights are listed")
		}
	default:
		return
	}
	c.add(p, Change{Kind: Map, Phrase: out}, p.Before != nil, p.After != nil)
}

// because lists the rules that a map breaks.
func (c *comparison) because(out *Phrase, p *preview.Product) {
	findings := validate.Errors(p.Findings)
	codes := make([]string, 0, len(findings))
	for _, finding := range findings {
		codes = append(codes, string(finding.Code))
	}
	slices.Sort(codes)
	out.say(" (")
	out.add(listed(allNamed(slices.Compact(codes)), c.most))
	out.say(")")
}

// describe says what a new map has.
func (c *comparison) describe(out *Phrase, p *preview.Product) {
	spec := &p.Map.Spec
	out.name(spec.Product.DisplayName)
	out.say(" has " + messages.Count(len(spec.Customers), "customer", "customers") + ", " + messages.Count(len(spec.EndUsers), "end user", "end users") + " and ")
	if spec.ProductOwner.Declared() {
		out.say("the product owner ")
		out.name(spec.ProductOwner.Name)
	} else {
		out.say("no product owner")
	}
}
