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
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/claims"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
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
)

// Claims are what Kargo knows some people by: the values of each claim, by its name. No list is empty.
type Claims map[string][]string

// ClaimsOf is, by the value of names.LabelRole, how those parties of some lists are known to Kargo of whom a subject holds a
// right. A party is known by its handles of the system kargo, which name claims as they stand in the token; one that has
// none, by those Groups and Users among its subjects that hold a right, as they stand in the token: see package claims.
// ServiceAccounts are left out: they talk to Kubernetes as themselves.
func ClaimsOf(identities v1alpha1.Identities, holders map[string]map[rbacv1.Subject]bool, lists ...[]routing.Party) map[string]Claims {
	out := make(map[string]Claims, len(names.Roles))
	for _, label := range names.Roles {
		role := string(names.PartyRole(label))
		known := make(map[claims.Claim]bool)
		for _, parties := range lists {
			for i := range parties {
				if parties[i].Role == role {
					addClaims(identities, &parties[i], holders[label], known)
				}
			}
		}
		out[label] = make(Claims)
		for claim := range known {
			out[label][claim.Name] = append(out[label][claim.Name], claim.Value)
		}
		for _, values := range out[label] {
			slices.Sort(values)
		}
	}
	return out
}

// ClaimsOfTable is ClaimsOf for everybody whom a table names.
func ClaimsOfTable(identities v1alpha1.Identities, holders map[string]map[rbacv1.Subject]bool, table *routing.RoutingTable) map[string]Claims {
	lists := make([][]routing.Party, 0, 2*len(table.Topics))
	for i := range table.Topics {
		lists = append(lists, table.Topics[i].To, table.Topics[i].DecidedBy)
	}
	return ClaimsOf(identities, holders, lists...)
}

func addClaims(identities v1alpha1.Identities, party *routing.Party, holders map[rbacv1.Subject]bool, known map[claims.Claim]bool) {
	subjects := make(map[rbacv1.Subject]bool)
	addSubjects(subjects, party.Subjects)
	maps.DeleteFunc(subjects, func(s rbacv1.Subject, _ bool) bool { return !holders[s] })
	if len(subjects) == 0 {
		return
	}
	if handles := party.HandlesOf(claims.Kargo); len(handles) > 0 {
		for _, handle := range handles {
			known[claims.OfHandle(handle.Claim, handle.Value)] = true
		}
		return
	}
	for s := range subjects {
		var claim claims.Claim
		problem := "is a ServiceAccount"
		switch s.Kind {
		case rbacv1.GroupKind:
			claim, problem = claims.OfGroup(identities, s.Name)
		case rbacv1.UserKind:
			claim, problem = claims.OfUser(identities, s.Name)
		}
		if problem == "" {
			known[claim] = true
		}
	}
}

// ParseClaims reads an annotation as Kargo does: a claim that someone else has added counts too, and one value need not be a
// list. What Kargo cannot read maps no one.
func ParseClaims(annotation string) Claims {
	var read map[string]claimValues
	if err := json.Unmarshal([]byte(annotation), &read); err != nil {
		return Claims{}
	}
	c := make(Claims, len(read))
	for name, values := range read {
		if len(values) > 0 {
			c[name] = values
		}
	}
	return c
}

// claimValues is a list of strings, or one string.
type claimValues []string

// UnmarshalJSON reads either.
func (v *claimValues) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil && string(data) != "null" {
		*v = claimValues{one}
		return nil
	}
	var list []string
	if err := json.Unmarshal(data, &list); err != nil {
		return fmt.Errorf("read the values of a claim: %w", err)
	}
	*v = list
	return nil
}

// String is the claims as Kargo reads them.
func (c Claims) String() string {
	if c == nil {
		return "{}"
	}
	out, err := json.Marshal(c)
	if err != nil {
		// Lists of strings can always be encoded. Kargo maps no one by an empty annotation.
		return ""
	}
	return string(out)
}

// Empty says whether the claims are nobody's.
func (c Claims) Empty() bool { return len(c) == 0 }

// Within says whether everybody of these claims is among others.
func (c Claims) Within(others Claims) bool {
	for name, values := range c {
		if slices.ContainsFunc(values, func(value string) bool { return !slices.Contains(others[name], value) }) {
			return false
		}
	}
	return true
}

// Intersect is who is in both, in the order of the first.
func (c Claims) Intersect(others Claims) Claims {
	out := make(Claims)
	for name, values := range c {
		for _, value := range values {
			if slices.Contains(others[name], value) {
				out[name] = append(out[name], value)
			}
		}
	}
	return out
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

// AddedClaim is one of the annotations that AddsClaims looks for.
const AddedClaim = kargoClaimPrefix + "more"

// AccountSubject is a role's ServiceAccount in a namespace as the role's RoleBinding names it.
func AccountSubject(owner names.Owner, namespace, role string) rbacv1.Subject {
	return rbacv1.Subject{Kind: rbacv1.ServiceAccountKind, Namespace: namespace, Name: names.AccountName(owner, role)}
}

// Account is a role's ServiceAccount in a target namespace. No Pod gets its token by itself.
func Account(owner names.Owner, namespace, role string, people Claims) *corev1.ServiceAccount {
	account := &corev1.ServiceAccount{
		TypeMeta:                     metav1.TypeMeta{APIVersion: corev1.SchemeGroupVersion.String(), Kind: "ServiceAccount"},
		ObjectMeta:                   metadata(owner, namespace, names.AccountName(owner, role), owner.Labels(role)),
		AutomountServiceAccountToken: new(false),
	}
	account.Annotations[KargoClaims] = people.String()
	return account
}
