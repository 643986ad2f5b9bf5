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
	"github.com/stakeholders-dev/stakeholder-operator/controllers/handleforms"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
)

// codeOwner is an owner with what they own.
type codeOwner struct {
	name     string
	patterns []string
	// product are the patterns of files about the product itself, and all says that the owner has all other files.
	product []string
	all     bool
}

var (
	// allFiles matches the patterns of rules for all files.
	allFiles = regexp.MustCompile(`^/?\*{0,2}(/\*{1,2})?$`)
	// productFiles matches the paths of files that say what the product is to be, and not how it is made.
	productFiles = regexp.MustCompile(`(?i)(^|[/_.-])(roadmap|vision|charter|governance|requirements?|backlog|product)s?([/_.-]|$)`)
	// section matches a section of GitLab, which can have owners for the rules below it.
	section = regexp.MustCompile(`^\^?\[[^\]]*\](?:\[\d+\])?(.*)$`)
	email   = regexp.MustCompile(`^[a-zA-Z0-9.!#$%&'*+/=?^_{|}~-]+@[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?([.][a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?)*$`)
)

// CodeOwners makes a draft of CODEOWNERS files. They name those who make the product: the owners of all files are the
// development team, and the owners of a roadmap may be the product owner.
func CodeOwners(files [][]byte, o Options) *Draft {
	d := &Draft{Source: "CODEOWNERS"}
	owners, skipped := parseCodeOwners(files)
	if len(skipped) > 0 {
		d.Notes = append(d.Notes, "These owners are neither @user nor @org/team nor an e-mail address, and are left out: "+messages.And(skipped, maxListed)+".")
	}
	team := teamOf(owners)
	if team != nil {
		d.Team.Handles = []v1alpha1.Handle{handleOf(team.name)}
		d.Team.Notes = append(d.Team.Notes, team.name+" owns "+team.what()+".")
	} else {
		d.Team.Notes = append(d.Team.Notes, "TODO: The files name no owners. Which team or channel is it? Or remove developmentTeam.")
	}
	productOwner := ownerOfProduct(owners, team)
	var others []string
	for _, owner := range owners {
		if owner != team && owner != productOwner {
			others = append(others, owner.name+" ("+messages.Count(len(owner.patterns), "path", "paths")+")")
		}
	}
	if len(others) > 0 {
		d.Team.Notes = append(d.Team.Notes, "Other owners, who may belong to it: "+messages.And(others, maxListed)+".")
	}
	if productOwner != nil {
		d.ProductOwner.Handles = []v1alpha1.Handle{handleOf(productOwner.name)}
		d.ProductOwner.Notes = []string{"A candidate is " + productOwner.name + ": it owns " + messages.And(productOwner.product, maxListed) + "."}
	}
	d.apply(o)
	return d
}

func (c *codeOwner) what() string {
	if c.all {
		return "all files that no other rule names"
	}
	return messages.Count(len(c.patterns), "path", "paths")
}

// teamOf returns the owner of all files, or else the one with the most rules. A team comes before a person.
func teamOf(owners []*codeOwner) *codeOwner {
	if len(owners) == 0 {
		return nil
	}
	return slices.MaxFunc(owners, func(a, b *codeOwner) int {
		return cmp.Or(compareBool(a.all, b.all), compareBool(strings.Contains(a.name, "/"), strings.Contains(b.name, "/")),
			cmp.Compare(len(a.patterns), len(b.patterns)), strings.Compare(b.name, a.name))
	})
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	default:
		return -1
	}
}

// ownerOfProduct returns the owner, other than the team, of the most files about the product itself.
func ownerOfProduct(owners []*codeOwner, team *codeOwner) *codeOwner {
	var best *codeOwner
	for _, owner := range owners {
		if owner != team && len(owner.product) > 0 && (best == nil || len(owner.product) > len(best.product)) {
			best = owner
		}
	}
	return best
}

// handleOf returns the handle of an owner.
func handleOf(owner string) v1alpha1.Handle {
	if strings.HasPrefix(owner, "@") {
		return v1alpha1.Handle{System: handleforms.GitHub, Value: owner}
	}
	return v1alpha1.Handle{System: "email", Value: owner}
}

// parseCodeOwners returns the owners sorted by the number of their rules, and the names that are no owners.
func parseCodeOwners(files [][]byte) (owners []*codeOwner, skipped []string) {
	byName := map[string]*codeOwner{}
	add := func(pattern string, names []string) {
		for _, name := range names {
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
			owner.add(pattern)
		}
	}
	for _, file := range files {
		eachRule(string(file), add)
	}
	slices.SortFunc(owners, func(a, b *codeOwner) int {
		return cmp.Or(cmp.Compare(len(b.patterns), len(a.patterns)), strings.Compare(a.name, b.name))
	})
	slices.Sort(skipped)
	return owners, slices.Compact(skipped)
}

// eachRule calls each for every rule of a file.
func eachRule(file string, each func(pattern string, owners []string)) {
	var ofSection []string
	for l := range strings.Lines(file) {
		// A comment begins with a # at the beginning of a word.
		l, _, _ = strings.Cut(" "+l, " #")
		l = strings.TrimSpace(l)
		if found := section.FindStringSubmatch(l); found != nil {
			ofSection = strings.Fields(found[1])
			continue
		}
		words := strings.Fields(strings.ReplaceAll(l, `\ `, "?"))
		switch len(words) {
		case 0:
		case 1:
			each(words[0], ofSection)
		default:
			each(words[0], words[1:])
		}
	}
}

func (c *codeOwner) add(pattern string) {
	if slices.Contains(c.patterns, pattern) {
		return
	}
	c.patterns = append(c.patterns, pattern)
	if productFiles.MatchString(pattern) {
		c.product = append(c.product, pattern)
	}
	c.all = c.all || allFiles.MatchString(pattern)
}
