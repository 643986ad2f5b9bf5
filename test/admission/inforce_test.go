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
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/dynamic"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

var (
	// policyClient writes the one policy, instead of the operator.
	policyClient dynamic.ResourceInterface
	// inForce is the policy that maps are judged by, as enforce has put it in force. Only one test runs at a time.
	inForce *v1alpha1.StakeholderPolicySpec
	// generation of the policy in force.
	generation int64
)

// enforce puts a policy in force until the end of the test, and returns when the API server judges maps by it.
func enforce(t *testing.T, spec *v1alpha1.StakeholderPolicySpec) {
	t.Helper()
	if err := putInForce(t.Context(), spec); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := putInForce(context.WithoutCancel(t.Context()), nil); err != nil {
			t.Error(err)
		}
	})
}

func putInForce(ctx context.Context, spec *v1alpha1.StakeholderPolicySpec) error {
	policy, err := policyClient.Get(ctx, v1alpha1.PolicyInForceName, metav1.GetOptions{})
	if err != nil {
		return err
	}
	generation++
	content, err := json.Marshal(v1alpha1.StakeholderPolicyStatus{InForce: v1alpha1.PolicyInForce{Generation: generation, Spec: spec}})
	if err != nil {
		return err
	}
	var status map[string]any
	if err := json.Unmarshal(content, &status); err != nil {
		return err
	}
	policy.Object["status"] = status
	if _, err := policyClient.UpdateStatus(ctx, policy, metav1.UpdateOptions{}); err != nil {
		return err
	}
	inForce = spec
	return waitForParameter(ctx, strconv.FormatInt(generation, 10))
}

// createPolicy creates the policy that the operator would create, without a status.
func createPolicy(ctx context.Context) error {
	policy := &unstructured.Unstructured{}
	policy.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind("StakeholderPolicy"))
	policy.SetName(v1alpha1.PolicyInForceName)
	_, err := policyClient.Create(ctx, policy, metav1.CreateOptions{})
	inForce = nil
	return err
}

// tell is the name of an admission policy that refuses a ConfigMap with this name. Its message contains the API
// server's value of the parameter. All admission policies see the same value.
const tell = "tell-parameter"

func createTell(ctx context.Context) error {
	all := admissionv1.AllScopes
	policy := &admissionv1.ValidatingAdmissionPolicy{
		ObjectMeta: metav1.ObjectMeta{Name: tell},
		Spec: admissionv1.ValidatingAdmissionPolicySpec{
			ParamKind: &admissionv1.ParamKind{APIVersion: v1alpha1.GroupVersion.String(), Kind: "StakeholderPolicy"},
			MatchConstraints: &admissionv1.MatchResources{ResourceRules: []admissionv1.NamedRuleWithOperations{{
				ResourceNames: []string{tell},
				RuleWithOperations: admissionv1.RuleWithOperations{
					Operations: []admissionv1.OperationType{admissionv1.Create},
					Rule: admissionv1.Rule{
						APIGroups: []string{""}, APIVersions: []string{"v1"}, Resources: []string{"configmaps"}, Scope: &all,
					},
				},
			}}},
			Validations: []admissionv1.Validation{{
				Expression: "false",
				MessageExpression: "'generation ' + (has(params.status) && has(params.status.inForce) " +
					"? string(params.status.inForce.generation) : 'none') + '.'",
			}},
		},
	}
	if _, err := typed.AdmissionregistrationV1().ValidatingAdmissionPolicies().Create(ctx, policy, metav1.CreateOptions{}); err != nil {
		return err
	}
	binding := &admissionv1.ValidatingAdmissionPolicyBinding{
		ObjectMeta: metav1.ObjectMeta{Name: tell},
		Spec: admissionv1.ValidatingAdmissionPolicyBindingSpec{
			PolicyName: tell,
			ParamRef: &admissionv1.ParamRef{
				Name: v1alpha1.PolicyInForceName, ParameterNotFoundAction: new(admissionv1.AllowAction),
			},
			ValidationActions: []admissionv1.ValidationAction{admissionv1.Deny},
		},
	}
	_, err := typed.AdmissionregistrationV1().ValidatingAdmissionPolicyBindings().Create(ctx, binding, metav1.CreateOptions{})
	return err
}

// noParameter is what waitForParameter waits for if there is no policy.
const noParameter = ""

// waitForParameter waits until admission policies see that a generation, or "none", is in force.
func waitForParameter(ctx context.Context, want string) error {
	return controlplane.WaitFor(ctx, time.Minute, "admission sees the policy in force", func() error {
		told := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: tell}}
		_, err := typed.CoreV1().ConfigMaps(namespace).Create(ctx, told, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
		switch {
		case err == nil && want == noParameter:
			return nil
		case err == nil:
			return errors.New("it sees none")
		case want == noParameter || !apierrors.IsInvalid(err) || !strings.Contains(err.Error(), "generation "+want+"."):
			return fmt.Errorf("it sees another: %w", err)
		}
		return nil
	})
}
