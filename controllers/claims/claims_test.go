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

package claims_test

import (
	"testing"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/claims"
)

func TestClaims(t *testing.T) {
	t.Parallel()
	prefixed := v1alpha1.Identities{UsernamePrefix: "u:", GroupsPrefix: "g:", GroupsClaim: "roles"}
	subs := v1alpha1.Identities{UsernameClaim: "sub"}
	cases := map[string]struct {
		reason     string
		identities v1alpha1.Identities
		of         func(v1alpha1.Identities, string) (claims.Claim, string)
		name       string
		// want is empty if there is no claim.
		want claims.Claim
	}{
		"group":                  {"without a prefix the name is the claim", v1alpha1.Identities{}, claims.OfGroup, "oidc:board", claims.Claim{Name: "groups", Value: "oidc:board"}},
		"group with a prefix":    {"a token has it without the prefix", prefixed, claims.OfGroup, "g:board", claims.Claim{Name: "roles", Value: "board"}},
		"group behind two":       {"the cluster puts one prefix there", prefixed, claims.OfGroup, "g:g:board", claims.Claim{Name: "roles", Value: "g:board"}},
		"group without a prefix": {"in a token of this issuer, board is another group", prefixed, claims.OfGroup, "board", claims.Claim{}},
		"group of users' prefix": {"the two prefixes are two", prefixed, claims.OfGroup, "u:board", claims.Claim{}},
		"group of no name":       {"nothing is left", prefixed, claims.OfGroup, "g:", claims.Claim{}},
		"group behind a space":   {"Kargo trims it, and takes it for another group", prefixed, claims.OfGroup, "g: board", claims.Claim{}},
		"address":                {"an address is most likely the claim email", v1alpha1.Identities{}, claims.OfUser, "a@b.example", claims.Claim{Name: "email", Value: "a@b.example"}},
		"address with a prefix":  {"a token has it without the prefix", prefixed, claims.OfUser, "u:a@b.example", claims.Claim{Name: "email", Value: "a@b.example"}},
		"address without prefix": {"it does not come from this issuer", prefixed, claims.OfUser, "a@b.example", claims.Claim{}},
		"named address":          {"an address is the whole name", v1alpha1.Identities{}, claims.OfUser, "A <a@b.example>", claims.Claim{}},
		"login":                  {"which claim it is cannot be known", v1alpha1.Identities{}, claims.OfUser, "carla", claims.Claim{}},
		"login by the policy":    {"the policy says which claim it is", subs, claims.OfUser, "carla", claims.Claim{Name: "sub", Value: "carla"}},
		"address by the policy":  {"and that it is no other", subs, claims.OfUser, "a@b.example", claims.Claim{Name: "sub", Value: "a@b.example"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, problem := tc.of(tc.identities, tc.name)
			if got != tc.want || (problem == "") != (tc.want.Name != "") {
				t.Errorf("%s: the claim of %s is %v (%s), want %v", tc.reason, tc.name, got, problem, tc.want)
			}
		})
	}
}
