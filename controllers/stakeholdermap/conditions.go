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

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
)

func validCondition(findings []v1alpha1.Finding) metav1.Condition {
	c := metav1.Condition{Type: v1alpha1.ConditionValid}
	broken := validate.Errors(findings)
	if len(broken) == 0 {
		c.Status, c.Reason, c.Message = metav1.ConditionTrue, v1alpha1.ReasonValid, "The roles are declared as they should be"
		if len(findings) > 0 {
			c.Message += fmt.Sprintf("; status.findings has %d worth a look", len(findings))
		}
		return c
	}
	c.Status, c.Reason = metav1.ConditionFalse, string(broken[0].Code)
	if slices.ContainsFunc(broken, func(f v1alpha1.Finding) bool { return f.Code != broken[0].Code }) {
		c.Reason = v1alpha1.ReasonSeveralRulesBroken
	}
	c.Message = findingsMessage(broken)
	return c
}

// findingsMessage tells the first findings in full and the number of the rest.
func findingsMessage(broken []v1alpha1.Finding) string {
	const most = 3
	lines := messages.AbbreviateFunc(broken, most, func(f v1alpha1.Finding) string {
		return fmt.Sprintf("%s at %s: %s", f.Code, f.Field, f.Message)
	})
	if more := len(broken) - most; more > 0 {
		lines = append(lines, fmt.Sprintf("status.findings has %d of them", min(more, v1alpha1.MaxFindings-most)))
	}
	return messages.Join(lines...)
}

func publishedCondition(result enforcementResult) metav1.Condition {
	c := outputCondition(v1alpha1.ConditionPublished, result, result.published)
	if c.Status == metav1.ConditionTrue && !result.invalid {
		c.Reason, c.Message = v1alpha1.ReasonPublished, "The routing table is in ConfigMap "+names.ConfigMapName(result.table.Source.Name)
	}
	return c
}

func authorizedCondition(result enforcementResult, mapNamespace string) metav1.Condition {
	c := outputCondition(v1alpha1.ConditionAuthorized, result, result.authorized)
	reason, complaint := result.targets.complaint(mapNamespace)
	switch {
	case c.Reason == v1alpha1.ReasonLastValidLost:
		// Without the table there is nothing to compare the grants with.
		c.Status = metav1.ConditionUnknown
		c.Message = "There is no last valid routing table to go by, so the grants are left as they are until the map is valid again; " +
			"only who no longer has the role loses them"
	case c.Status == metav1.ConditionTrue && !result.invalid:
		c.Reason, c.Message = v1alpha1.ReasonAuthorized, "The grants are as the routing table says"
		if result.targets.declared && complaint == "" {
			c.Message += result.targets.summary()
		}
	}
	if c.Reason == v1alpha1.ReasonNeverValid {
		return c
	}
	addComplaint(&c, reason, complaint)
	addComplaint(&c, v1alpha1.ReasonProjectRefused, result.project)
	return c
}

// addComplaint adds to a condition what keeps it from being true, if there is a complaint.
func addComplaint(c *metav1.Condition, reason, complaint string) {
	switch {
	case complaint == "":
	case c.Status == metav1.ConditionTrue:
		c.Status, c.Reason, c.Message = metav1.ConditionFalse, reason, complaint
	default:
		c.Message = messages.Join(c.Message, complaint)
	}
}

func outputCondition(conditionType string, result enforcementResult, outputs apply.Result) metav1.Condition {
	c := metav1.Condition{Type: conditionType, Status: metav1.ConditionFalse}
	switch {
	case !outputs.OK():
		c.Reason, c.Message = apply.Failure(outputs)
	case result.lost:
		c.Reason = v1alpha1.ReasonLastValidLost
		c.Message = "The map is invalid, and its last valid routing table was deleted, changed or never published; " +
			"there is one again when the map is valid"
	case result.table == nil:
		c.Reason, c.Message = v1alpha1.ReasonNeverValid, "The map is invalid and has not been valid before, so nothing is in force"
	case result.invalid:
		c.Status, c.Reason = metav1.ConditionTrue, v1alpha1.ReasonLastValidKept
		c.Message = "The map is invalid; what was last valid stays in force, without the parties that no longer have their role"
	default:
		c.Status = metav1.ConditionTrue
	}
	return c
}
