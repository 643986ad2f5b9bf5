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
	"time"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/words"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/decide"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/topics"
)

// Filter selects parties of products.
type Filter struct {
	// Who are the people and groups whose parties are wanted. None: all.
	Who []Identity
	// Role that is wanted. Empty: all.
	Role v1alpha1.Role
	// Expiring selects the parties whose window ends within this time. 0: all.
	Expiring time.Duration
}

// IsEmpty reports whether the filter selects everything.
func (f *Filter) IsEmpty() bool { return len(f.Who) == 0 && f.Role == "" && f.Expiring == 0 }

// Rows returns the parties of a map that the filter selects, in the order of the map.
func (f *Filter) Rows(m *v1alpha1.StakeholderMap, now time.Time) []*PartyRow {
	var out []*PartyRow
	parties := topics.Declared(m.EffectiveSpec())
	for i := range parties {
		if subjects, ok := f.selects(&parties[i], now); ok {
			out = append(out, newPartyRow(m, &parties[i], subjects, now))
		}
	}
	return out
}

// selects reports whether a party is wanted, and the subjects that make it so.
func (f *Filter) selects(p *topics.Party, now time.Time) (subjects []string, ok bool) {
	if f.Role != "" && p.Role != f.Role {
		return nil, false
	}
	if f.Expiring > 0 && (p.ValidUntil == nil || !p.ValidUntil.After(now) || p.ValidUntil.After(now.Add(f.Expiring))) {
		return nil, false
	}
	party := tableParty(p)
	for _, s := range party.Subjects {
		if len(f.Who) == 0 || f.isMeant(s) {
			subjects = append(subjects, SubjectName(s))
		}
	}
	return subjects, len(f.Who) == 0 || len(subjects) > 0
}

// isMeant reports whether a subject is one of those that are asked about.
func (f *Filter) isMeant(s routing.Subject) bool {
	one := []routing.Party{{Subjects: []routing.Subject{s}}}
	return slices.ContainsFunc(f.Who, func(who Identity) bool { return len(decide.PartiesOf(who.User, who.Groups, one)) > 0 })
}

// ParseRole reads a role as users write it: "end-user", or "EndUser" as in a map.
func ParseRole(text string) (v1alpha1.Role, error) {
	if text == "" {
		return "", nil
	}
	role, ok := words.ParseRole(text)
	if !ok {
		values := words.RoleValues()
		return "", failure.Usage("unknown role %q: use one of %s.%s", text, strings.Join(values, ", "), Suggest(text, values))
	}
	return role, nil
}

const (
	userPrefix  = "user:"
	groupPrefix = "group:"
)

// ParseSubject reads a subject as users write it: a user name, or group:NAME. A user's name that begins with a prefix is
// written as user:NAME.
func ParseSubject(text string) (Identity, error) {
	if group, ok := strings.CutPrefix(text, groupPrefix); ok && group != "" {
		return Identity{Groups: []string{group}}, nil
	}
	user := strings.TrimPrefix(text, userPrefix)
	if user == "" || user == groupPrefix {
		return Identity{}, failure.Usage("%q names no subject: write a user name, group:NAME, or me", text)
	}
	return Identity{User: user}, nil
}
