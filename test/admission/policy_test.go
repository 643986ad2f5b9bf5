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

package admission

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

var policies = []string{"stakeholdermap-roles", "stakeholdermap-advice"}

// grantPolicies refuse grants that no map gives.
var grantPolicies = []string{"grant-bindings", "grant-roles"}

// TestPoliciesTypeCheck lets the controller that checks the types of CEL check all policies.
func TestPoliciesTypeCheck(t *testing.T) {
	for _, name := range slices.Concat(policies, grantPolicies) {
		controlplane.Eventually(t, time.Minute, name+" was checked", func() error {
			policy, err := typed.AdmissionregistrationV1().ValidatingAdmissionPolicies().Get(t.Context(), name, metav1.GetOptions{})
			if err != nil {
				return err
			}
			if policy.Status.ObservedGeneration != policy.Generation || policy.Status.TypeChecking == nil {
				return errors.New("it was not checked yet")
			}
			for _, w := range policy.Status.TypeChecking.ExpressionWarnings {
				t.Errorf("%s: %s: %s", name, w.FieldRef, w.Warning)
			}
			return nil
		})
	}
}

// TestMessage reads the message that a user gets for conflicting roles: every broken rule, with the subject, the place
// and what to do.
func TestMessage(t *testing.T) {
	m := fixtures.Minimal()
	m.Spec.ProductOwner.Subjects = m.Spec.Customers[0].Subjects
	m.Spec.EndUsers[0].Subjects = append(m.Spec.EndUsers[0].Subjects, m.Spec.Customers[0].Subjects[0])
	v, err := try(t.Context(), object(m))
	if err != nil || v.err == nil {
		t.Fatal(v.err, err)
	}
	for _, part := range []string{
		"ProductOwnerIsCustomer: User cfo@acme.example stands under spec.productOwner and spec.customers",
		"UnacknowledgedOverlap: User cfo@acme.example stands under spec.customers and spec.endUsers", "spec.acknowledgedOverlaps",
	} {
		if !strings.Contains(v.err.Error(), part) {
			t.Errorf("the message lacks %q: %v", part, v.err)
		}
	}
	if !apierrors.IsInvalid(v.err) {
		t.Errorf("the error says %s, want Invalid", apierrors.ReasonForError(v.err))
	}
}

// TestWithoutPolicy removes the StakeholderPolicy: until the operator has created another, the API server judges no
// map. A policy with nothing in force is enough for it to judge maps again, by the defaults.
func TestWithoutPolicy(t *testing.T) {
	mixedUp := fixtures.Minimal()
	mixedUp.Spec.ProductOwner.Subjects = mixedUp.Spec.Customers[0].Subjects
	if err := policyClient.Delete(t.Context(), v1alpha1.PolicyInForceName, metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := waitForParameter(t.Context(), noParameter); err != nil {
		t.Fatal(err)
	}
	if v, err := try(t.Context(), object(mixedUp)); err != nil || v.err != nil {
		t.Error("without a policy, a mix-up gave", v.err, err)
	}
	if err := errors.Join(createPolicy(t.Context()), waitForParameter(t.Context(), "none")); err != nil {
		t.Fatal(err)
	}
	if refusal, _ := check(t, "a mix-up", mixedUp); refusal.place != validate.PlacePolicy {
		t.Error("by a policy that has nothing in force, a mix-up is accepted")
	}
	if refusal, _ := check(t, "no mix-up", fixtures.Minimal()); refusal.place != "" {
		t.Error("by a policy that has nothing in force, a sound map is refused for", refusal.codes)
	}
}

// TestUpdate allows users to label a map that is already invalid, and the operator to write its status, but not an edit
// into another invalid one.
func TestUpdate(t *testing.T) {
	bindings := typed.AdmissionregistrationV1().ValidatingAdmissionPolicyBindings()
	binding, err := bindings.Get(t.Context(), policies[0], metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	// Such a map can only be from before the policy.
	if err := bindings.Delete(t.Context(), policies[0], metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	m := fixtures.Minimal()
	m.Name = "from-before"
	m.Spec.ProductOwner.Subjects = m.Spec.Customers[0].Subjects
	controlplane.Eventually(t, time.Minute, "an invalid map", func() error {
		_, err := client.Create(t.Context(), object(m), metav1.CreateOptions{})
		return err
	})
	binding.ResourceVersion, binding.UID = "", ""
	if _, err := bindings.Create(t.Context(), binding, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := waitForPolicies(t.Context()); err != nil {
		t.Fatal(err)
	}
	patch := func(content string, subresources ...string) error {
		_, err := client.Patch(t.Context(), m.Name, types.MergePatchType, []byte(content), metav1.PatchOptions{}, subresources...)
		return err
	}
	if err := patch(`{"metadata":{"labels":{"a":"b"},"finalizers":["example.com/a"]}}`); err != nil {
		t.Error("labels and finalizers:", err)
	}
	if err := patch(`{"status":{"observedGeneration":1}}`, "status"); err != nil {
		t.Error("status:", err)
	}
	if err := patch(`{"spec":{"product":{"displayName":"Another"}}}`); !apierrors.IsInvalid(err) {
		t.Error("an edit that leaves the mix-up in gave", err)
	}
	if err := client.Delete(t.Context(), m.Name, metav1.DeleteOptions{}); err != nil {
		t.Error(err)
	}
	if err := patch(`{"metadata":{"finalizers":null}}`); err != nil {
		t.Error("the finalizer of a map that is being deleted:", err)
	}
}
