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
	"cmp"
	"slices"

	"k8s.io/apimachinery/pkg/api/equality"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/preview"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
)

// mapItself says whether the map is added or removed, or becomes valid or invalid. Nil: it does not.
func (c *comparison) mapItself(p *Pair) Phrase {
	var out Phrase
	switch was, is := p.states(); is {
	case absent:
		c.removed(&out, p)
	case refused:
		c.isRefused(&out, p, was)
	case invalid:
		c.isInvalid(&out, p, was)
	case valid:
		c.isValid(&out, p, was)
	}
	return out
}

func (c *comparison) removed(out *Phrase, p *Pair) {
	out.say("the map of ")
	out.name(cmp.Or(p.Before.Map.Spec.Product.DisplayName, p.Before.Map.Name))
	out.say(" is ")
	out.stress("removed")
	out.say(", and everything that it gives")
	if next := c.moves[p.name()]; next != "" {
		out.say(": ")
		out.name(next)
		out.say(" declares the same")
	} else if p.isUnknown() {
		out.say(": what was in force is not known, so no right is listed")
	}
}

func (c *comparison) isRefused(out *Phrase, p *Pair, was state) {
	switch was {
	case absent:
		out.say("the map is ")
		out.stress("new")
		out.say(", and the API server ")
		out.stress("refuses")
		out.say(" it")
		c.because(out, p.RefusedAfter)
		out.say(": nothing of it takes effect until that is fixed")
	case refused:
	case invalid, valid:
		out.say("the API server ")
		out.stress("refuses")
		out.say(" the map")
		c.because(out, p.RefusedAfter)
		out.say(": nothing changes until that is fixed")
	}
}

func (c *comparison) isInvalid(out *Phrase, p *Pair, was state) {
	switch {
	case was == absent:
		out.say("the map is ")
		out.stress("new and invalid")
		c.because(out, codesOf(p.After))
		out.say(": nothing of it is in force until it is valid")
		return
	case was == valid:
		out.say("the map becomes ")
		out.stress("invalid")
	case was == refused:
		out.say("the API server no longer refuses the map, but it is ")
		out.stress("invalid")
	case p.staysUnknown():
		out.say("the map stays ")
		out.stress("invalid")
	default:
		return
	}
	c.because(out, codesOf(p.After))
	if p.isUnknown() {
		out.say(": what is in force is not known")
	}
	out.say(". If the API server accepts it, no subject gains a right until it is valid, and those who left lose theirs at once")
}

func (c *comparison) isValid(out *Phrase, p *Pair, was state) {
	switch was {
	case absent:
		out.say("the map is ")
		out.stress("new")
		out.say(": ")
		c.describe(out, p.After)
	case refused, invalid:
		out.say("the map becomes ")
		out.stress("valid")
		if p.isUnknown() {
			out.say(": what was in force before is not known, so all rights that it gives are listed as gains, and losses are not listed")
		}
	case valid:
	}
}

// because lists what is wrong with a map.
func (c *comparison) because(out *Phrase, problems []string) {
	out.say(" (")
	out.add(listed(allNamed(problems), c.most))
	out.say(")")
}

// codesOf returns the rules that a map breaks, sorted.
func codesOf(p *preview.Product) []string {
	findings := validate.Errors(p.Findings)
	codes := make([]string, 0, len(findings))
	for _, finding := range findings {
		codes = append(codes, string(finding.Code))
	}
	slices.Sort(codes)
	return slices.Compact(codes)
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
	if old := c.moves[p.Name()]; old != "" {
		out.say(", as ")
		out.name(old)
		out.say(", which is removed")
	}
}

// findMoves finds maps that are removed and added again under another name. What a refused map declares takes no effect.
func (c *comparison) findMoves(pairs []Pair) {
	for i := range pairs {
		if pairs[i].Before != nil || len(pairs[i].RefusedAfter) > 0 {
			continue
		}
		old := slices.IndexFunc(pairs, func(p Pair) bool {
			return p.After == nil && len(p.RefusedBefore) == 0 && equality.Semantic.DeepEqual(p.Before.Map.Spec, pairs[i].After.Map.Spec)
		})
		if old >= 0 {
			c.moves[pairs[i].name()], c.moves[pairs[old].name()] = pairs[old].name(), pairs[i].name()
		}
	}
}
