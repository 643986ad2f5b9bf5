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

package v1alpha1_test

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
)

var (
	board = routing.Party{
		Role: "Customer", Name: "board", DisplayName: "ACME <board> & friends", Organization: "ACME",
		Subjects: []routing.Subject{{Kind: "Group", Name: "acme:procurement"}, {Kind: "User", Name: "cfo@acme.example"}},
		Handles:  []routing.Handle{{System: "email", Value: "approvals@acme.example"}, {System: "kargo", Value: "board"}, {System: "kargo", Value: "buyers"}, {System: "kargo", Claim: "email", Value: "cfo@acme.example"}, {System: "slack", Value: "#acme"}},
	}
	ledger = routing.Party{
		Role: "EndUser", Name: "ledger", Segment: "System",
		Subjects: []routing.Subject{{Kind: "ServiceAccount", Name: "ledger", Namespace: "payments"}},
		Handles:  []routing.Handle{},
	}
	dana = routing.Party{
		Role: "ProductOwner", Name: "dana", Subjects: []routing.Subject{{Kind: "User", Name: "dana"}}, Handles: []routing.Handle{},
	}
)

func topic(name, class string, to, decidedBy []routing.Party) routing.Topic {
	return routing.Topic{Name: name, Class: class, To: to, CC: []routing.Party{}, DecidedBy: decidedBy, EscalateTo: []routing.Party{}}
}

// newTable is a table with everything that a table can have, revision included.
func newTable(t testing.TB) *routing.RoutingTable {
	t.Helper()
	customers, owner := []routing.Party{board}, []routing.Party{dana}
	budget := topic("budget", "Approval", customers, customers)
	budget.CC = owner
	budget.Quorum = &routing.Quorum{Mode: "Any", Count: 1}
	budget.RespondWithin, budget.EscalateTo = "48h", owner
	table := &routing.RoutingTable{
		TypeMeta: metav1.TypeMeta{APIVersion: routing.APIVersion, Kind: routing.Kind},
		// A description that looks like the field which Parse takes out of the document.
		Product: routing.Product{DisplayName: "Checkout", Description: `"revision":"sha256:0"`, Market: "B2B"},
		Source:  routing.Source{Namespace: "payments", Name: "checkout"},
		Topics: []routing.Topic{
			budget,
			topic("requirements", "Consultation", owner, owner),
			topic("usability", "FeatureRequest", []routing.Party{ledger}, owner),
		},
		Default: topic("default", "Consultation", owner, owner),
	}
	seal(t, table)
	return table
}

func seal(t testing.TB, table *routing.RoutingTable) string {
	t.Helper()
	document, err := table.Seal()
	if err != nil {
		t.Fatal(err)
	}
	return document
}

func encode(t testing.TB, table *routing.RoutingTable) []byte {
	t.Helper()
	document, err := table.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return document
}
