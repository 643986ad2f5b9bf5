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

// Package importer makes a first StakeholderMap out of files that already name people: CODEOWNERS, OWNERS_ALIASES, a
// catalog of Backstage, or RoleBindings. None of them knows who pays for a product or who uses it, so the map has open
// questions, and is invalid until they are answered. It is pure.
package importer

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/visible"
)

// This word stands for an answer. As the name of an object or a party, and as a market, it is invalid.
const todo = "TODO"

// The bounds of the CRD.
const (
	maxCustomers, maxEndUsers               = 32, 64
	maxPartySubjects, maxTeamSubjects       = 8, 64
	maxHandles                              = 16
	maxName, maxDisplayName, maxDescription = 63, 128, 1024
	maxSubject                              = 253
)

// Options are what the user says about the map.
type Options struct {
	// Name and Namespace of the map. Both may be empty.
	Name, Namespace string
	// Product is its name for people. May be empty.
	Product string
}

// File is one whose content names people.
type File struct {
	Name    string
	Content []byte
}

// Draft is a first map. Notes become comments above the field that they are about.
type Draft struct {
	// Source names the files in a sentence, such as "CODEOWNERS".
	Source string
	Notes  []string

	Name, Namespace      string
	Product, Description string
	Market               v1alpha1.Market

	Customers     []Party
	CustomerNotes []string
	EndUsers      []Party
	EndUserNotes  []string
	ProductOwner  Party
	Team          Party
}

// Party is a candidate for a role.
type Party struct {
	Name, DisplayName, Organization string
	Segment                         v1alpha1.Segment
	Subjects                        []v1alpha1.Subject
	Handles                         []v1alpha1.Handle
	Notes                           []string
}

// apply lets the user's options replace what the files say.
func (d *Draft) apply(o Options) {
	d.Name, d.Namespace = cmp.Or(o.Name, d.Name, label(o.Product)), cmp.Or(o.Namespace, d.Namespace)
	d.Product = cmp.Or(o.Product, d.Product, o.Name)
}

// uniqueName makes the name of a party that no other has, and notes it.
func uniqueName(base string, used map[string]bool) string {
	base = cmp.Or(label(base), "party")
	name := base
	for i := 2; used[name]; i++ {
		suffix := fmt.Sprintf("-%d", i)
		name = strings.TrimRight(base[:min(len(base), maxName-len(suffix))], "-") + suffix
	}
	used[name] = true
	return name
}

var notInLabel = regexp.MustCompile(`[^a-z0-9]+`)

// label makes a DNS label of a name, or "" if nothing of it is left.
func label(s string) string {
	s = strings.Trim(notInLabel.ReplaceAllString(strings.ToLower(s), "-"), "-")
	return strings.Trim(s[:min(len(s), maxName)], "-")
}

// IsName reports whether a map can have a name.
func IsName(s string) bool { return len(s) <= maxName && len(validation.IsDNS1123Subdomain(s)) == 0 }

// nameOfMap returns a name that a map can have, or a label made of it.
func nameOfMap(s string) string {
	if IsName(s) {
		return s
	}
	return label(s)
}

// line makes one visible line of a text, with at most a number of characters.
func line(s string, most int) string {
	s = strings.Map(func(r rune) rune {
		if visible.Rune(r) {
			return r
		}
		return ' '
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) > most {
		s = strings.TrimSpace(string([]rune(s)[:most-1])) + "…"
	}
	return s
}
