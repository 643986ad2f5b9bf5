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

package admission

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/topics"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

func largest(letter string) *v1alpha1.StakeholderMap { return fixtures.Largest(letter, known()) }

// known are the topics of the catalogue and of the largest policy.
func known() []string {
	var names []string
	for _, topic := range slices.Concat(topics.Catalogue(), fixtures.LargestPolicy().Topics) {
		names = append(names, topic.Name)
	}
	return names
}

// TestLargest makes sure that CEL's cost limits suffice for the largest map that the CRD allows, judged by the largest
// policy. The map is valid, or has every error in its last place, or everywhere. The duration is only logged, since it
// depends on the machine.
func TestLargest(t *testing.T) {
	const sound = v1alpha1.FindingCode("")
	last := func(m *v1alpha1.StakeholderMap) (*v1alpha1.Customer, *v1alpha1.EndUser) {
		return &m.Spec.Customers[31], &m.Spec.EndUsers[63]
	}
	cases := map[string]struct {
		letter string
		code   v1alpha1.FindingCode
		mutate func(*v1alpha1.StakeholderMap)
	}{
		"handle missing": {"x", v1alpha1.HandleMissing, func(m *v1alpha1.StakeholderMap) {
			_, u := last(m)
			u.Handles = u.Handles[:1]
		}},
		"handles missing": {"x", v1alpha1.HandleMissing, func(m *v1alpha1.StakeholderMap) {
			for i := range m.Spec.EndUsers {
				m.Spec.EndUsers[i].Handles = nil
			}
		}},
		"sound":              {"x", sound, func(*v1alpha1.StakeholderMap) {}},
		"sound, three bytes": {"店", sound, func(*v1alpha1.StakeholderMap) {}},
		"sound, four bytes":  {"😀", sound, func(*v1alpha1.StakeholderMap) {}},
		"overlap, four bytes": {"😀", v1alpha1.UnacknowledgedOverlap, func(m *v1alpha1.StakeholderMap) {
			c, u := last(m)
			u.Subjects[7] = c.Subjects[7]
		}},
		"sound, groups and systems": {"x", sound, systems},
		"duplicate system": {"x", v1alpha1.DuplicateSubject, func(m *v1alpha1.StakeholderMap) {
			systems(m)
			u := &m.Spec.EndUsers[len(m.Spec.EndUsers)-1]
			u.Subjects[7] = u.Subjects[6]
		}},
		"sound, nothing known": {"x", sound, func(m *v1alpha1.StakeholderMap) { m.Spec.AcknowledgedOverlaps = nil }},
		"owner is customer": {"x", v1alpha1.ProductOwnerIsCustomer, func(m *v1alpha1.StakeholderMap) {
			c, _ := last(m)
			m.Spec.ProductOwner.Subjects[7] = c.Subjects[7]
		}},
		"customer in team": {"x", v1alpha1.CustomerInDevelopmentTeam, func(m *v1alpha1.StakeholderMap) {
			c, _ := last(m)
			m.Spec.DevelopmentTeam.Subjects[63] = c.Subjects[7]
		}},
		"overlap": {"x", v1alpha1.UnacknowledgedOverlap, func(m *v1alpha1.StakeholderMap) {
			c, u := last(m)
			u.Subjects[7] = c.Subjects[7]
		}},
		"overlap, three bytes": {"店", v1alpha1.UnacknowledgedOverlap, func(m *v1alpha1.StakeholderMap) {
			c, u := last(m)
			u.Subjects[7] = c.Subjects[7]
		}},
		"everybody overlaps": {"x", v1alpha1.UnacknowledgedOverlap, func(m *v1alpha1.StakeholderMap) {
			for i := range m.Spec.Customers {
				m.Spec.EndUsers[i].Subjects = m.Spec.Customers[i].Subjects
			}
		}},
		"duplicate subject": {"x", v1alpha1.DuplicateSubject, func(m *v1alpha1.StakeholderMap) {
			_, u := last(m)
			u.Subjects[7] = u.Subjects[6]
		}},
		"one subject everywhere": {"x", v1alpha1.DuplicateSubject, func(m *v1alpha1.StakeholderMap) {
			for i := range m.Spec.EndUsers {
				for j := range m.Spec.EndUsers[i].Subjects {
					m.Spec.EndUsers[i].Subjects[j] = m.Spec.EndUsers[0].Subjects[0]
				}
			}
		}},
		"duplicate party": {"x", v1alpha1.DuplicateParty, func(m *v1alpha1.StakeholderMap) {
			c, u := last(m)
			u.Name = c.Name
		}},
		"unknown topic": {"x", v1alpha1.UnknownTopic, func(m *v1alpha1.StakeholderMap) {
			_, u := last(m)
			u.Topics = append(u.Topics[:84:84], "no-such-topic")
		}},
		"unroutable topic": {"x", v1alpha1.UnroutableTopic, func(m *v1alpha1.StakeholderMap) {
			for i := range m.Spec.Customers {
				m.Spec.Customers[i].Topics = m.Spec.Customers[i].Topics[:84:84]
			}
			m.Spec.Topics[63].To, m.Spec.Topics[63].Quorum = fixtures.Roles(v1alpha1.RoleCustomer), nil
			m.Spec.Topics[63].DecidedBy, m.Spec.Topics[63].EscalateTo = m.Spec.Topics[63].To, m.Spec.Topics[63].To
		}},
		"unreachable quorum": {"x", v1alpha1.QuorumUnreachable, func(m *v1alpha1.StakeholderMap) {
			m.Spec.Topics[63].To = fixtures.Roles(v1alpha1.RoleCustomer)
		}},
		"empty window": {"x", v1alpha1.EmptyWindow, func(m *v1alpha1.StakeholderMap) {
			_, u := last(m)
			u.ValidFrom, u.ValidUntil = u.ValidUntil, u.ValidFrom
		}},
	}
	enforce(t, fixtures.LargestPolicy())
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			m := largest(tc.letter)
			tc.mutate(m)
			stop := watchAPIServer(t)
			refusal, _ := check(t, name, m)
			t.Logf("judged in %s", stop())
			if tc.code == sound && refusal.place != "" || tc.code != sound && !slices.Contains(refusal.codes, tc.code) {
				t.Errorf("it is refused by the %s for %v, want %q", refusal.place, refusal.codes, tc.code)
			}
		})
	}
}

// watchAPIServer returns a function that returns how long the API server has since taken to judge a map, as it reports
// itself.
func watchAPIServer(t *testing.T) (stop func() time.Duration) {
	t.Helper()
	mark, err := plane.AuditMark()
	if err != nil {
		t.Fatal(err)
	}
	return func() (took time.Duration) {
		t.Helper()
		controlplane.Eventually(t, time.Minute, "the audit log has the request", func() error {
			events, _, err := plane.AuditEvents(mark)
			if err != nil {
				return err
			}
			for _, e := range events {
				if e.Verb == "create" && e.Resource == "stakeholdermaps" {
					took = e.Completed.Sub(e.Received).Round(time.Millisecond)
					return nil
				}
			}
			return errors.New("not yet")
		})
		return took
	}
}

// systems replaces a map by one with as many ServiceAccounts as possible, whose customers are groups.
func systems(m *v1alpha1.StakeholderMap) {
	*m = *fixtures.LargestMaps("😀", known())["accounts"].Fits
	for i := range m.Spec.Customers {
		for j := range m.Spec.Customers[i].Subjects {
			m.Spec.Customers[i].Subjects[j].Kind = v1alpha1.SubjectGroup
		}
	}
	for i := range m.Spec.AcknowledgedOverlaps {
		m.Spec.AcknowledgedOverlaps[i].Kind = v1alpha1.SubjectGroup
	}
}

// TestEverythingWrong has about as many findings as a map can have: the API server's message stays short.
func TestEverythingWrong(t *testing.T) {
	m := largest("店")
	// The repeated names are longer than those that they replace.
	m.Spec.AcknowledgedOverlaps, m.Spec.Topics = nil, m.Spec.Topics[:60]
	everybody := m.Spec.Customers[0].Subjects
	m.Spec.ProductOwner.Subjects, m.Spec.DevelopmentTeam.Subjects = everybody, slices.Concat(everybody, everybody)
	for i := range m.Spec.Customers {
		m.Spec.Customers[i].Subjects = everybody
		m.Spec.Customers[i].Topics = unknown()
	}
	for i := range m.Spec.EndUsers {
		m.Spec.EndUsers[i].Subjects = everybody
		m.Spec.EndUsers[i].Topics = unknown()
	}
	for i := range 32 {
		m.Spec.EndUsers[i].Name = m.Spec.Customers[i].Name
	}
	enforce(t, fixtures.LargestPolicy())
	begin := time.Now()
	findings := validate.Map(m, inForce, fixtures.Now)
	inGo := time.Since(begin)
	stop := watchAPIServer(t)
	refusal, verdict := check(t, "everything is wrong", m)
	t.Logf("%d findings, in Go in %s, by the API server in %s and %d bytes", len(findings), inGo.Round(time.Millisecond),
		stop(), len(verdict.err.Error()))
	if refusal.place != validate.PlacePolicy || len(refusal.codes) < 6 {
		t.Errorf("it is refused by the %s for %v", refusal.place, refusal.codes)
	}
}

func unknown() []string {
	out := make([]string, 85)
	for i := range out {
		out[i] = fmt.Sprintf("no-such-topic-%d", i)
	}
	return out
}
