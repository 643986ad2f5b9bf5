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

package render

import (
	"encoding/json"
	"maps"
	"net/mail"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
)

// Kargo's server knows people by the claims in their OpenID Connect token. It asks Kubernetes' RBAC not about the person,
// but about the ServiceAccounts in a project's namespace of which an annotation names one of these claims. So in a target
// namespace that is a Kargo project there is such a ServiceAccount for each role, which the role's RoleBinding names
// beside the people.

const (
	// KargoProjectLabel marks, with the value "true", a namespace that is a Kargo project.
	KargoProjectLabel = "kargo.akuity.io/project"
	// KargoClaims is the annotation of a ServiceAccount with the claims of those who act as it: a JSON object of
	// lists by the claim's name. Any one value is enough.
	KargoClaims = "rbac.kargo.akuity.io/claims"
	// kargoClaimPrefix begins the annotations of the older form, one for each claim. They add to KargoClaims.
	kargoClaimPrefix = "rbac.kargo.akuity.io/claim."
	// kargoSystem is the system of the handle that names a party's group in Kargo.
	kargoSystem = "kargo"
)

// Claims are by what claims Kargo knows some people.
type Claims struct {
	// Groups and Emails are sorted, each once.
	Groups []string `json:"groups,omitempty"`
	Emails []string `json:"email,omitempty"`
}

// ClaimsOf is, by the value of LabelRole, how those parties of some lists are known to Kargo of whom a subject holds a
// right. A party is known by its handle of the system kargo, which names a group as it stands in the token; one that has
// none, by those Groups among its subjects, and those Users whose name is an e-mail address, that hold a right.
// ServiceAccounts are left out: they talk to Kubernetes as themselves.
func ClaimsOf(holders map[string]map[rbacv1.Subject]bool, lists ...[]routing.Party) map[string]Claims {
	out := make(map[string]Claims, len(roleLabels))
	for _, r := range roleLabels {
		groups, emails := make(map[string]bool), make(map[string]bool)
		for _, parties := range lists {
			for i := range parties {
				if parties[i].Role == r.role {
					addClaims(&parties[i], holders[r.label], groups, emails)
				}
			}
		}
		out[r.label] = Claims{slices.Sorted(maps.Keys(groups)), slices.Sorted(maps.Keys(emails))}
	}
	return out
}

// ClaimsOfTable is ClaimsOf for everybody whom a table names.
func ClaimsOfTable(holders map[string]map[rbacv1.Subject]bool, table *routing.RoutingTable) map[string]Claims {
	lists := make([][]routing.Party, 0, 2*len(table.Topics))
	for i := range table.Topics {
		lists = append(lists, table.Topics[i].To, table.Topics[i].DecidedBy)
	}
	return ClaimsOf(holders, lists...)
}

func addClaims(party *routing.Party, holders map[rbacv1.Subject]bool, groups, emails map[string]bool) {
	subjects := make(map[rbacv1.Subject]bool)
	addSubjects(subjects, party.Subjects)
	maps.DeleteFunc(subjects, func(s rbacv1.Subject, _ bool) bool { return !holders[s] })
	if len(subjects) == 0 {
		return
	}
	if group := party.Handle(kargoSystem); group != "" {
		groups[group] = true
		return
	}
	for s := range subjects {
		switch {
		case s.Kind == rbacv1.GroupKind:
			groups[s.Name] = true
		case s.Kind == rbacv1.UserKind && isAddress(s.Name):
			emails[s.Name] = true
		}
	}
}

// isAddress says whether a name is an e-mail address, and nothing else beside it.
func isAddress(name string) bool {
	address, err := mail.ParseAddress(name)
	return err == nil && address.Address == name
}

// ParseClaims reads what String writes. What cannot be read, and claims of other names, are nobody.
func ParseClaims(annotation string) Claims {
	var c Claims
	if err := json.Unmarshal([]byte(annotation), &c); err != nil {
		return Claims{}
	}
	return c
}

// String is the claims as Kargo reads them.
func (c Claims) String() string {
	out, err := json.Marshal(c)
	if err != nil {
		// Lists of strings can always be encoded; without, Kargo takes it for nobody.
		return ""
	}
	return string(out)
}

// Empty says whether the claims are nobody's.
func (c Claims) Empty() bool { return len(c.Groups)+len(c.Emails) == 0 }

// Within says whether everybody of these claims is among others.
func (c Claims) Within(others Claims) bool {
	in := func(list []string) func(string) bool {
		return func(name string) bool { return !slices.Contains(list, name) }
	}
	return !slices.ContainsFunc(c.Groups, in(others.Groups)) && !slices.ContainsFunc(c.Emails, in(others.Emails))
}

// Intersect is who is in both, in the order of the first.
func (c Claims) Intersect(others Claims) Claims {
	both := func(a, b []string) []string {
		return slices.DeleteFunc(slices.Clone(a), func(name string) bool { return !slices.Contains(b, name) })
	}
	return Claims{both(c.Groups, others.Groups), both(c.Emails, others.Emails)}
}

// AddsClaims says whether annotations map people to a ServiceAccount beside those whom KargoClaims names.
func AddsClaims(annotations map[string]string) bool {
	for key := range annotations {
		if strings.HasPrefix(key, kargoClaimPrefix) {
			return true
		}
	}
	return false
}

// IsClaims says whether an annotation says who is mapped to a ServiceAccount.
func IsClaims(annotation string) bool {
	return annotation == KargoClaims || strings.HasPrefix(annotation, kargoClaimPrefix)
}

// AccountName is the name of a role's ServiceAccount in every target namespace that has one. No namespace has a dot in its
// name, and no role, so no two maps come to the same.
func AccountName(owner Owner, role string) string {
	return "stakeholders." + owner.Namespace + "." + owner.Name + "." + role
}

// AccountRole is the role whose ServiceAccount has a name, or "".
func AccountRole(owner Owner, name string) string {
	for _, role := range Roles {
		if name == AccountName(owner, role) {
			return role
		}
	}
	return ""
}

// AccountSubject is a role's ServiceAccount in a namespace as the role's RoleBinding names it.
func AccountSubject(owner Owner, namespace, role string) rbacv1.Subject {
	return rbacv1.Subject{Kind: rbacv1.ServiceAccountKind, Namespace: namespace, Name: AccountName(owner, role)}
}

// Account is a role's ServiceAccount in a target namespace as the operator applies it. No Pod gets its token by itself.
func Account(owner Owner, namespace, role string, claims Claims) *corev1ac.ServiceAccountApplyConfiguration {
	annotations := owner.annotations()
	annotations[KargoClaims] = claims.String()
	account := corev1ac.ServiceAccount(AccountName(owner, role), namespace).
		WithLabels(TargetLabels(owner, role)).
		WithAnnotations(annotations).
		WithAutomountServiceAccountToken(false)
	if namespace == owner.Namespace {
		account.WithOwnerReferences(owner.reference())
	}
	return account
}
