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
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

func TestClaimsOf(t *testing.T) {
	t.Parallel()
	known := func(p routing.Party, handle string) routing.Party {
		p.Handles = []routing.Handle{{System: "slack", Value: "#x"}, {System: "kargo", Value: handle}}
		return p
	}
	several := party("a", group("board"))
	several.Handles = []routing.Handle{
		{System: "kargo", Value: "board"}, {System: "kargo", Value: "buyers"}, {System: "kargo", Claim: "email", Value: "cfo@acme.example"}, {System: "kargo", Claim: "sub", Value: "007"},
	}
	prefixes := v1alpha1.Identities{UsernamePrefix: "https://login.acme.example#", GroupsPrefix: "oidc:"}
	subs := v1alpha1.Identities{UsernamePrefix: "oidc:", UsernameClaim: "sub"}
	bot := routing.Subject{Kind: "ServiceAccount", Namespace: "pay", Name: "bot"}
	cases := map[string]struct {
		reason     string
		identities v1alpha1.Identities
		parties    []routing.Party
		without    string
		want       string
	}{
		"Forms": {
			reason:  "Groups are groups, and Users whose name is an address are known by it; the rest Kargo cannot know.",
			parties: []routing.Party{party("a", group("zz"), user("zoe@acme.example"), user("carl"), bot, group("aa")), party("b", group("aa"))},
			want:    `{"email":["zoe@acme.example"],"groups":["aa","zz"]}`,
		},
		"Addresses": {
			reason: "A name is an address only as a whole.",
			parties: []routing.Party{party(
				"a", user("oidc:zoe@acme.example"), user("Zoe <zoe@acme.example>"), user("zoe@"), user("zoe@acme.example, abe@acme.example"), user("a@b"),
			)},
			want: `{"email":["a@b"]}`,
		},
		"Handle": {
			reason:  "The handle stands for the whole party, and for no other.",
			parties: []routing.Party{known(party("a", group("board"), user("zoe@acme.example")), "team:board"), party("b", group("buyers"))},
			want:    `{"groups":["buyers","team:board"]}`,
		},
		"HandleWithoutRight": {
			reason:  "A party without rights has no account, whatever its handle.",
			parties: []routing.Party{known(party("a", group("board")), "team:board"), known(party("b"), "everybody")},
			without: "board", want: `{}`,
		},
		"SubjectWithoutRight": {
			reason:  "Only who holds a right is known.",
			parties: []routing.Party{party("a", group("board"), user("zoe@acme.example"))},
			without: "board", want: `{"email":["zoe@acme.example"]}`,
		},
		"OtherRole": {
			reason:  "A role's ServiceAccount is for that role.",
			parties: []routing.Party{{Role: "EndUser", Name: "a", Subjects: []routing.Subject{group("cashiers")}}},
			want:    `{}`,
		},
		"Prefixes": {
			reason:     "A token has the names without what the cluster puts before them, and another name is another person's there.",
			identities: prefixes,
			parties: []routing.Party{party("a", group("oidc:board"), group("buyers"), group("oidc:"), group("oidc: board-of-others"), user("https://login.acme.example#zoe@acme.example"),
				user("abe@acme.example"), user("https://login.acme.example#carl"))},
			want: `{"email":["zoe@acme.example"],"groups":["board"]}`,
		},
		"Subs": {
			reason:     "The policy says which claim names of users come from.",
			identities: subs,
			parties:    []routing.Party{party("a", user("oidc:007"), user("oidc:zoe@acme.example"), user("008"))},
			want:       `{"sub":["007","zoe@acme.example"]}`,
		},
		"Roles": {
			reason:     "The policy says which claim names of groups come from.",
			identities: v1alpha1.Identities{GroupsClaim: "roles"},
			parties:    []routing.Party{party("a", group("board"))},
			want:       `{"roles":["board"]}`,
		},
		"Several": {
			reason:     "Handles say which claims they are, and take no prefix.",
			identities: prefixes,
			parties:    []routing.Party{several},
			want:       `{"email":["cfo@acme.example"],"groups":["board","buyers"],"sub":["007"]}`,
		},
		"Hostile": {
			reason:  "A name is a name, whatever is in it.",
			parties: []routing.Party{party("a", group(`x"],"sub":["admin`), group("a/b"), group("é<>&"))},
			want:    `{"groups":["a/b","x\"],\"sub\":[\"admin","é\u003c\u003e\u0026"]}`,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			holders := render.PartySubjects(c.parties)
			for subject := range holders[names.RoleCustomer] {
				if subject.Name == c.without {
					delete(holders[names.RoleCustomer], subject)
				}
			}
			got := render.ClaimsOf(c.identities, holders, c.parties)[names.RoleCustomer]
			if diff := cmp.Diff(c.want, got.String()); diff != "" {
				t.Errorf("%s\n%s", c.reason, diff)
			}
			// As Kargo reads it.
			read := make(map[string][]string)
			if err := json.Unmarshal([]byte(got.String()), &read); err != nil || !cmp.Equal(map[string][]string(got), read) {
				t.Errorf("Kargo reads %v, %v", read, err)
			}
			if diff := cmp.Diff(got, render.ParseClaims(got.String())); diff != "" {
				t.Errorf("it is read back differently:\n%s", diff)
			}
		})
	}
}

// TestClaimsOfTable returns the claims of parties with a right in any topic.
func TestClaimsOfTable(t *testing.T) {
	t.Parallel()
	board, buyers := party("board", group("board")), party("buyers", group("buyers"))
	asked := party("asked", group("asked"))
	table := &routing.RoutingTable{Topics: []routing.Topic{
		{Name: "purchase", Class: "Approval", To: []routing.Party{board}, CC: []routing.Party{asked}},
		{Name: "budget", Class: "Approval", To: []routing.Party{buyers}},
		{Name: "question", Class: "Consultation", To: []routing.Party{asked}},
	}}
	got := render.ClaimsOfTable(v1alpha1.Identities{}, render.GrantSubjects(render.Grants("checkout", table)), table)
	if diff := cmp.Diff(render.Claims{"groups": {"board", "buyers"}}, got[names.RoleCustomer]); diff != "" {
		t.Error(diff)
	}
}

func TestClaimsSets(t *testing.T) {
	t.Parallel()
	both := render.Claims{"groups": {"a", "b"}, "email": {"x@y"}}
	one := render.Claims{"groups": {"b"}}
	// A group is never an address, even if its name looks like one.
	crossed := render.Claims{"groups": {"x@y"}, "email": {"a"}}
	if !one.Within(both) || both.Within(one) || crossed.Within(both) || !(render.Claims{}).Within(one) || !both.Within(both) {
		t.Error("Within is wrong")
	}
	if got := both.Intersect(one); !got.Within(one) || !one.Within(got) {
		t.Errorf("what is in both is %s", got)
	}
	if got := both.Intersect(crossed); !got.Empty() {
		t.Errorf("what is in both is %s", got)
	}
	for _, unreadable := range []string{"", "null", "{", `{"groups":["a"],"sub":{}}`, `["a"]`, `{"sub":7}`, `{"sub":[]}`, `{"sub":null}`} {
		if got := render.ParseClaims(unreadable); !got.Empty() {
			t.Errorf("%s is read as %s", unreadable, got)
		}
	}
	// A claim that another writer has added maps people too, so the ServiceAccount may not hold the role's right while
	// the claim exists. Kargo reads a single value as a list of one.
	for _, added := range []string{`{"groups":["b"],"sub":["mallory"]}`, `{"groups":["b"],"sub":"mallory"}`} {
		if got := render.ParseClaims(added); got.Within(one) || !got.Intersect(both).Within(one) {
			t.Errorf("%s is read as %s", added, got)
		}
	}
	if !render.AddsClaims(map[string]string{"rbac.kargo.akuity.io/claim.groups": ""}) || render.AddsClaims(map[string]string{render.KargoClaims: "{}"}) {
		t.Error("AddsClaims is wrong")
	}
}

func TestAccount(t *testing.T) {
	t.Parallel()
	owner := names.Owner{Namespace: strings.Repeat("n", 63), Name: strings.Repeat("m", 63), UID: "1"}
	account := render.Account(owner, "prod", names.RoleCustomer, render.Claims{"groups": {"a"}})
	if *account.AutomountServiceAccountToken || account.Annotations[names.AnnotationMapUID] != "1" || account.OwnerReferences != nil {
		t.Errorf("it is %+v", account)
	}
	if at := render.Account(owner, owner.Namespace, names.RoleCustomer, render.Claims{}); len(at.OwnerReferences) != 1 {
		t.Errorf("in the map's namespace it has owners %v", at.OwnerReferences)
	}
	want := rbacv1.Subject{Kind: "ServiceAccount", Namespace: "prod", Name: account.Name}
	if got := render.AccountSubject(owner, "prod", names.RoleCustomer); got != want {
		t.Errorf("a RoleBinding names %v", got)
	}
}
