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

// Kargo's server recognizes people by the claims of their OpenID Connect token. It does not ask RBAC about the person. It
// asks about the ServiceAccounts in the project's namespace with an annotation that names one of these claims. So each
// role has such a ServiceAccount in a target namespace that is a Kargo project, and the role's RoleBinding names it.

const (
	// KargoProjectLabel marks a namespace as a Kargo project if its value is "true".
	KargoProjectLabel = "kargo.akuity.io/project"
	// KargoClaims is the annotation with the claims of the people who act as a ServiceAccount: a JSON object of lists
	// by name of the claim. One matching value is enough.
	KargoClaims = "rbac.kargo.akuity.io/claims"
	// kargoClaimPrefix starts the older annotations, one for each claim. Kargo merges them with KargoClaims.
	kargoClaimPrefix = "rbac.kargo.akuity.io/claim."
)

// IsKargoProject reports whether a namespace is a Kargo project.
func IsKargoProject(ns metav1.Object) bool { return ns.GetLabels()[KargoProjectLabel] == "true" }

// Claims are token claims of some people for Kargo: the values by name of the claim. No list is empty.
type Claims map[string][]string

// ClaimsOf returns, by role (the value of names.LabelRole), the claims of all parties in the lists that have a subject
// with a right. A party's claims are its kargo handles or, if it has none, those of its Groups and Users that have a
// right, see package claims. ServiceAccounts are left out: they talk to Kubernetes as themselves.
func ClaimsOf(identities v1alpha1.Identities, subjects map[string]map[rbacv1.Subject]bool, lists ...[]routing.Party) map[string]Claims {
	out := make(map[string]Claims, len(names.Roles))
	for _, label := range names.Roles {
		role := string(names.PartyRole(label))
		known := make(map[claims.Claim]bool)
		for _, parties := range lists {
			for i := range parties {
				if parties[i].Role == role {
					addClaims(identities, &parties[i], subjects[label], known)
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

// ClaimsOfTable is ClaimsOf for all parties of a table.
func ClaimsOfTable(identities v1alpha1.Identities, subjects map[string]map[rbacv1.Subject]bool, table *routing.RoutingTable) map[string]Claims {
	lists := make([][]routing.Party, 0, 2*len(table.Topics))
	for i := range table.Topics {
		lists = append(lists, table.Topics[i].To, table.Topics[i].DecidedBy)
	}
	return ClaimsOf(identities, subjects, lists...)
}

func addClaims(identities v1alpha1.Identities, party *routing.Party, granted map[rbacv1.Subject]bool, known map[claims.Claim]bool) {
	subjects := make(map[rbacv1.Subject]bool)
	addSubjects(subjects, party.Subjects)
	maps.DeleteFunc(subjects, func(s rbacv1.Subject, _ bool) bool { return !granted[s] })
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
		claim, problem := claims.OfSubject(identities, v1alpha1.SubjectKind(s.Kind), s.Name)
		if problem == "" && claim.Name != "" {
			known[claim] = true
		}
	}
}

// ParseClaims reads an annotation as Kargo does, including claims that another writer added, and single values in place
// of lists. It returns no claims for an annotation that Kargo cannot read.
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

// claimValues is a list of strings in JSON, or one string.
type claimValues []string

// UnmarshalJSON implements json.Unmarshaler.
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

// String returns the value of the annotation.
func (c Claims) String() string {
	if c == nil {
		return "{}"
	}
	out, err := json.Marshal(c)
	if err != nil {
		// Lists of strings can always be encoded. An empty annotation gives no access.
		return ""
	}
	return string(out)
}

// Empty reports whether there are no claims.
func (c Claims) Empty() bool { return len(c) == 0 }

// Within reports whether others has all values of c.
func (c Claims) Within(others Claims) bool {
	for name, values := range c {
		if slices.ContainsFunc(values, func(value string) bool { return !slices.Contains(others[name], value) }) {
			return false
		}
	}
	return true
}

// Intersect returns the values that are in both, in the order of c.
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

// AddsClaims reports whether annotations give people access beside those in KargoClaims.
func AddsClaims(annotations map[string]string) bool {
	for key := range annotations {
		if strings.HasPrefix(key, kargoClaimPrefix) {
			return true
		}
	}
	return false
}

// AddedClaim is an annotation for which AddsClaims is true.
const AddedClaim = kargoClaimPrefix + "more"

// AccountSubject returns the subject of a role's RoleBinding for the role's ServiceAccount in a namespace.
func AccountSubject(owner names.Owner, namespace, role string) rbacv1.Subject {
	return rbacv1.Subject{Kind: rbacv1.ServiceAccountKind, Namespace: namespace, Name: names.AccountName(owner, role)}
}

// Account returns a role's ServiceAccount in a target namespace. Its token is not mounted into Pods.
func Account(owner names.Owner, namespace, role string, people Claims) *corev1.ServiceAccount {
	account := &corev1.ServiceAccount{
		TypeMeta:                     metav1.TypeMeta{APIVersion: corev1.SchemeGroupVersion.String(), Kind: "ServiceAccount"},
		ObjectMeta:                   metadata(owner, namespace, names.AccountName(owner, role), owner.Labels(role)),
		AutomountServiceAccountToken: new(false),
	}
	account.Annotations[KargoClaims] = people.String()
	return account
}
