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
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/repository"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/handleforms"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
)

// Backstage makes a draft of a catalog: its only System, or else its only Component, is the product. The groups that own
// its parts are the development team. A user who owns it, or the owner of the System if others own the parts, may be the
// product owner. A catalog that export has written says more.
func Backstage(entities []*Entity, o Options) (*Draft, error) {
	c := catalog(entities)
	product, err := c.product(o.Name)
	if err != nil {
		return nil, err
	}
	if product.Metadata.Annotations[repository.AnnotationMap] != "" {
		return c.exported(product, o), nil
	}
	d := &Draft{
		Source: "the " + product.Kind + " " + line(product.Metadata.Name, maxName) + " in Backstage's catalog",
		Name:   label(product.Metadata.Name), Product: cmp.Or(product.Metadata.Title, product.Metadata.Name), Description: product.Metadata.Description,
	}
	parts := c.parts(product)
	owners := ownersOf(parts)
	team, productOwner := roles(product, parts, owners)
	c.team(d, team, slices.DeleteFunc(owners, func(owner string) bool { return owner == team || owner == productOwner }))
	c.owner(d, productOwner, team)
	if consumers := c.consumers(parts); len(consumers) > 0 {
		d.EndUserNotes = append(d.EndUserNotes, "These components use it, and may be end users of the segment System: "+messages.And(consumers, maxListed)+".")
	}
	d.apply(o)
	return d, nil
}

// ownersOf returns the references of the owners of entities, those of the most first.
func ownersOf(parts []*Entity) []string {
	count := map[string]int{}
	var owners []string
	for _, part := range parts {
		if owner := part.resolve(part.Spec.Owner, kindGroup); owner != "" {
			count[owner]++
			if count[owner] == 1 {
				owners = append(owners, owner)
			}
		}
	}
	slices.SortFunc(owners, func(a, b string) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), strings.Compare(a, b))
	})
	return owners
}

// roles chooses from the owners. Each result can be "".
func roles(product *Entity, parts []*Entity, owners []string) (team, productOwner string) {
	if owner := product.resolve(product.Spec.Owner, kindGroup); isUser(owner) || len(parts) > 1 && len(owners) > 1 {
		productOwner = owner
	}
	for _, owner := range owners {
		if owner != productOwner && !isUser(owner) {
			return owner, productOwner
		}
	}
	return "", productOwner
}

func isUser(ref string) bool { return strings.HasPrefix(ref, "user:") }

// team says who the development team is, and who else owns parts of the product.
func (c catalog) team(d *Draft, team string, others []string) {
	if team == "" {
		d.Team.Notes = append(d.Team.Notes, "TODO: No group owns it in the catalog. Which team or channel is it? Or remove developmentTeam.")
	} else {
		d.Team.Handles = c.handles(team)
		d.Team.Notes = append(d.Team.Notes, c.describe(team))
	}
	if len(others) > 0 {
		d.Team.Notes = append(d.Team.Notes, "Other owners: "+messages.And(others, maxListed)+".")
	}
}

func (c catalog) owner(d *Draft, owner, team string) {
	if owner != "" {
		_, name, _ := strings.Cut(owner, "/")
		d.ProductOwner.Name = ""
		d.ProductOwner.Handles = c.handles(owner)
		if e := c.find(owner); e != nil {
			d.ProductOwner.DisplayName = cmp.Or(e.Spec.Profile.DisplayName, e.Metadata.Title)
		}
		d.ProductOwner.Notes = append(d.ProductOwner.Notes, "A candidate is "+owner+", which owns the product in the catalog. Its name here could be "+label(name)+".")
		return
	}
	if members := c.members(team); len(members) > 0 {
		d.ProductOwner.Notes = append(d.ProductOwner.Notes, "Members of "+team+": "+messages.And(members, maxListed)+".")
	}
}

// describe says what is known about an entity that owns the product.
func (c catalog) describe(ref string) string {
	e := c.find(ref)
	if e == nil {
		return ref + " owns it. These files do not have that entity: check what it is, and add a channel or an address."
	}
	if about := cmp.Or(e.Spec.Profile.DisplayName, e.Metadata.Title, e.Metadata.Description); about != "" {
		return ref + " owns it: " + line(about, maxDisplayName) + "."
	}
	return ref + " owns it."
}

// githubAnnotations are those by which Backstage knows accounts on GitHub.
var githubAnnotations = []string{"github.com/team-slug", "github.com/user-login"}

// handles returns the handles of an entity: the one in Backstage, and those that its own file names.
func (c catalog) handles(ref string) []v1alpha1.Handle {
	out := []v1alpha1.Handle{{System: "backstage", Value: line(ref, maxSubject)}}
	e := c.find(ref)
	if e == nil {
		return out
	}
	if email.MatchString(e.Spec.Profile.Email) {
		out = append(out, v1alpha1.Handle{System: "email", Value: e.Spec.Profile.Email})
	}
	for _, annotation := range githubAnnotations {
		value := strings.TrimPrefix(e.Metadata.Annotations[annotation], "@")
		if _, ok := handleforms.ParseGitHub(value); ok {
			return append(out, v1alpha1.Handle{System: handleforms.GitHub, Value: "@" + value})
		}
	}
	return out
}
