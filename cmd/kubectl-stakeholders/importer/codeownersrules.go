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

package importer

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/repository"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/handleforms"
)

// codeOwner is an owner with what they own.
type codeOwner struct {
	name     string
	patterns []string
	// product are the patterns of files about the product itself, and all says that the owner has all other files.
	product []string
	all     bool
	// roles and topics are those for which export has made a rule with this owner.
	roles  []v1alpha1.Role
	topics []string
}

func (c *codeOwner) hasRole(role v1alpha1.Role) bool { return slices.Contains(c.roles, role) }

var (
	// allFiles matches the patterns of rules for all files.
	allFiles = regexp.MustCompile(`^/?\*{0,2}(/\*{1,2})?$`)
	// productFiles matches the paths of files that say what the product is to be, and not how it is made.
	productFiles = regexp.MustCompile(`(?i)(^|[/_.-])(roadmap|vision|charter|governance|requirements?|backlog|product)s?([/_.-]|$)`)
	// section matches a section of GitLab, which can have owners for the rules below it.
	section = regexp.MustCompile(`^\^?\[[^\]]*\](?:\[\d+\])?(.*)$`)
	email   = regexp.MustCompile(`^[a-zA-Z0-9.!#$%&'*+/=?^_{|}~-]+@[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?([.][a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?)*$`)
)

// codeRule is a line of a file, and the comment above it.
type codeRule struct {
	pattern, comment string
	owners           []string
}

// parseCodeOwners returns the owners sorted by the number of their rules, and the names that are no owners.
func parseCodeOwners(files []File) (owners []*codeOwner, skipped []string) {
	byName := map[string]*codeOwner{}
	add := func(rule codeRule) {
		for _, name := range rule.owners {
			if _, ok := handleforms.ParseGitHub(name); !email.MatchString(name) && (!ok || !strings.HasPrefix(name, "@")) {
				skipped = append(skipped, name)
				continue
			}
			owner := byName[strings.ToLower(name)]
			if owner == nil {
				owner = &codeOwner{name: name}
				byName[strings.ToLower(name)] = owner
				owners = append(owners, owner)
			}
			owner.add(rule)
		}
	}
	for _, file := range files {
		eachRule(string(file.Content), add)
	}
	slices.SortFunc(owners, func(a, b *codeOwner) int {
		return cmp.Or(cmp.Compare(len(b.patterns), len(a.patterns)), strings.Compare(a.name, b.name))
	})
	slices.Sort(skipped)
	return owners, slices.Compact(skipped)
}

// eachRule calls each for every rule of a file.
func eachRule(file string, each func(rule codeRule)) {
	var ofSection []string
	var above string
	for l := range strings.Lines(file) {
		// A comment begins with a # at the beginning of a word.
		l, comment, _ := strings.Cut(" "+l, " #")
		l = strings.TrimSpace(l)
		if found := section.FindStringSubmatch(l); found != nil {
			ofSection = strings.Fields(found[1])
			continue
		}
		words := strings.Fields(strings.ReplaceAll(l, `\ `, "?"))
		switch len(words) {
		case 0:
			above = comment
		case 1:
			each(codeRule{words[0], above, ofSection})
		default:
			each(codeRule{words[0], above, words[1:]})
		}
	}
}

// add notes a rule.
func (c *codeOwner) add(rule codeRule) {
	if slices.Contains(c.patterns, rule.pattern) {
		return
	}
	c.patterns = append(c.patterns, rule.pattern)
	if productFiles.MatchString(rule.pattern) {
		c.product = append(c.product, rule.pattern)
	}
	c.all = c.all || allFiles.MatchString(rule.pattern)
	role, topic := repository.OwnedBy(rule.comment)
	if role != "" {
		c.roles = append(c.roles, v1alpha1.Role(role))
	}
	if topic != "" {
		c.topics = append(c.topics, topic)
	}
}

// patternsOfProduct are the patterns that make an owner a candidate for the product owner.
func (c *codeOwner) patternsOfProduct() []string {
	if len(c.product) > 0 {
		return c.product
	}
	return c.patterns
}
