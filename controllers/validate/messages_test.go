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
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// checkFinding checks a finding against the bounds of status.findings, and that people can read it.
func checkFinding(t *testing.T, f v1alpha1.Finding) {
	t.Helper()
	if n := utf8.RuneCountInString(f.Message); n < 1 || n > 1024 {
		t.Errorf("the message of %s has %d characters, the CRD allows 1 to 1024: %s", f.Code, n, f.Message)
	}
	if n := utf8.RuneCountInString(f.Field); n < 1 || n > 256 {
		t.Errorf("the field of %s has %d characters, the CRD allows 1 to 256: %s", f.Code, n, f.Field)
	}
	if !utf8.ValidString(f.Message) || strings.ContainsFunc(f.Message, func(r rune) bool { return !unicode.IsPrint(r) }) {
		t.Errorf("the message of %s holds what cannot be printed: %q", f.Code, f.Message)
	}
}

func TestMessagesOfCases(t *testing.T) {
	for _, c := range fixtures.Cases() {
		t.Run(c.Name, func(t *testing.T) {
			for _, f := range validate.Map(c.Map(), c.Policy, fixtures.Now) {
				checkFinding(t, f)
			}
		})
	}
}

// hostileEverywhere returns maps that break every rule with a name in its message. They have the given name wherever a
// map has a text, even where the CRD would refuse it: the plugin reads files that no API server has validated.
func hostileEverywhere(name string) []*v1alpha1.StakeholderMap {
	user, account := fixtures.User(name), fixtures.ServiceAccount(name, name)
	handles := []v1alpha1.Handle{{System: "email", Value: name}, {System: name, Value: name + "\n"}}
	overlapping := fixtures.Minimal()
	overlapping.Name, overlapping.Namespace = name, name
	overlapping.Spec.Product = v1alpha1.Product{DisplayName: name, Market: v1alpha1.Market(name)}
	overlapping.Spec.Customers[0] = fixtures.Customer(name, user, user, account)
	overlapping.Spec.Customers[0].Topics = []string{name + "3"}
	overlapping.Spec.Customers[0].Handles = append(slices.Clone(handles), v1alpha1.Handle{System: "argocd", Value: "role:" + name})
	overlapping.Spec.EndUsers[0] = fixtures.EndUser(name, user, account)
	overlapping.Spec.Product.ArgoCDProject = "x" + name
	overlapping.Spec.TargetNamespaces.Names = []string{name}
	overlapping.Spec.ProductOwner.Name = name
	overlapping.Spec.ProductOwner.Subjects = []v1alpha1.Subject{user, account, {Kind: v1alpha1.SubjectKind(name), Name: name}}
	overlapping.Spec.DevelopmentTeam = v1alpha1.DevelopmentTeam{Subjects: []v1alpha1.Subject{user, account}}
	overlapping.Spec.Topics = []v1alpha1.Topic{
		{Name: name, Class: v1alpha1.ClassApproval, To: fixtures.Roles(v1alpha1.RoleEndUser, v1alpha1.Role(name))},
	}

	unroutable := fixtures.Minimal()
	unroutable.Spec.Topics = []v1alpha1.Topic{
		{Name: name, Class: v1alpha1.ClassConsultation, To: fixtures.Roles(v1alpha1.Role(name)), DecidedBy: fixtures.Roles("", v1alpha1.Role(name))},
		{
			Name: name + "2", Class: v1alpha1.ClassApproval, To: fixtures.Roles(v1alpha1.RoleCustomer),
			DecidedBy: fixtures.Roles(v1alpha1.Role(name)), Quorum: &v1alpha1.Quorum{Mode: v1alpha1.QuorumAtLeast, Count: 1 << 30},
		},
	}

	worthALook := fixtures.Minimal()
	worthALook.Spec.Customers = []v1alpha1.Customer{fixtures.Customer(name, user, fixtures.User("group:"+name)), fixtures.Customer(name, account)}
	worthALook.Spec.Product.ArgoCDProject, worthALook.Spec.TargetNamespaces.Names = "x", []string{"x"}
	worthALook.Spec.Customers[0].Handles, worthALook.Spec.Customers[0].ValidUntil = nil, fixtures.Soon
	worthALook.Spec.Customers[1].ValidFrom, worthALook.Spec.Customers[1].ValidUntil = fixtures.Future, fixtures.Soon
	worthALook.Spec.EndUsers = []v1alpha1.EndUser{fixtures.EndUser(name, fixtures.Group(name))}
	worthALook.Spec.ProductOwner.Subjects = []v1alpha1.Subject{fixtures.Group(name)}
	worthALook.Spec.DevelopmentTeam = v1alpha1.DevelopmentTeam{Subjects: []v1alpha1.Subject{fixtures.Group(name)}}
	worthALook.Spec.Customers[0].Subjects = append(worthALook.Spec.Customers[0].Subjects, fixtures.User("Sam"), fixtures.User("sAM"))
	worthALook.Spec.AcknowledgedOverlaps = []v1alpha1.AcknowledgedOverlap{{Kind: v1alpha1.SubjectKind(name), Name: name, Reason: name}}

	withoutAccount := fixtures.Minimal()
	withoutAccount.Spec.Customers = []v1alpha1.Customer{fixtures.Customer(name)}
	withoutAccount.Spec.EndUsers[0].Party = v1alpha1.Party{Name: name}
	for i := range 8 {
		withoutAccount.Spec.Topics = append(withoutAccount.Spec.Topics, v1alpha1.Topic{
			Name: name + strings.Repeat("x", i), Class: v1alpha1.ClassApproval, To: fixtures.Roles(v1alpha1.RoleCustomer),
		})
	}
	return []*v1alpha1.StakeholderMap{overlapping, unroutable, worthALook, withoutAccount}
}

// hostilePolicies break the rules that only a policy makes, each with hostile maps.
func hostilePolicies(name string) []*v1alpha1.StakeholderPolicySpec {
	return []*v1alpha1.StakeholderPolicySpec{
		nil,
		{
			Outputs: v1alpha1.PolicyOutputs{
				ArgoCD: v1alpha1.ArgoCDOutput{Namespace: name + "argocd"}, ManualApprovalGate: v1alpha1.Enabled, Kargo: v1alpha1.Enabled,
			},
			Overlaps: []v1alpha1.MarketOverlap{{Market: v1alpha1.Market(name), Treatment: v1alpha1.OverlapForbid}},
			HandleSystems: []v1alpha1.HandleSystem{
				{Name: name, RequiredFor: fixtures.Roles(v1alpha1.RoleCustomer, v1alpha1.RoleEndUser), Example: name},
				{Name: "email", Pattern: regexp.QuoteMeta(name) + "not", Example: name},
			},
		},
		{Topics: approvalsOf(name)},
		{
			// Every output leaves out the same subjects.
			Identities: v1alpha1.Identities{UsernamePrefix: name + "#", GroupsPrefix: name + "#"},
			Outputs: v1alpha1.PolicyOutputs{
				ArgoCD: v1alpha1.ArgoCDOutput{Namespace: "argocd"}, ManualApprovalGate: v1alpha1.Enabled, Kargo: v1alpha1.Enabled,
			},
		},
	}
}

// approvalsOf returns as many approvals as a policy can have, with all recipients at one place of a map.
func approvalsOf(name string) []v1alpha1.Topic {
	out := make([]v1alpha1.Topic, 16)
	for i := range out {
		out[i] = v1alpha1.Topic{Name: name + strings.Repeat("x", i), Class: v1alpha1.ClassApproval, To: fixtures.Roles(v1alpha1.RoleCustomer)}
	}
	return out
}

func TestMessagesOfHostileNames(t *testing.T) {
	for problem, name := range fixtures.BadNames() {
		t.Run(problem, func(t *testing.T) {
			broken := make(map[v1alpha1.FindingCode]bool)
			for _, m := range hostileEverywhere(name) {
				for _, policy := range hostilePolicies(name) {
					for _, f := range validate.Map(m, policy, fixtures.Now) {
						broken[f.Code] = true
						checkFinding(t, f)
					}
				}
			}
			for code := range declaredCodes(t) {
				// A message about a role as a whole shows no name.
				aboutRole := strings.HasSuffix(string(code), "Missing") || code == v1alpha1.RoleWithoutTopics || code == v1alpha1.ManyDecisionMakers
				if !broken[code] && !aboutRole {
					t.Errorf("no message of %s was looked at", code)
				}
			}
		})
	}
}

// TestMessagesNameTheOffender checks that a message says who or what is wrong.
func TestMessagesNameTheOffender(t *testing.T) {
	const hostile = "eve\u202e\n\"x"
	cases := map[string]struct {
		reason string
		mutate func(*v1alpha1.StakeholderMap)
		code   v1alpha1.FindingCode
		want   []string
	}{
		"overlap": {
			reason: "who it is, and where else it stands",
			mutate: func(m *v1alpha1.StakeholderMap) {
				m.Spec.EndUsers[0].Subjects = append(m.Spec.EndUsers[0].Subjects, m.Spec.Customers[0].Subjects[0])
			},
			code: v1alpha1.UnacknowledgedOverlap,
			want: []string{`User "cfo@acme.example"`, "spec.endUsers[0].subjects[1]", "spec.acknowledgedOverlaps"},
		},
		"ServiceAccount": {
			reason: "a ServiceAccount is known by namespace and name",
			mutate: func(m *v1alpha1.StakeholderMap) {
				m.Spec.Customers[0].Subjects[0] = fixtures.ServiceAccount("payments", "buyer")
			},
			code: v1alpha1.InvalidSubject,
			want: []string{`ServiceAccount "payments/buyer"`},
		},
		"hostile name": {
			reason: "what cannot be seen is shown escaped",
			mutate: func(m *v1alpha1.StakeholderMap) { m.Spec.Customers[0].Subjects[0].Name = hostile },
			code:   v1alpha1.InvalidSubject,
			want:   []string{`User "eve\u202e\n\"x"`},
		},
		"long name": {
			reason: "its beginning is shown, and that there is more",
			mutate: func(m *v1alpha1.StakeholderMap) {
				m.Spec.Customers[0].Subjects[0].Name = "eve" + strings.Repeat("x", 10_000)
			},
			code: v1alpha1.InvalidSubject,
			want: []string{`User "evexxx`, `x…"`},
		},
		"handle": {
			reason: "the system and the value",
			mutate: func(m *v1alpha1.StakeholderMap) {
				m.Spec.ProductOwner.Handles = []v1alpha1.Handle{{System: "slack", Value: "a b"}}
			},
			code: v1alpha1.InvalidHandle,
			want: []string{"slack", `"a b"`},
		},
		"topic": {
			reason: "the topic, and the party that it should go to",
			mutate: func(m *v1alpha1.StakeholderMap) { m.Spec.EndUsers[0].Topics = []string{"usability", "defect-report"} },
			code:   v1alpha1.UnroutableTopic,
			want:   []string{`"feature-request"`, "EndUser"},
		},
		"quorum": {
			reason: "both numbers",
			mutate: func(m *v1alpha1.StakeholderMap) {
				m.Spec.Topics = []v1alpha1.Topic{{
					Name: "rollout", Class: v1alpha1.ClassApproval, To: fixtures.Roles(v1alpha1.RoleCustomer),
					Quorum: &v1alpha1.Quorum{Mode: v1alpha1.QuorumAtLeast, Count: 17},
				}}
			},
			code: v1alpha1.QuorumUnreachable,
			want: []string{`"rollout"`, "17", "1"},
		},
		"party": {
			reason: "the name, and who has it",
			mutate: func(m *v1alpha1.StakeholderMap) { m.Spec.ProductOwner.Name = "board" },
			code:   v1alpha1.DuplicateParty,
			want:   []string{`"board"`, "spec.customers[0].name"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			m := fixtures.Minimal()
			tc.mutate(m)
			findings := validate.Map(m, nil, fixtures.Now)
			if len(findings) != 1 || findings[0].Code != tc.code {
				t.Fatalf("findings %v, want one of %s", findings, tc.code)
			}
			for _, part := range tc.want {
				if !strings.Contains(findings[0].Message, part) {
					t.Errorf("%s: the message lacks %s: %s", tc.reason, part, findings[0].Message)
				}
			}
		})
	}
}
