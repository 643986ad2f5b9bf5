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

// Package claims maps the subjects and handles of a map to the token claims by which tools recognize people. The
// cluster can add a prefix when it makes a name from a claim; a tool that reads the token itself sees no prefix.
// Package claims is pure.
package claims

import (
	"net/mail"
	"regexp"
	"strings"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
)

// Systems whose handles are claims. A party can have several handles of each. The tool then uses them in place of the
// party's subjects.
const (
	ArgoCD = "argocd"
	Kargo  = "kargo"
)

// Names of claims.
const (
	Groups = "groups"
	Email  = "email"
)

// AreClaims reports whether the handles of a system are claims.
func AreClaims(system string) bool { return system == ArgoCD || system == Kargo }

// maxPrefix is the number of bytes of a prefix that a message shows, so that a long prefix leaves room for the rest.
const maxPrefix = 64

// The CRDs have the same expression.
var namePattern = regexp.MustCompile(`^[a-zA-Z0-9_.:/-]{1,64}$`)

// IsName reports whether a string is a valid claim name.
func IsName(s string) bool { return namePattern.MatchString(s) }

// IsSameForAll reports whether a claim has the same value in every token of an issuer or a client. A handle with such a
// claim would match every user who signs in.
func IsSameForAll(name string) bool { return name == "iss" || name == "aud" || name == "azp" }

// Claim is one value of a claim in a token.
type Claim struct{ Name, Value string }

// OfHandle returns the claim that a handle names. A handle without a claim name means a group.
func OfHandle(name, value string) Claim {
	if name == "" {
		name = Groups
	}
	return Claim{name, value}
}

// OfSubject returns the claim of a subject. It has neither a claim nor a problem for a ServiceAccount, which does not sign
// in to tools: it talks to Kubernetes as itself.
func OfSubject(identities v1alpha1.Identities, kind v1alpha1.SubjectKind, name string) (claim Claim, problem string) {
	switch kind {
	case v1alpha1.SubjectGroup:
		return OfGroup(identities, name)
	case v1alpha1.SubjectUser:
		return OfUser(identities, name)
	case v1alpha1.SubjectServiceAccount:
	}
	return Claim{}, ""
}

// OfGroup returns the claim of a Kubernetes group. If there is none, problem says why; it completes a sentence whose
// subject is the group.
func OfGroup(identities v1alpha1.Identities, group string) (claim Claim, problem string) {
	value, problem := withoutPrefix(identities.GroupsPrefix, group)
	if problem != "" {
		return Claim{}, problem
	}
	return OfHandle(identities.GroupsClaim, value), ""
}

// OfUser returns the claim of a Kubernetes user. If there is none, problem says why; it completes a sentence whose
// subject is the user.
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

// withoutPrefix removes the prefix that the cluster adds. A name without the prefix comes from another issuer: in a
// token of this issuer the same name would mean another person.
func withoutPrefix(prefix, name string) (value, problem string) {
	value, ok := strings.CutPrefix(name, prefix)
	switch {
	case !ok:
		return "", "does not begin with " + messages.Quote(prefix, maxPrefix) + ", which the cluster puts before such names, as the platform's policy says"
	case value == "":
		return "", "is nothing but the prefix " + messages.Quote(prefix, maxPrefix)
	case strings.HasPrefix(value, " "):
		// Kargo trims spaces, so it would read another name.
		return "", "has a space after the prefix " + messages.Quote(prefix, maxPrefix)
	}
	return value, ""
}

// isAddress reports whether a name is a bare e-mail address, without a display name.
func isAddress(name string) bool {
	address, err := mail.ParseAddress(name)
	return err == nil && address.Address == name
}
