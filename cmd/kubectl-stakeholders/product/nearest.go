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

package product

import (
	"cmp"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
)

// maxNearest is how many names Nearest keeps.
const maxNearest = 3

// maxCompared is the number of bytes up to which names are compared: the comparison takes the product of both lengths.
const maxCompared = 130

// Nearest collects those of many names that a user can have meant.
type Nearest struct {
	wanted string
	limit  int
	found  []near
}

type near struct {
	// shown is what the user should type.
	shown    string
	distance int
}

// NearestTo collects names near to what a user typed, whose case does not matter.
func NearestTo(wanted string) *Nearest {
	// A third of the letters may be wrong.
	return &Nearest{wanted: strings.ToLower(wanted), limit: max(2, len(wanted)/3)}
}

// Add considers a name. Shown is what the user should type for it.
func (n *Nearest) Add(name, shown string) {
	if len(name) > maxCompared || len(n.wanted) > maxCompared {
		return
	}
	candidate := near{shown, n.distance(strings.ToLower(name))}
	if candidate.distance > n.limit {
		return
	}
	if i := slices.IndexFunc(n.found, func(f near) bool { return f.shown == shown }); i >= 0 {
		n.found[i].distance = min(n.found[i].distance, candidate.distance)
	} else {
		n.found = append(n.found, candidate)
	}
	slices.SortFunc(n.found, func(a, b near) int { return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(a.shown, b.shown)) })
	n.found = n.found[:min(len(n.found), maxNearest)]
}

// distance is the number of typing errors. A word of the other name, or its beginning, counts as one.
func (n *Nearest) distance(name string) int {
	distance := levenshtein.ComputeDistance(n.wanted, name)
	if len(n.wanted) >= 3 && (strings.Contains(name, n.wanted) || len(name) >= 3 && strings.Contains(n.wanted, name)) {
		return min(distance, 1)
	}
	return distance
}

// Names that are near, the nearest first.
func (n *Nearest) Names() []string {
	out := make([]string, len(n.found))
	for i, f := range n.found {
		out[i] = f.shown
	}
	return out
}

// Suggest returns a sentence with those of some names that a user can have meant, after a space, or "" if none is near.
func Suggest(wanted string, names []string) string {
	nearest := NearestTo(wanted)
	for _, name := range names {
		nearest.Add(name, name)
	}
	return nearest.Suggestion()
}

// Suggestion is a sentence with the names that are near, after a space, or "" if none is.
func (n *Nearest) Suggestion() string {
	if len(n.found) == 0 {
		return ""
	}
	return " Did you mean " + messages.Or(n.Names()) + "?"
}
