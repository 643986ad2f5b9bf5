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
	"fmt"
	"slices"
	"strings"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
)

func (d *Draft) team(grantees []*grantee) {
	subjects := make([]v1alpha1.Subject, len(grantees))
	var roles []string
	for i, g := range grantees {
		subjects[i] = g.subject
		roles = append(roles, g.roles...)
	}
	slices.Sort(roles)
	roles = slices.Compact(roles)
	if len(grantees) == 0 {
		d.Team.Notes = append(d.Team.Notes, "TODO: No subject may change what runs. Which group or channel is it? Or remove developmentTeam.")
		return
	}
	d.Team.Notes = append(d.Team.Notes, "These subjects may change what runs, by "+rolesOf(&grantee{roles: roles})+".")
	if more := len(subjects) - maxTeamSubjects; more > 0 {
		d.Team.Notes = append(d.Team.Notes, fmt.Sprintf("TODO: %s left out, because a team has at most %d: name a group of them.", messages.Count(more, "subject is", "subjects are"), maxTeamSubjects))
		subjects = subjects[:maxTeamSubjects]
	}
	d.Team.Subjects = subjects
}

// candidates groups grantees by their roles. ServiceAccounts are parties of their own, because they are systems.
func (d *Draft) candidates(grantees []*grantee) {
	groups := map[string][]*grantee{}
	var order []string
	for _, g := range grantees {
		key := strings.Join(g.roles, ", ")
		if g.subject.Kind == v1alpha1.SubjectServiceAccount {
			key += "\x00"
		}
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], g)
	}
	slices.Sort(order)
	used := map[string]bool{}
	var left int
	for _, key := range order {
		for chunk := range slices.Chunk(groups[key], maxPartySubjects) {
			if len(d.EndUsers) == maxEndUsers {
				left += len(chunk)
				continue
			}
			d.EndUsers = append(d.EndUsers, candidate(chunk, strings.TrimSuffix(key, "\x00"), used))
		}
	}
	if left > 0 {
		d.EndUserNotes = append(d.EndUserNotes, fmt.Sprintf("TODO: %s left out, because a map has at most %d parties of end users: name groups instead of people.", messages.Count(left, "subject is", "subjects are"), maxEndUsers))
	}
	if len(d.EndUsers) > 0 {
		d.EndUserNotes = append(d.EndUserNotes, moreEndUsersQuestion)
	}
}

// rolesOf names the roles of a grantee.
func rolesOf(g *grantee) string {
	if len(g.roles) == 1 {
		return "the role " + g.roles[0]
	}
	return "the roles " + messages.And(g.roles, maxListed)
}

// candidate returns the party of some subjects with the same roles.
func candidate(grantees []*grantee, roles string, used map[string]bool) Party {
	p := Party{Notes: []string{"Do they use the product? They hold " + rolesOf(grantees[0]) + "."}}
	base := cmp.Or(label(roles), "party")
	if grantees[0].subject.Kind == v1alpha1.SubjectServiceAccount {
		p.Segment = v1alpha1.SegmentSystem
		base = base[:min(len(base), maxName-len("-systems"))] + "-systems"
	}
	p.Name = uniqueName(base, used)
	for _, g := range grantees {
		p.Subjects = append(p.Subjects, g.subject)
	}
	return p
}
