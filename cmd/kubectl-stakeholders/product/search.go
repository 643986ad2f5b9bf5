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
	"slices"
	"strings"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
)

// maxShown is how many of several products an error names.
const maxShown = 10

// Search finds the product that a user names among many maps. It keeps few of them.
type Search struct {
	wanted string
	// namespace in which a map's name alone is enough. Empty: any.
	namespace string
	found     []Candidate
	more      bool
	nearest   *Nearest
}

// Candidate is what Search has to know of a map.
type Candidate struct {
	Namespace, Name, DisplayName string
}

// String is the name of the candidate as a user types it.
func (c Candidate) String() string { return Key(c.Namespace, c.Name) }

// NewSearch begins a search for a product by the name of its map, also as -o name prints it, namespace/name, or a display name. A map of the name in
// namespace goes before others.
func NewSearch(wanted, namespace string) *Search {
	wanted = strings.TrimPrefix(wanted, MapKind+"/")
	return &Search{wanted: wanted, namespace: namespace, nearest: NearestTo(wanted)}
}

// Add considers a map. It reports whether it is a match.
func (s *Search) Add(c Candidate) bool {
	if c.Name != s.wanted && c.String() != s.wanted && !strings.EqualFold(c.DisplayName, s.wanted) {
		s.suggest(c)
		return false
	}
	at := len(s.found)
	if s.isExact(c) {
		at = 0
	}
	s.found = slices.Insert(s.found, at, c)
	if len(s.found) > maxShown {
		s.found, s.more = s.found[:maxShown], true
	}
	return true
}

// AddElsewhere considers a map that is not in the namespace of the user. It is a match only if its namespace is named.
func (s *Search) AddElsewhere(c Candidate) bool {
	if c.String() == s.wanted {
		return s.Add(c)
	}
	s.suggest(c)
	return false
}

// suggest considers a map that can be meant. One without a name cannot be typed.
func (s *Search) suggest(c Candidate) {
	if c.Name == "" {
		return
	}
	s.nearest.Add(c.Name, c.String())
	s.nearest.Add(c.String(), c.String())
	s.nearest.Add(c.DisplayName, c.String())
}

func (s *Search) isExact(c Candidate) bool {
	return c.String() == s.wanted || c.Name == s.wanted && c.Namespace == s.namespace
}

// Result returns the one product that was found. Where says in which maps, for the error: "in namespace payments". Flags are those
// with which list shows the maps.
func (s *Search) Result(where, flags string) (Candidate, error) {
	if len(s.found) == 0 {
		return Candidate{}, failure.Usage("no product %q %s.%s", s.wanted, where, s.suggestion(flags))
	}
	exact := 0
	for exact < len(s.found) && s.isExact(s.found[exact]) {
		exact++
	}
	if exact == 1 || len(s.found) == 1 {
		return s.found[0], nil
	}
	names := make([]string, 0, len(s.found))
	for _, c := range s.found {
		names = append(names, c.String())
	}
	slices.Sort(names)
	if names = slices.Compact(names); len(names) == 1 {
		return Candidate{}, failure.Usage("product %q is there twice, %s: remove one of the two maps", s.wanted, where)
	}
	others := ""
	if s.more {
		others = " and others"
	}
	return Candidate{}, failure.Usage("%q can be several products %s: %s%s. Write namespace/name", s.wanted, where, strings.Join(names, ", "), others)
}

func (s *Search) suggestion(flags string) string {
	if suggestion := s.nearest.Suggestion(); suggestion != "" {
		return suggestion
	}
	return " `kubectl stakeholders list" + flags + "` shows all"
}
