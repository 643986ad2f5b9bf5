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

package crd

import (
	"context"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// policyBaseline is a valid policy that has a value at every place that a test changes.
const policyBaseline = `
apiVersion: stakeholders.dev/v1alpha1
kind: StakeholderPolicy
metadata: {name: default}
spec:
  topics:
  - name: security-exception
    class: Approval
    to: [Customer]
    cc: [ProductOwner]
    decidedBy: [Customer]
    quorum: {mode: AtLeast, count: 1}
    respondWithin: 48h
    escalateTo: [ProductOwner]
  handleSystems: [{name: slack, pattern: "#[a-z-]+", example: "#acme", requiredFor: [Customer, ProductOwner]}]
  overlaps: [{market: B2C, treatment: Acknowledge}]
  identities: {usernameClaim: email, usernamePrefix: "oidc:", groupsClaim: roles, groupsPrefix: "oidc:"}
  outputs:
    argoCD: {namespace: argocd, customers: [sync, action/argoproj.io/Rollout/resume]}
    manualApprovalGate: Enabled
    kargo: Enabled
`

// specs are the places where a policy has the desired spec, and the one in force.
var specs = []string{"spec", "status.inForce.spec"}

// system is the i-th of many sound handle systems.
func system(i int) any {
	return object{"name": numbered("system-")(i), "requiredFor": texts("Customer")}
}

// tryPolicy asks the API server about a policy, or about its status if the case changes that.
func tryPolicy(t *testing.T, changes edits) (*unstructured.Unstructured, error) {
	t.Helper()
	if !inStatus(changes) {
		return policyClient.Create(t.Context(), change(t, policyBaseline, changes), dryRun)
	}
	stored, err := policyClient.Get(t.Context(), "default", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	update := stored.DeepCopy()
	update.Object["status"] = soundPolicyStatus(t)
	for path, value := range changes {
		update.Object = put(t, update.Object, steps(path), value).(object) //nolint:errcheck,forcetypeassert // put returns what it got
	}
	return policyClient.UpdateStatus(t.Context(), update, metav1.UpdateOptions{
		DryRun: []string{metav1.DryRunAll}, FieldValidation: metav1.FieldValidationStrict,
	})
}

func inStatus(changes edits) bool {
	for path := range changes {
		if strings.HasPrefix(path, "status") {
			return true
		}
	}
	return false
}

// soundPolicyStatus is a status that the operator could write.
func soundPolicyStatus(t *testing.T) object {
	t.Helper()
	return object{
		"observedGeneration": int64(1),
		"conditions":         list{condition(0)},
		"argoCD":             object{"namespace": "argocd", "maps": int64(0)},
		"kargo":              object{"serviceAccounts": int64(3)},
		"inForce":            object{"generation": int64(1), "spec": decode(t, []byte(policyBaseline)).Object["spec"]},
	}
}

// storePolicy stores the one policy for as long as a test runs.
func storePolicy(t *testing.T) {
	t.Helper()
	if _, err := policyClient.Create(t.Context(), change(t, policyBaseline, nil), metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := policyClient.Delete(context.WithoutCancel(t.Context()), "default", metav1.DeleteOptions{}); err != nil {
			t.Error(err)
		}
	})
}

// allPolicyRejectCases are the cases of policies alone, and those of topics, which maps also have.
func allPolicyRejectCases() map[string]rejectCase {
	all := expand(policyRejectCases)
	for name, c := range expand(rejectCases) {
		for _, spec := range specs {
			if topicOnly(c) {
				all[name+"/"+spec] = elsewhere(c, spec)
			}
		}
	}
	return all
}

// topicOnly says that a case only changes a topic.
func topicOnly(c rejectCase) bool {
	for path := range c.edit {
		if !strings.HasPrefix(path, "spec.topics[0]") {
			return false
		}
	}
	return strings.HasPrefix(c.field, "spec.topics[0]")
}

// elsewhere is a case for spec, moved to another place with the same fields.
func elsewhere(c rejectCase, spec string) rejectCase {
	move := func(path string) string { return strings.Replace(path, "spec", spec, 1) }
	moved := rejectCase{reason: c.reason, edit: make(edits, len(c.edit)), field: move(c.field), says: c.says}
	if c.also != "" {
		moved.also = move(c.also)
	}
	for path, value := range c.edit {
		moved.edit[move(path)] = value
	}
	return moved
}

func TestPolicyRejects(t *testing.T) {
	cases := allPolicyRejectCases()
	// First the cases without status: the policy must not exist yet.
	for name, tc := range cases {
		if !inStatus(tc.edit) {
			t.Run(name, func(t *testing.T) {
				_, err := tryPolicy(t, tc.edit)
				checkRefusal(t, err, tc)
				checkOffline(t, change(t, policyBaseline, tc.edit), err)
			})
		}
	}
	storePolicy(t)
	for name, tc := range cases {
		if inStatus(tc.edit) {
			t.Run(name, func(t *testing.T) {
				_, err := tryPolicy(t, tc.edit)
				checkRefusal(t, err, tc)
			})
		}
	}
}

func TestPolicyAccepts(t *testing.T) {
	for name, tc := range policyAcceptCases {
		t.Run(name, func(t *testing.T) {
			want := change(t, policyBaseline, tc.edit).Object["spec"]
			got, err := tryPolicy(t, tc.edit)
			if err != nil {
				t.Fatalf("%s\n%v", tc.reason, err)
			}
			checkOffline(t, change(t, policyBaseline, tc.edit), nil)
			for path, value := range tc.want {
				want = put(t, want, steps(path)[1:], value)
			}
			if diff := cmp.Diff(want, got.Object["spec"]); diff != "" {
				t.Errorf("%s\nspec (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestLargestPolicy makes sure that the bounds are low enough for CEL's cost limits: the largest policy is stored, and
// put in force, which stores it a second time.
func TestLargestPolicy(t *testing.T) {
	spec, err := runtime.DefaultUnstructuredConverter.ToUnstructured(fixtures.LargestPolicy())
	if err != nil {
		t.Fatal(err)
	}
	stored, err := policyClient.Create(t.Context(), change(t, policyBaseline, edits{"spec": spec}), metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := policyClient.Delete(context.WithoutCancel(t.Context()), "default", metav1.DeleteOptions{}); err != nil {
			t.Error(err)
		}
	})
	stored.Object["status"] = object{"inForce": object{"generation": int64(1), "spec": maps.Clone(spec)}, "conditions": many(8, condition)}
	if _, err := policyClient.UpdateStatus(t.Context(), stored, metav1.UpdateOptions{FieldValidation: metav1.FieldValidationStrict}); err != nil {
		t.Error(err)
	}
}

// TestPolicyStatusIsNotWrittenWithSpec makes sure that a user who may write policies cannot put one in force that the
// operator has not judged.
func TestPolicyStatusIsNotWrittenWithSpec(t *testing.T) {
	forged := change(t, policyBaseline, edits{"status": object{"inForce": object{"generation": int64(1)}}})
	got, err := policyClient.Create(t.Context(), forged, dryRun)
	if err != nil {
		t.Fatal(err)
	}
	if status, found := got.Object["status"]; found {
		t.Errorf("want no status, got %v", status)
	}
}
