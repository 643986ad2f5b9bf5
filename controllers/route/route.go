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

// Package route converts a StakeholderMap to its routing table: which parties to ask about which topic. It is pure.
package route

import (
	"cmp"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/claims"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/topics"
)

// Table returns the routing table of a map with the given assignments. It has no revision yet, see RoutingTable.Seal.
// All its lists are sorted, so the order in which a map lists its parties does not matter. The table of an invalid map
// can have topics without recipients, and must not be published. Topics share the memory of their parties, so the table
// takes little. The CRD bounds its size, so its ConfigMap always fits.
func Table(m *v1alpha1.StakeholderMap, assigned *topics.Assignments) *routing.RoutingTable {
	table := &routing.RoutingTable{
		TypeMeta: metav1.TypeMeta{APIVersion: routing.APIVersion, Kind: routing.Kind},
		Product: routing.Product{
			DisplayName: m.Spec.Product.DisplayName,
			Description: m.Spec.Product.Description,
			Market:      string(m.Spec.Product.Market),

			ArgoCDProject: m.Spec.Product.ArgoCDProject,
		},
		Source: routing.Source{Namespace: m.Namespace, Name: m.Name},
		Topics: make([]routing.Topic, len(assigned.Topics)),
	}
	parties := make(named, len(assigned.Parties))
	table.Default = parties.topic(&assigned.Fallback)
	for i := range assigned.Topics {
		table.Topics[i] = parties.topic(&assigned.Topics[i])
	}
	return table
}

// named has the entry of each party in the table.
type named map[*topics.Party]routing.Party

func (n named) topic(a *topics.Assignment) routing.Topic {
	return routing.Topic{
		Name:          a.Topic.Name,
		Class:         string(a.Topic.Class),
		To:            n.parties(a.To),
		CC:            n.parties(a.CC),
		DecidedBy:     n.parties(a.DecidedBy),
		Quorum:        quorum(a),
		RespondWithin: a.Topic.RespondWithin,
		EscalateTo:    n.parties(a.EscalateTo),
	}
}

// quorum returns the quorum of an approval with its number of parties, so that tools need not compute that. It is nil
// for other topics.
func quorum(a *topics.Assignment) *routing.Quorum {
	if a.Topic.Class != v1alpha1.ClassApproval {
		return nil
	}
	q := &routing.Quorum{Mode: string(v1alpha1.QuorumAny), Count: 1}
	if a.Topic.Quorum == nil {
		return q
	}
	switch a.Topic.Quorum.Mode {
	case v1alpha1.QuorumAll:
		q.Mode, q.Count = string(v1alpha1.QuorumAll), int32(len(a.To)) //nolint:gosec // at most 33 parties
	case v1alpha1.QuorumAtLeast:
		q.Mode, q.Count = string(v1alpha1.QuorumAtLeast), a.Topic.Quorum.Count
	case v1alpha1.QuorumAny:
	}
	return q
}

// parties returns the entries of some parties. The list is never nil, so that the JSON has an empty list if there are
// none.
func (n named) parties(list []*topics.Party) []routing.Party {
	out := make([]routing.Party, len(list))
	for i, p := range list {
		is, known := n[p]
		if !known {
			is = routing.Party{
				Role: string(p.Role), Name: p.Name, DisplayName: p.DisplayName, Organization: p.Organization,
				Segment: string(p.Segment), Subjects: subjects(p.Subjects), Handles: handles(p.Handles),
			}
			n[p] = is
		}
		out[i] = is
	}
	return out
}

func subjects(list []v1alpha1.Subject) []routing.Subject {
	out := make([]routing.Subject, len(list))
	for i, s := range list {
		out[i] = routing.Subject{Kind: string(s.Kind), Name: s.Name, Namespace: s.Namespace}
	}
	slices.SortFunc(out, func(a, b routing.Subject) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
	return out
}

func handles(list []v1alpha1.Handle) []routing.Handle {
	out := make([]routing.Handle, len(list))
	for i, h := range list {
		out[i] = routing.Handle{System: h.System, Claim: h.Claim, Value: h.Value}
		if h.Claim == claims.Groups {
			// A handle without a claim name means the same claim.
			out[i].Claim = ""
		}
	}
	slices.SortFunc(out, routing.Handle.Compare)
	return out
}
