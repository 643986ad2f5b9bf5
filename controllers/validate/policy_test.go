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

package validate_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

func TestPolicy(t *testing.T) {
	system := func(s v1alpha1.HandleSystem) *v1alpha1.StakeholderPolicySpec {
		s.Name = "slack"
		return &v1alpha1.StakeholderPolicySpec{HandleSystems: []v1alpha1.HandleSystem{s}}
	}
	topic := func(topic v1alpha1.Topic) *v1alpha1.StakeholderPolicySpec {
		topic.Name, topic.Class = "x", v1alpha1.ClassApproval
		return &v1alpha1.StakeholderPolicySpec{Topics: []v1alpha1.Topic{topic}}
	}
	action := func(action v1alpha1.ArgoCDAction) *v1alpha1.StakeholderPolicySpec {
		return &v1alpha1.StakeholderPolicySpec{
			Outputs: v1alpha1.PolicyOutputs{ArgoCD: v1alpha1.ArgoCDOutput{Namespace: "argocd", Customers: []v1alpha1.ArgoCDAction{"sync", action}}},
		}
	}
	cases := map[string]struct {
		reason string
		policy *v1alpha1.StakeholderPolicySpec
		want   []string
	}{
		"none":    {reason: "the default is valid"},
		"empty":   {reason: "nothing is asked for", policy: &v1alpha1.StakeholderPolicySpec{}},
		"pattern": {reason: "any expression of Go's is a pattern", policy: system(v1alpha1.HandleSystem{Pattern: `#(?i)[a-z\d]+|@\pL+`, Example: "#A"})},
		"no pattern": {
			reason: "what does not compile matches nothing, and would make every map invalid",
			policy: system(v1alpha1.HandleSystem{Pattern: `#[a-z`}),
			want:   []string{"spec.handleSystems[0].pattern"},
		},
		"unbalanced pattern": {
			reason: "it compiles only inside of the parentheses that are put around it",
			policy: system(v1alpha1.HandleSystem{Pattern: `a)|(b`}),
			want:   []string{"spec.handleSystems[0].pattern"},
		},
		"example": {
			reason: "who follows the example must not be refused, and an example without a pattern is free",
			policy: system(v1alpha1.HandleSystem{Pattern: `#a`, Example: "#a-b"}),
			want:   []string{"spec.handleSystems[0].example"},
		},
		"example alone": {reason: "there is nothing that it could contradict", policy: system(v1alpha1.HandleSystem{Example: "#a"})},
		"example of two lines": {
			reason: "the API server drops a message with a line break, and with it everything that it says",
			policy: system(v1alpha1.HandleSystem{Pattern: `#a`, Example: "#a\n"}),
			want:   []string{"spec.handleSystems[0].example"},
		},
		"what cannot be seen": {
			reason: "no map could follow it",
			policy: system(v1alpha1.HandleSystem{Pattern: "#a\u200b", Example: "\u3164"}),
			want:   []string{"spec.handleSystems[0].example", "spec.handleSystems[0].pattern"},
		},
		"approval": {
			reason: "the platform cannot make approvals end-user-driven either",
			policy: topic(v1alpha1.Topic{
				To: fixtures.Roles(v1alpha1.RoleCustomer, v1alpha1.RoleEndUser), DecidedBy: fixtures.Roles(v1alpha1.RoleEndUser), EscalateTo: fixtures.Roles(v1alpha1.RoleDevelopmentTeam),
			}),
			want: []string{"spec.topics[0].to[1]", "spec.topics[0].decidedBy[0]", "spec.topics[0].escalateTo[0]"},
		},
		"identities": {reason: "the API server takes any prefix", policy: &v1alpha1.StakeholderPolicySpec{Identities: v1alpha1.Identities{
			UsernameClaim: "https://acme.example/sub", UsernamePrefix: "https://login.acme.example#", GroupsClaim: "roles", GroupsPrefix: "oidc: ",
		}}},
		"identities that cannot be": {
			reason: "a claim is a key of what Kargo reads, and no name begins with what cannot be seen",
			policy: &v1alpha1.StakeholderPolicySpec{Identities: v1alpha1.Identities{
				UsernameClaim: `sub":["x"],"y`, UsernamePrefix: "oidc:\n", GroupsClaim: "a b", GroupsPrefix: "\u3164",
			}},
			want: []string{
				"spec.identities.usernameClaim", "spec.identities.groupsClaim", "spec.identities.usernamePrefix", "spec.identities.groupsPrefix",
			},
		},
		"sound approval": {reason: "customers decide", policy: topic(v1alpha1.Topic{To: fixtures.Roles(v1alpha1.RoleCustomer)})},
		"action":         {reason: "one action of one kind", policy: action("action/argoproj.io/Rollout/resume")},
		"core action":    {reason: "the core group has no name", policy: action("action//Pod/restart")},
		"wildcard":       {reason: "a wildcard grants what is not listed", policy: action("action/*"), want: []string{"spec.outputs.argoCD.customers[1]"}},
		"override":       {reason: "nothing but sync and actions can be granted", policy: action("override"), want: []string{"spec.outputs.argoCD.customers[1]"}},
		"injection": {
			reason: "an action is part of a line of Argo CD's policy",
			policy: action("sync, *, allow\np, role:x, *"),
			want:   []string{"spec.outputs.argoCD.customers[1]"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, problem := range validate.Policy(tc.policy) {
				got = append(got, problem.Field)
				if strings.ContainsAny(problem.Error(), "\n") || len(problem.Error()) > 1024 {
					t.Errorf("the message is not one line that people can read: %q", problem.Error())
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: problems (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}
