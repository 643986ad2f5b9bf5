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

package requests

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// withoutPolicy deletes the binding of the admission policy, and returns once the API server checks nothing. The returned function creates
// it again, and returns once it does.
func withoutPolicy(t *testing.T, r *v1alpha1.StakeholderRequest) (restore func()) {
	t.Helper()
	name := string(suite.PolicyRequestAuthors)
	binding := suite.Get(t, env.Suite, "", name, &admissionregistrationv1.ValidatingAdmissionPolicyBinding{})
	env.Delete(t, binding)
	forged := func(ctx context.Context) error {
		patch := []byte(`{"spec":{"responses":[{"by":"nobody","verdict":"Comment"}]}}`)
		return env.Admin.Patch(ctx, r.DeepCopy(), client.RawPatch("application/merge-patch+json", patch), client.DryRunAll)
	}
	controlplane.Eventually(t, suite.Patience, "the policy is off", func() error { return forged(t.Context()) })
	again := &admissionregistrationv1.ValidatingAdmissionPolicyBinding{
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: binding.Labels}, Spec: binding.Spec,
	}
	return func() {
		if err := env.Admin.Create(context.WithoutCancel(t.Context()), again); err != nil {
			t.Fatal(err)
		}
		controlplane.Eventually(t, suite.Patience, "the policy is on", func() error {
			if err := forged(t.Context()); err == nil {
				return errors.New("an answer in another user's name is accepted")
			}
			return nil
		})
		env.WaitAuthorsChecked(t)
	}
}

// TestAdmissionOff forges requests and answers while the admission policy is gone, with and without an operator that sees it. None of them
// counts, also not after the policy is back.
func TestAdmissionOff(t *testing.T) {
	for _, running := range []bool{true, false} {
		t.Run(fmt.Sprintf("running=%t", running), func(t *testing.T) { testAdmissionOff(t, running) })
	}
}

func testAdmissionOff(t *testing.T, running bool) {
	t.Helper()
	m := newProduct(t, release)
	r := ask(t, m, "release")
	answer(t, r, "carla", v1alpha1.VerdictApprove)
	before := waitStatus(t, r, "one has approved", func(s *v1alpha1.StakeholderRequestStatus) bool { return len(s.Decisions) == 1 }).Status.Admission
	if !running {
		env.Stop(t)
	}
	restore := withoutPolicy(t, r)
	if err := tryAnswer(t, env.Admin, r, "chris", v1alpha1.VerdictApprove, "forged"); err != nil {
		t.Fatal(err)
	}
	forged := &v1alpha1.StakeholderRequest{
		ObjectMeta: metav1.ObjectMeta{Namespace: m.Namespace, Name: "forged"},
		Spec: v1alpha1.StakeholderRequestSpec{
			Map: m.Name, Topic: "release", Title: "Release 6.6.6", RequestedBy: "paul",
			Responses: []v1alpha1.Response{{By: "carla", Verdict: v1alpha1.VerdictApprove}, {By: "chris", Verdict: v1alpha1.VerdictApprove}},
		},
	}
	env.Create(t, forged)
	if running {
		waitUnverified(t, r, "chris")
	}
	restore()
	if !running {
		env.Restart(t)
	}
	is := waitUnverified(t, r, "chris")
	if is.Status.Outcome != v1alpha1.OutcomePending || len(is.Status.Decisions) != 1 {
		t.Errorf("the forged answer counts: %+v", is.Status)
	}
	waitCondition(t, forged, v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonAuthorUnverified)
	// The operator has to see the request under the new policy before answers count again.
	waitStatus(t, r, "the request was seen under the new policy", func(s *v1alpha1.StakeholderRequestStatus) bool { return s.Admission != before })
	// It is the person's own answer if they confirm it.
	controlplane.Eventually(t, suite.Patience, "chris confirms", func() error {
		return tryAnswer(t, as(t, "chris"), r, "chris", v1alpha1.VerdictApprove, "it is all right")
	})
	waitOutcome(t, r, v1alpha1.OutcomeApproved)
	if is := read(t, forged); is.Status.Outcome != v1alpha1.OutcomePending {
		t.Errorf("the forged request: %+v", is.Status)
	}
}

func waitUnverified(t testing.TB, r *v1alpha1.StakeholderRequest, want ...string) *v1alpha1.StakeholderRequest {
	t.Helper()
	var got []string
	return waitStatus(t, r, fmt.Sprintf("the answers of %v do not count", want), func(s *v1alpha1.StakeholderRequestStatus) bool {
		got = nil
		for _, u := range s.Unverified {
			got = append(got, u.By)
		}
		return slices.Equal(got, want)
	})
}

// TestPolicyUpgrade changes the admission policy. Open requests are seen under the new one, and answers count as before.
func TestPolicyUpgrade(t *testing.T) {
	m := newProduct(t, nil)
	r := ask(t, m, "release")
	before := waitCondition(t, r, v1alpha1.ConditionRouted, metav1.ConditionTrue, v1alpha1.ReasonRouted).Status.Admission
	policy := suite.Get(t, env.Suite, "", string(suite.PolicyRequestAuthors), &admissionregistrationv1.ValidatingAdmissionPolicy{})
	was := policy.DeepCopy()
	policy.Spec.Variables = append(policy.Spec.Variables, admissionregistrationv1.Variable{Name: "upgraded", Expression: "true"})
	if err := env.Admin.Patch(t.Context(), policy, client.MergeFrom(was)); err != nil {
		t.Fatal(err)
	}
	waitStatus(t, r, "it is seen under the new policy", func(s *v1alpha1.StakeholderRequestStatus) bool { return s.Admission != before })
	answer(t, r, "carla", v1alpha1.VerdictApprove)
	is := waitOutcome(t, r, v1alpha1.OutcomeApproved)
	if diff := cmp.Diff([]v1alpha1.UnverifiedAnswer(nil), is.Status.Unverified); diff != "" {
		t.Errorf("unverified (-want +got):\n%s", diff)
	}
}
