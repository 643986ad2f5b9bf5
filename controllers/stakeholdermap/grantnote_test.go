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

package stakeholdermap

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

func userSubject(name string) rbacv1.Subject {
	return rbacv1.Subject{Kind: rbacv1.UserKind, Name: name}
}

func TestGrantNote(t *testing.T) {
	t.Parallel()
	customers := rightsChange{why: causeEdited, roles: []string{names.RoleCustomer}, subjects: []rbacv1.Subject{userSubject("a"), userSubject("b")}}
	endUsers := rightsChange{why: causeEdited, roles: []string{names.RoleEndUser}, inPart: true, subjects: []rbacv1.Subject{{Kind: rbacv1.GroupKind, Name: "c"}}}
	expired := rightsChange{why: causeExpired, roles: []string{names.RoleCustomer}, subjects: []rbacv1.Subject{userSubject("an: odd; name")}}
	everywhere := rightsChange{why: causeTarget, namespaces: []string{"shop"}}
	somewhere := rightsChange{why: causeFreed, roles: []string{names.RoleCustomer, names.RoleEndUser}, namespaces: []string{"shop", "store"}}
	for name, tc := range map[string]struct {
		reason       string
		to           direction
		changes      []rightsChange
		note, action string
	}{
		"gain": {
			"one cause is told once", gaining, []rightsChange{customers, endUsers},
			"User a, User b got the rights of customer; Group c got more rights of end-user: the map was edited", "GrantInPartEditedCustomerEndUser",
		},
		"loss": {
			"the same words for who lost", losing, []rightsChange{customers, endUsers},
			"User a, User b lost the rights of customer; Group c lost some rights of end-user: the map was edited", "RevokeInPartEditedCustomerEndUser",
		},
		"causes": {
			"each cause stands with the subjects that it concerns", losing, []rightsChange{customers, expired, endUsers},
			"User a, User b lost the rights of customer; Group c lost some rights of end-user: the map was edited. " +
				`User "an: odd; name" lost the rights of customer: the window has closed`, "RevokeInPartEditedExpiredCustomerEndUser",
		},
		"namespaces": {
			"target namespaces are part of the same event", losing, []rightsChange{customers, everywhere},
			"User a, User b lost the rights of customer: the map was edited. " +
				"The stakeholders lost the rights of their roles in namespace shop: the map, the namespace's labels or its consent have changed",
			"RevokeEditedTargetCustomerNamespaces",
		},
		"roles in namespaces": {
			"only the roles whose rights came", gaining, []rightsChange{somewhere},
			"The stakeholders got the rights of customer, end-user in namespaces shop, store: what kept it from being granted is gone",
			"GrantFreedCustomerEndUserNamespaces",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff([]string{tc.note, tc.action}, []string{grantNote(tc.to, tc.changes), grantAction(tc.to, tc.changes)}); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// everyChange has a change for each role and each of some causes, in full and in part, and one in target namespaces.
func everyChange(subjects []rbacv1.Subject, namespaces []string, causes ...cause) []rightsChange {
	var out []rightsChange
	for _, why := range causes {
		for _, role := range names.Roles {
			for _, inPart := range []bool{false, true} {
				out = append(out, rightsChange{why: why, roles: []string{role}, inPart: inPart, subjects: subjects})
			}
		}
	}
	return append(out, rightsChange{why: causeTarget, namespaces: namespaces})
}

// A note names as many as there is room for. However many subjects there are, and however long their names, it says of every
// role and every cause how many gained or lost rights.
func TestNotesAreBounded(t *testing.T) {
	t.Parallel()
	var crowd, long []rbacv1.Subject
	var namespaces []string
	for i := range 500 {
		crowd = append(crowd, userSubject(fmt.Sprintf("user-%d@example.com", i)))
		long = append(long, userSubject(fmt.Sprintf("%d%s", i, strings.Repeat("店", 252))))
		namespaces = append(namespaces, fmt.Sprintf("%s-%d", strings.Repeat("n", 59), i))
	}
	published := cause{causeNew.id, causeNew.text + ", and its routing table is in ConfigMap " + strings.Repeat("m", 245) + "-routing"}
	for name, tc := range map[string]struct {
		changes []rightsChange
		parts   []string
	}{
		"one role": {
			[]rightsChange{{why: causeExpired, roles: []string{names.RoleEndUser}, subjects: long}},
			[]string{"User 0店", "User 7店", "and 492 more", "the window has closed"},
		},
		"three roles": {everyChange(long, namespaces, causeEdited)[:5], []string{"User 0店", "and 499 more lost the rights of product-owner"}},
		"a new map": {
			everyChange(crowd, namespaces, published),
			[]string{"user-0@example.com", "and 49", "-routing"},
		},
		"everything": {
			everyChange(long, namespaces, causeExpired, causeEdited),
			[]string{"500 subjects lost the rights of customer; 500 subjects lost some rights of customer", "in 500 namespaces"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			note := recordedNote(grantNote(losing, tc.changes))
			parts := slices.Clone(tc.parts)
			for i := range tc.changes {
				parts = append(append(parts, tc.changes[i].roles...), tc.changes[i].why.text)
			}
			for _, part := range parts {
				if !strings.Contains(note, part) {
					t.Errorf("the note does not have %q", part)
				}
			}
			if said := strings.Count(note, " lost "); said != len(tc.changes) {
				t.Errorf("the note has %d of %d changes", said, len(tc.changes))
			}
			if len(note) > 1024 || strings.HasSuffix(note, "…") {
				t.Errorf("the note has %d bytes", len(note))
			}
			if action := grantAction(losing, tc.changes); len(action) > 128 {
				t.Errorf("the action %s has %d bytes", action, len(action))
			}
			if t.Failed() {
				t.Log(note)
			}
		})
	}
	if whole := grantNote(losing, everyChange(long, namespaces, causeEdited)[:1]); len(whole) > messages.MaxEventNote {
		t.Errorf("the note has %d bytes and would be cut", len(whole))
	}
}
