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

// Package claims says by which claims of a token tools know the people whom a map names. The cluster makes names from
// claims, and can put a prefix before them; a tool that reads the token itself sees no prefix. It is pure.
package claims

import (
	"net/mail"
	"regexp"
	"strings"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
)

// Systems whose handles are claims. A party can have several of them, and they replace its subjects for the tool.
const (
	ArgoCD = "argocd"
	Kargo  = "kargo"
)

// Names of claims.
const (
	Groups = "groups"
	Email  = "email"
)

// AreClaims says whether the handles of a system are claims.
func AreClaims(system string) bool { return system == ArgoCD || system == Kargo }

// maxPrefix is how many bytes of a prefix a message shows: a long one would leave no room for the rest.
const maxPrefix = 64

// The CRDs have the same expression.
var name = regexp.MustCompile(`^[a-zA-Z0-9_.:/-]{1,64}$`)

// IsName says whether a text is the name of a claim.
func IsName(s string) bool { return name.MatchString(s) }

// IsSameForAll says whether all who sign in to a tool have the same value of a claim. As a handle it would name them all.
func IsSameForAll(name string) bool { return name == "iss" || name == "aud" || name == "azp" }

// Claim is a claim of a token with one of its values.
type Claim struct{ Name, Value string }

// OfHandle is the claim that a handle names. Without a name, it is a group.
func OfHandle(name, value string) Claim {
	if name == "" {
		name = Groups
	}
	return Claim{name, value}
}

// OfGroup is the claim of a group of the cluster. If there is none, problem says why, and completes a sentence that begins
// with the group.
func OfGroup(identities v1alpha1.Identities, group string) (claim Claim, problem string) {
	value, problem := withoutPrefix(identities.GroupsPrefix, group)
	if problem != "" {
		return Claim{}, problem
	}
	return OfHandle(identities.GroupsClaim, value), ""
}

// OfUser is the claim of a user of the cluster. If there is none, problem says why, and completes a sentence that begins
// with the user.
func OfUser(identities v1alpha1.Identities, user string) (claim Claim, problem string) {
	value, problem := withoutPrefix(identities.UsernamePrefix, user)
	switch {
	case problem != "":
		return Claim{}, problem
	case identities.UsernameClaim != "":
		return Claim{identities.UsernameClaim, value}, ""
	case !isAddress(value):
		return Claim{}, "is no e-mail address, and the platform's policy does not say which claim names of users are (identities.usernameClaim)"
	}
	return Claim{Email, value}, ""
}

// withoutPrefix takes off what the cluster puts before a name. A name without the prefix does not come from this issuer:
// in a token of this issuer the same letters are someone else.
func withoutPrefix(prefix, name string) (value, problem string) {
	value, ok := strings.CutPrefix(name, prefix)
	switch {
	case !ok:
		return "", "does not begin with " + messages.Quote(prefix, maxPrefix) + ", which the cluster puts before such names, as the platform's policy says"
	case value == "":
		return "", "is nothing but the prefix " + messages.Quote(prefix, maxPrefix)
	case strings.HasPrefix(value, " "):
		// Kargo trims spaces, and would take it for another name.
		return "", "has a space after the prefix " + messages.Quote(prefix, maxPrefix)
	}
	return value, ""
}

// isAddress says whether a name is an e-mail address and nothing beside it.
func isAddress(name string) bool {
	address, err := mail.ParseAddress(name)
	return err == nil && address.Address == name
}
