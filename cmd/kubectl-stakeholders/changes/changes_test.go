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

package changes_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/changes"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/preview"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// base is a map with two customers, one of them with only a few topics, and an approval that counts.
func base() *v1alpha1.StakeholderMap {
	m := fixtures.Minimal()
	audit := fixtures.Customer("audit", fixtures.Group("acme:audit"))
	audit.Topics = []string{"budget", "exception"}
	m.Spec.Customers = append(m.Spec.Customers, audit)
	m.Spec.Topics = []v1alpha1.Topic{{
		Name: "exception", Class: v1alpha1.ClassApproval, To: fixtures.Roles(v1alpha1.RoleCustomer),
		Quorum: &v1alpha1.Quorum{Mode: v1alpha1.QuorumAtLeast, Count: 1}, RespondWithin: "48h", EscalateTo: fixtures.Roles(v1alpha1.RoleProductOwner),
	}}
	return m
}

func at(day int) *metav1.Time {
	return &metav1.Time{Time: time.Date(2026, time.June, day, 0, 0, 0, 0, time.UTC)}
}

// world is where the maps of the cases are: checkout-prod accepts them, and checkout-test does not.
func world() *preview.World {
	accepts := &metav1.ObjectMeta{Name: "checkout-prod", Annotations: map[string]string{v1alpha1.AcceptMapsFrom: "payments"}}
	return &preview.World{Namespaces: map[string]metav1.Object{
		accepts.Name: accepts, "checkout-test": &metav1.ObjectMeta{Name: "checkout-test"},
	}}
}

func previewed(t *testing.T, m *v1alpha1.StakeholderMap) *preview.Product {
	t.Helper()
	if m == nil {
		return nil
	}
	p, err := world().Product(m, fixtures.Now)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestCompare(t *testing.T) {
	t.Parallel()
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before, after := base(), base()
			if tc.before != nil {
				before = tc.before(before)
			}
			after = tc.after(after)
			list := changes.Compare([]changes.Pair{{Before: previewed(t, before), After: previewed(t, after)}}, changes.Options{})
			var got []string
			for i := range list {
				if list[i].Map != "payments/checkout" {
					t.Errorf("%s is about map %q", list[i].Text, list[i].Map)
				}
				got = append(got, list[i].Sign+" "+list[i].Text)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestPolicyChanges(t *testing.T) {
	t.Parallel()
	enabled := &v1alpha1.StakeholderPolicySpec{}
	enabled.Outputs.Kargo = v1alpha1.Enabled
	enabled.Outputs.ArgoCD = v1alpha1.ArgoCDOutput{Namespace: "argocd", Customers: []v1alpha1.ArgoCDAction{v1alpha1.ArgoCDSync}}
	disabled := &v1alpha1.StakeholderPolicySpec{}
	disabled.Outputs.Kargo = v1alpha1.Disabled
	if list := changes.PolicyChanges(nil, disabled); len(list) > 0 {
		t.Errorf("what is disabled and what is left out are the same, and differ: %v", list)
	}
	var got []string
	for _, change := range changes.PolicyChanges(disabled, enabled) {
		got = append(got, change.Text)
	}
	want := []string{
		"the policy has outputs.argoCD.namespace argocd",
		"the policy has outputs.argoCD.customers sync",
		"the policy has outputs.kargo Enabled",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
