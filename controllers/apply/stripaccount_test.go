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

package apply

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

// TestStripBoundsAccounts strips ServiceAccounts with our labels and with as many annotations as a user can add. Only
// the annotations that determine who acts as one of ours stay.
func TestStripBoundsAccounts(t *testing.T) {
	t.Parallel()
	name := names.AccountName(checkout, names.RoleCustomer)
	for reason, tc := range map[string]struct {
		name, uid string
		want      []string
	}{
		"an output":                     {name, "1", []string{render.AddedClaim, render.KargoClaims, names.AnnotationMapUID}},
		"under another name":            {"anything", "1", []string{names.AnnotationMapUID}},
		"that does not say whose it is": {name, "", []string{}},
	} {
		account := &corev1.ServiceAccount{ObjectMeta: output("shop", tc.name), Secrets: make([]corev1.ObjectReference, 100)}
		account.Annotations = map[string]string{render.KargoClaims: `{"groups":["acme"]}`}
		if tc.uid != "" {
			account.Annotations[names.AnnotationMapUID] = tc.uid
		}
		for i := range 100 {
			account.Annotations["rbac.kargo.akuity.io/claim."+strings.Repeat("x", i)] = "x"
			account.Annotations["example.com/"+strings.Repeat("x", i)] = "x"
		}
		for range 2 {
			got, err := StripAccount(account)
			if err != nil || got != account {
				t.Fatalf("%s: it becomes %v: %v", reason, got, err)
			}
			// A cache can transform the same object twice.
			if diff := cmp.Diff(tc.want, append([]string{}, slices.Sorted(maps.Keys(account.Annotations))...)); diff != "" {
				t.Errorf("%s: annotations (-want +got):\n%s", reason, diff)
			}
		}
		if account.Secrets != nil {
			t.Errorf("%s: secrets are kept", reason)
		}
		if render.AddsClaims(account.Annotations) != (len(tc.want) == 3) {
			t.Errorf("%s: that it adds claims is not to be seen", reason)
		}
	}
}
