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

package stakeholderpolicy

import (
	"errors"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// TestMessagesAreOneLine has several causes of everything, each with a hostile answer of a webhook. A line break would
// break the tables of kubectl describe and kubectl get events.
func TestMessagesAreOneLine(t *testing.T) {
	t.Parallel()
	denied := errors.New("admission webhook denied the request:\n * first\r\n * second\u2028third\x1b[2J")
	both := apply.ResultOf(denied, &apply.ForeignError{Part: apply.Part{Kind: "ConfigMap", Key: types.NamespacedName{Namespace: "payments", Name: "checkout-routing"}}})
	problems := field.ErrorList{
		field.Invalid(field.NewPath("spec"), "a\nb", "no\ngood"), field.Required(field.NewPath("spec"), "say\nso"),
	}
	invalid := policyVerdict{valid: metav1.Condition{
		Type: v1alpha1.ConditionValid, Status: metav1.ConditionFalse, Reason: v1alpha1.ReasonPolicyInvalid, Message: problemsMessage(1, problems),
	}}
	outputs, err := outputsCondition(outputResult{reason: "ApplyFailed", problems: both}, outputResult{reason: "ApplyFailed", problems: apply.ResultOf(denied)})
	if err != nil {
		t.Fatal(err)
	}
	conditions := declaredStatus(&v1alpha1.StakeholderPolicy{}, invalid, policyOutputs{published: outputs}, metav1.Condition{}, fixtures.Now).Conditions
	if len(conditions) < 2 {
		t.Fatalf("the policy has %d conditions", len(conditions))
	}
	for _, c := range conditions {
		if strings.ContainsAny(c.Message, "\n\r\u2028\x1b") {
			t.Errorf("the message of the condition %s is not one line: %q", c.Type, c.Message)
		}
	}
}
