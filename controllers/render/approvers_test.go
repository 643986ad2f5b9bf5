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

package render_test

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// gate is a policy that has the manual-approval-gate enabled.
var gate = &v1alpha1.StakeholderPolicySpec{Outputs: v1alpha1.PolicyOutputs{ManualApprovalGate: v1alpha1.Enabled}}

func party(name string, subjects ...routing.Subject) routing.Party {
	return routing.Party{Role: "Customer", Name: name, Subjects: subjects}
}

func user(name string) routing.Subject  { return routing.Subject{Kind: "User", Name: name} }
func group(name string) routing.Subject { return routing.Subject{Kind: "Group", Name: name} }

func TestApproversOf(t *testing.T) {
	quorum := func(count int32) *routing.Quorum { return &routing.Quorum{Mode: "AtLeast", Count: count} }
	cases := map[string]struct {
		reason string
		topic  routing.Topic
		want   render.Approvers
	}{
		"Forms": {
			reason: "users stand as they are, groups behind group:, the users first and each once",
			topic: routing.Topic{To: []routing.Party{
				party("a", group("zz"), user("zoe"), group("aa")), party("b", user("zoe"), user("\"abe\" <x>"), group("aa")),
			}},
			want: render.Approvers{Names: []string{"\"abe\" <x>", "zoe", "group:aa", "group:zz"}, Required: 1},
		},
		"ServiceAccount": {
			reason: "a ServiceAccount answers under the name that the API server gives it",
			topic:  routing.Topic{To: []routing.Party{party("a", routing.Subject{Kind: "ServiceAccount", Namespace: "pay", Name: "bot"})}},
			want:   render.Approvers{Names: []string{"system:serviceaccount:pay:bot"}, Required: 1},
		},
		"Quorum": {
			reason: "as many people as parties",
			topic:  routing.Topic{Quorum: quorum(2), To: []routing.Party{party("a", user("abe")), party("b", user("bea")), party("c", user("cid"))}},
			want:   render.Approvers{Names: []string{"abe", "bea", "cid"}, Required: 2},
		},
		"Nobody": {
			reason: "an approval that reaches no user has no list: a tool could take an empty one for all users",
			topic:  routing.Topic{Quorum: quorum(1)},
		},
		"QuorumOutOfReach": {
			reason: "an invalid map may have lost the parties that it takes",
			topic:  routing.Topic{Quorum: quorum(2), To: []routing.Party{party("a", user("abe"), user("ann"))}},
		},
		"PartyNotCarried": {
			reason: "two people of b would pass for a, who is not even asked",
			topic:  routing.Topic{Quorum: quorum(2), To: []routing.Party{party("a", group("acme:board")), party("b", group("b"))}},
		},
		"OthersCarried": {
			reason: "b alone may approve, whether a can be named or not",
			topic:  routing.Topic{Quorum: quorum(1), To: []routing.Party{party("a", group("acme:board")), party("b", group("b"))}},
			want:   render.Approvers{Names: []string{"group:b"}, Required: 1},
		},
		"GroupWithColon": {"the gate refuses the whole approval", routing.Topic{To: []routing.Party{party("a", group("acme:board"))}}, render.Approvers{}},
		"GroupWithSpace": {"the gate refuses the whole approval", routing.Topic{To: []routing.Party{party("a", group("the board"))}}, render.Approvers{}},
		"UserLikeGroup":  {"the gate would let a whole group approve", routing.Topic{To: []routing.Party{party("a", user("group:board"))}}, render.Approvers{}},
		"ColonSpace":     {"the gate refuses the whole approval", routing.Topic{To: []routing.Party{party("a", user("cfo: acme"), user("cfo :acme"))}}, render.Approvers{}},
		"Variable":       {"the pipeline would put something else in its place", routing.Topic{To: []routing.Party{party("a", user("$(params.x)"), group("$(x)"))}}, render.Approvers{}},
		"Blank":          {"the gate refuses the whole approval", routing.Topic{To: []routing.Party{party("a", user(""), user("\t"), group(""))}}, render.Approvers{}},
		"UserWithColon": {
			reason: "a user may have a colon",
			topic:  routing.Topic{To: []routing.Party{party("a", user("oidc:abe"))}},
			want:   render.Approvers{Names: []string{"oidc:abe"}, Required: 1},
		},
		"SameName": {
			reason: "of a user and a group of one name the gate keeps the first: the user, because a group stands for more people",
			topic:  routing.Topic{To: []routing.Party{party("a", group("board")), party("b", user("board"))}},
			want:   render.Approvers{Names: []string{"board"}, Required: 1},
		},
		"SameNameQuorum": {
			reason: "the party whose group the gate would drop does not count",
			topic:  routing.Topic{Quorum: quorum(2), To: []routing.Party{party("a", group("board")), party("b", user("board"))}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, render.ApproversOf(&tc.topic)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestApproverKeys(t *testing.T) {
	m := flatKeysMap()
	m.Spec.Topics = append(m.Spec.Topics,
		v1alpha1.Topic{
			Name: "go-live", Class: v1alpha1.ClassApproval, To: fixtures.Roles(v1alpha1.RoleCustomer),
			Quorum: &v1alpha1.Quorum{Mode: v1alpha1.QuorumAll},
		})
	cases := map[string]struct {
		reason string
		policy *v1alpha1.StakeholderPolicySpec
		want   map[string]string
	}{
		"Default":  {"no policy, no keys", nil, map[string]string{}},
		"LeftOut":  {"the switch is off by default", &v1alpha1.StakeholderPolicySpec{}, map[string]string{}},
		"Disabled": {"the switch is off", &v1alpha1.StakeholderPolicySpec{Outputs: v1alpha1.PolicyOutputs{ManualApprovalGate: v1alpha1.Disabled}}, map[string]string{}},
		"Enabled": {"each approval has both keys, and nothing else has them", gate, map[string]string{
			"budget.approvers": `["cfo@acme.example","cto@acme.example","group:aa","group:zz"]`, "budget.approvers-required": "1",
			"delivery-date.approvers": `["cfo@acme.example","cto@acme.example","group:aa","group:zz"]`, "delivery-date.approvers-required": "1",
			"go-live.approvers": `["cfo@acme.example","cto@acme.example","group:aa","group:zz"]`, "go-live.approvers-required": "2",
			"process-change.approvers": `["cfo@acme.example","cto@acme.example","group:aa","group:zz"]`, "process-change.approvers-required": "1",
			"release.approvers": `["cfo@acme.example","cto@acme.example","group:aa","group:zz"]`, "release.approvers-required": "1",
			"rollout.approvers": `["dana@vendor.example"]`, "rollout.approvers-required": "1",
			"scope-change.approvers": `["cfo@acme.example","cto@acme.example","group:aa","group:zz"]`, "scope-change.approvers-required": "1",
		}},
	}
	without := data(t, m)
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			all := dataUnder(t, m, tc.policy)
			got := make(map[string]string)
			for key, value := range all {
				if _, suffix, _ := strings.Cut(key, "."); strings.HasPrefix(suffix, "approvers") {
					got[key] = value
					delete(all, key)
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(without, all); diff != "" {
				t.Errorf("the other keys differ from those without a policy (-want +got):\n%s", diff)
			}
		})
	}
}

// checkApprovers reads the gate's keys of a topic as a pipeline would, and compares them with the document.
func checkApprovers(t *testing.T, data map[string]string, topic *routing.Topic) {
	t.Helper()
	list, listed := data[topic.Name+".approvers"]
	number, numbered := data[topic.Name+".approvers-required"]
	if listed != numbered || listed && topic.Class != "Approval" {
		t.Fatalf("%s of class %s has the approvers %q and the number %q", topic.Name, topic.Class, list, number)
	}
	if !listed {
		return
	}
	var names []string
	if err := json.Unmarshal([]byte(list), &names); err != nil || len(names) == 0 {
		t.Fatalf("%s has the approvers %s: %v", topic.Name, list, err)
	}
	if required, err := strconv.Atoi(number); err != nil || required != int(topic.Quorum.Count) {
		t.Errorf("%s asks for %s people, and for %d parties", topic.Name, number, topic.Quorum.Count)
	}
	// A user with the name of a group is no recipient: the gate would take the name for the group.
	recipients := make(map[string]bool)
	for _, p := range topic.To {
		for _, s := range p.Subjects {
			switch s.Kind {
			case "Group":
				recipients["group:"+s.Name] = true
			case "ServiceAccount":
				recipients["system:serviceaccount:"+s.Namespace+":"+s.Name] = true
			default:
				if !strings.HasPrefix(s.Name, "group:") {
					recipients[s.Name] = true
				}
			}
		}
	}
	seen := make(map[string]bool)
	for _, name := range names {
		if !recipients[name] {
			t.Errorf("%s may be approved by %q, who does not receive it", topic.Name, name)
		}
		group, isGroup := strings.CutPrefix(name, "group:")
		if isGroup && strings.ContainsAny(group, ": ") || strings.TrimSpace(group) == "" {
			t.Errorf("the gate refuses the approver %q of %s", name, topic.Name)
		}
		// To the gate, a user and a group of one name are the same.
		if seen[group] {
			t.Errorf("%s names %q twice", topic.Name, group)
		}
		seen[group] = true
	}
}
