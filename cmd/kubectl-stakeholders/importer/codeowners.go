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
	"slices"
	"strings"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/handleforms"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
)

// CodeOwners makes a draft of CODEOWNERS files. They name those who make the product: the owners of all files are the
// development team, and the owners of a roadmap may be the product owner. Comments of export say who has which role.
func CodeOwners(files []File, o Options) *Draft {
	d := &Draft{Source: "CODEOWNERS"}
	owners, skipped := parseCodeOwners(files)
	if len(skipped) > 0 {
		d.Notes = append(d.Notes, "These owners are neither @user nor @org/team nor an e-mail address, and are left out: "+messages.And(skipped, maxListed)+".")
	}
	var team, productOwner *codeOwner
	if d.takeSource(files, o.Name) {
		team, productOwner = d.exportedOwners(owners)
	} else {
		team = teamOf(owners)
		productOwner = ownerOfProduct(owners, team)
	}
	if team != nil {
		d.Team.Handles = []v1alpha1.Handle{handleOf(team.name)}
		d.Team.Notes = append(d.Team.Notes, team.name+" owns "+team.what()+".")
	} else {
		d.Team.Notes = append(d.Team.Notes, "TODO: The files do not name the team. Which team or channel is it? Or remove developmentTeam.")
	}
	var others []string
	for _, owner := range owners {
		if owner != team && owner != productOwner && !owner.hasRole(v1alpha1.RoleCustomer) && len(owner.topics) == 0 {
			others = append(others, owner.name+" ("+messages.Count(len(owner.patterns), "path", "paths")+")")
		}
	}
	if len(others) > 0 {
		d.Team.Notes = append(d.Team.Notes, "Other owners, who may belong to it: "+messages.And(others, maxListed)+".")
	}
	if productOwner != nil {
		d.ProductOwner.Handles = []v1alpha1.Handle{handleOf(productOwner.name)}
		d.ProductOwner.Notes = append(d.ProductOwner.Notes, "A candidate is "+productOwner.name+": it owns "+messages.And(productOwner.patternsOfProduct(), maxListed)+".")
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
