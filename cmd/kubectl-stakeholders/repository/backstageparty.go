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

package repository

import (
	"regexp"
	"slices"
	"strings"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

var (
	// Backstage puts an address into a mailto: link as it is. There, a question mark starts headers, such as a copy to
	// another address.
	mailable   = regexp.MustCompile(`^[A-Za-z0-9.!$'*+/^_{|}~-]+@[A-Za-z0-9.-]+$`)
	handleName = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]{0,30}[a-z0-9])?$`)
)

// role returns the Group of a role and, after it, the Groups of its parties.
func (c *catalog) role(role, suffix, groupType string) []entity {
	title := c.title(strings.ReplaceAll(suffix, "-", " "))
	group := c.entity("Group", nameOf(c.table.Source.Name, suffix), title, map[string]any{"type": suffix})
	parties := partiesOf(c.table, role)
	groups, children := make([]entity, 0, 1+len(parties)), make([]string, 0, len(parties))
	groups = append(groups, group)
	for i := range parties {
		party := c.party("Group", nameOf(c.table.Source.Name, suffix, parties[i].Name), &parties[i])
		party.Spec["type"], party.Spec["children"], party.Spec["parent"] = groupType, []string{}, group.ref()
		children = append(children, party.ref())
		groups = append(groups, party)
	}
	group.Spec["children"] = children
	return groups
}

// owner returns the entity of the product owner, if the catalog needs one, and a reference to it.
func (c *catalog) owner(known string) (entities []entity, ref string) {
	if known != "" {
		return nil, known
	}
	parties := partiesOf(c.table, roleProductOwner)
	if len(parties) == 0 {
		return nil, ""
	}
	// A map has at most one product owner.
	owner := &parties[0]
	kind := "Group"
	if len(owner.Subjects) == 1 && owner.Subjects[0].Kind == string(v1alpha1.SubjectUser) {
		kind = "User"
	}
	e := c.party(kind, nameOf(c.table.Source.Name, "product-owner"), owner)
	if kind == "User" {
		e.Spec["memberOf"] = []string{}
	} else {
		e.Spec["type"], e.Spec["children"] = "product-owner", []string{}
	}
	return []entity{e}, e.ref()
}

// team returns the entity of the development team and a reference to it, if there is a team.
func (c *catalog) team() (entities []entity, ref string) {
	parties := partiesOf(c.table, roleDevelopmentTeam)
	if len(parties) == 0 {
		return nil, ""
	}
	// A map has at most one development team, without a name of its own.
	team := &parties[0]
	team.DisplayName = c.title("development team")
	e := c.party("Group", nameOf(c.table.Source.Name, "development-team"), team)
	e.Spec["type"], e.Spec["children"] = "team", []string{}
	return []entity{e}, e.ref()
}

// title is that of the Group of a role.
func (c *catalog) title(role string) string { return c.table.Product.DisplayName + ": " + role }

// party returns the entity of a party, without the fields of its kind.
func (c *catalog) party(kind, name string, party *routing.Party) entity {
	spec, profile := map[string]any{}, map[string]any{}
	e := c.entity(kind, name, label(party), spec)
	if display := oneLine(label(party)); display != "" {
		profile["displayName"] = display
	}
	e.annotate(AnnotationParty, party.Name)
	e.annotate(AnnotationOrganization, party.Organization)
	e.annotate(AnnotationSegment, party.Segment)
	e.annotate(AnnotationTopics, strings.Join(topicsOf(c.table, party), ","))
	for _, handle := range party.Handles {
		if !handleName.MatchString(handle.System) || handle.Value == "" || oneLine(handle.Value) != handle.Value {
			c.out.found(CatalogPath, CodeNotCarried, who(party)+" has the "+quoted(handle.System)+" handle "+quoted(handle.Value)+", which is left out: use one line of printable characters")
			continue
		}
		if _, several := e.Metadata.Annotations[AnnotationHandle+handle.System]; several || handle.Claim != "" {
			c.out.found(CatalogPath, CodeNotCarried, who(party)+" has the "+quoted(handle.System)+" handle "+quoted(handle.Value)+", which is left out: an annotation has one handle for each system, and no claim")
			continue
		}
		e.annotate(AnnotationHandle+handle.System, handle.Value)
		if handle.System != emailSystem {
			continue
		}
		if !mailable.MatchString(handle.Value) {
			c.out.found(CatalogPath, CodeNotCarried, who(party)+" has the e-mail address "+quoted(handle.Value)+
				", and in a link (mailto:) it would be more than an address: it stands in an annotation only; use an address without ? & % = and #")
			continue
		}
		profile["email"] = handle.Value
	}
	if len(profile) > 0 {
		spec["profile"] = profile
	}
	return e
}

// topicsOf returns the names of the topics that a party receives, in the order of the table.
func topicsOf(table *routing.RoutingTable, party *routing.Party) []string {
	isParty := func(p routing.Party) bool { return p.Role == party.Role && p.Name == party.Name }
	var out []string
	for i := range table.Topics {
		if slices.ContainsFunc(table.Topics[i].To, isParty) {
			out = append(out, table.Topics[i].Name)
		}
	}
	return out
}
