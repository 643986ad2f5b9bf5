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

	"github.com/google/go-cmp/cmp"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
)

func TestResolve(t *testing.T) {
	table := newTable(t)
	cases := map[string]struct {
		reason string
		table  *routing.RoutingTable
		topic  string
		want   routing.Topic
	}{
		"first":          {"the first topic is found", table, "budget", table.Topics[0]},
		"middle":         {"a topic in between is found", table, "requirements", table.Topics[1]},
		"last":           {"the last topic is found", table, "usability", table.Topics[2]},
		"unknown":        {"a topic that is not listed has an answer, too", table, "coffee", table.Default},
		"before all":     {"also where it sorts before every topic", table, "a", table.Default},
		"after all":      {"also where it sorts after every topic", table, "z", table.Default},
		"prefix":         {"a name is matched as a whole", table, "budge", table.Default},
		"case":           {"a name is matched as it is spelt", table, "Budget", table.Default},
		"empty":          {"no topic has an empty name", table, "", table.Default},
		"default":        {"the default entry answers to its own name", table, routing.DefaultTopic, table.Default},
		"table of none":  {"a table without topics has its default", &routing.RoutingTable{Default: table.Default}, "budget", table.Default},
		"table of zeros": {"an empty table does not panic", &routing.RoutingTable{}, "budget", routing.Topic{}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, tc.table.Resolve(tc.topic)); diff != "" {
				t.Errorf("%s: Resolve(%q) (-want +got):\n%s", tc.reason, tc.topic, diff)
			}
		})
	}
}

func TestHandle(t *testing.T) {
	cases := map[string]struct {
		reason string
		party  routing.Party
		system string
		want   string
	}{
		"first":      {"the value of the system that is asked for", board, "email", "approvals@acme.example"},
		"last":       {"the value of the system that is asked for", board, "slack", "#acme"},
		"elsewhere":  {"nothing, if the system does not know the party", board, "github", ""},
		"no handles": {"nothing, if no system knows the party", ledger, "email", ""},
		"no system":  {"no system has an empty name", board, "", ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, tc.party.Handle(tc.system)); diff != "" {
				t.Errorf("%s: Handle(%q) (-want +got):\n%s", tc.reason, tc.system, diff)
			}
		})
	}
}
