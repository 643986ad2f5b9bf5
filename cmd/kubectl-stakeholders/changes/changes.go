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

// Package changes says in words what an edit of maps changes: who gains and loses which rights, and who is asked about
// what. It is pure.
package changes

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/preview"
)

// Kind says what a change is about.
type Kind string

// The kinds, in the order of a report.
const (
	// Policy : the outputs of the StakeholderPolicy.
	Policy Kind = "Policy"
	// Map : a map is added or removed, or becomes valid or invalid.
	Map Kind = "Map"
	// Rights : a subject gains or loses rights or roles.
	Rights Kind = "Rights"
	// Party : a party joins or leaves, or is reached in another way.
	Party Kind = "Party"
	// Topic : a topic is added, removed, or goes to others.
	Topic Kind = "Topic"
	// Product : what the map says about the product.
	Product Kind = "Product"
	// Namespace : a target namespace begins or stops to take part.
	Namespace Kind = "Namespace"
)

// Change is one difference between before and after.
type Change struct {
	// Map is its namespace and name, such as payments/checkout.
	Map  string `json:"map,omitempty"`
	Kind Kind   `json:"kind"`
	// Names has the party (customer/acme-board), the topics, the namespace, or the field of the policy.
	Names []string `json:"names,omitempty"`
	// Subject has rights and roles. The lists are sorted, and complete even if the text abbreviates them.
	Subject *Subject `json:"subject,omitempty"`
	Gains   []Right  `json:"gains,omitempty"`
	Loses   []Right  `json:"loses,omitempty"`
	// LosesEverything says that the map gave the subject rights before, and that the subject has none of them after.
	LosesEverything bool `json:"losesEverything,omitempty"`
	// Keeps are the rights that the map no longer gives, and that the maps in KeptBy give.
	Keeps  []Right  `json:"keeps,omitempty"`
	KeptBy []string `json:"keptBy,omitempty"`
	// Becomes and Ceases are roles, such as ProductOwner.
	Becomes []string `json:"becomes,omitempty"`
	Ceases  []string `json:"ceases,omitempty"`
	// Text is the sentence.
	Text string `json:"text"`
	// Sign is +, - or ~: something is added, removed, or both or neither.
	Sign string `json:"-"`

	// Phrase is the sentence with its names apart.
	Phrase Phrase `json:"-"`
}

// Options of a comparison.
type Options struct {
	// All says that the sentences have complete lists.
	All bool
}

// mostListed is the number of items of a list in a sentence.
const mostListed = 8

// Compare returns what changes, sorted by map. Within a map, rights come before routing.
func Compare(pairs []Pair, options Options) []Change {
	pairs = slices.Clone(pairs)
	slices.SortFunc(pairs, func(a, b Pair) int { return cmp.Compare(a.name(), b.name()) })
	c := &comparison{most: mostListed, before: make(rights), after: make(rights), givers: make(map[attribution][]string), moves: make(map[string]string), attributed: make(map[attribution]bool)}
	if options.All {
		c.most = math.MaxInt
	}
	for i := range pairs {
		pairs[i].settle()
		c.include(&pairs[i])
	}
	c.findMoves(pairs)
	for i := range pairs {
		if !pairs[i].Context {
			c.pair(&pairs[i])
		}
	}
	for i := range c.changes {
		c.changes[i].Text = c.changes[i].Phrase.Plain()
	}
	return c.changes
}

// comparison collects changes.
type comparison struct {
	most int
	// before and after are the rights by all maps together: one map can keep what another one takes away.
	before, after rights
	// givers are the maps that give a right after which several maps can give.
	givers map[attribution][]string
	// moves has the new name of a map that is removed and added again under another name, by the old name, and the other way round.
	moves map[string]string
	// assumed are the namespaces that are assumed to accept the map, because they were not read.
	assumed map[string]bool
	// attributed has the rights that several maps gave or give, and that a change already mentions.
	attributed map[attribution]bool
	changes    []Change
}

type attribution struct {
	subject Subject
	right   Right
}

// include adds what a map gives to what all maps give together.
func (c *comparison) include(p *Pair) {
	p.before, p.after = rightsOf(p.Before), rightsOf(p.After)
	c.before.include(p.before)
	c.after.include(p.after)
	for subject, set := range p.after {
		for right := range set {
			if right.IsShared() {
				key := attribution{subject, right}
				c.givers[key] = append(c.givers[key], p.name())
			}
		}
	}
}

// add adds a change of something that was and is there or not.
func (c *comparison) add(pair *Pair, change Change, was, is bool) {
	change.Map, change.Sign = pair.name(), sign(is && !was, was && !is)
	c.changes = append(c.changes, change)
}

func sign(added, removed bool) string {
	switch {
	case added && !removed:
		return "+"
	case removed && !added:
		return "-"
	default:
		return "~"
	}
}

func (c *comparison) pair(p *Pair) {
	c.assumed = p.assumed()
	if sentence := c.mapItself(p); sentence != nil {
		c.add(p, Change{Kind: Map, Phrase: sentence}, p.Before != nil, p.After != nil)
	}
	c.subjects(p)
	if !inForce(p.Before) || !inForce(p.After) {
		return
	}
	c.parties(p)
	c.topics(p)
	c.product(p)
	c.namespaces(p)
}

func inForce(p *preview.Product) bool { return p != nil && p.Table != nil }

// keysOf returns the keys of two sets, sorted and each once.
func keysOf[K cmp.Ordered, V any](a, b map[K]V) []K {
	keys := slices.AppendSeq(slices.Collect(maps.Keys(a)), maps.Keys(b))
	slices.Sort(keys)
	return slices.Compact(keys)
}
