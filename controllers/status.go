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

package controllers

import (
	"fmt"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	metav1ac "k8s.io/client-go/applyconfigurations/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	mapac "github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1/applyconfiguration/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/route"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/topics"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
)

// nextStatus is the status that a map should have. It is pure: now is the time of the conditions that
// change.
func nextStatus(
	m *v1alpha1.StakeholderMap, policy *v1alpha1.StakeholderPolicySpec, findings []v1alpha1.Finding, result outcome, now time.Time,
) v1alpha1.StakeholderMapStatus {
	assignments, _ := topics.Assign(&m.Spec, policy, now)
	listed := findings[:min(len(findings), v1alpha1.MaxFindings)]
	next := v1alpha1.StakeholderMapStatus{
		ObservedGeneration: m.Generation,
		RoutingRevision:    m.Status.RoutingRevision,

		PendingRoutingRevision: m.Status.PendingRoutingRevision,

		Customers:    count(validParties(m.Spec.Customers, now)),
		EndUsers:     count(validParties(m.Spec.EndUsers, now)),
		Topics:       count(len(assignments)),
		Namespaces:   result.elsewhere.status(),
		Findings:     listed,
		MoreFindings: int32(len(findings) - len(listed)), //nolint:gosec // bounded by the CRD far below the limits of int32
	}
	if transition, _ := validate.NextChange(m, now); transition != nil {
		next.NextTransitionTime = new(metav1.NewTime(wholeSecond(*transition)))
	}
	invalid := validate.HasErrors(findings)
	switch {
	case result.table != nil && !tableMissing(result.published):
		next.RoutingRevision, next.PendingRoutingRevision = result.table.Revision, ""
	case result.lost:
		// Who has left since was taken out of the grants only. Should the table come back, it must not be
		// taken for what is in force.
		next.RoutingRevision, next.PendingRoutingRevision = "", ""
	case result.table != nil && !invalid:
		// The grants follow the map, the ConfigMap does not: what it has is no longer in force, and must
		// not be restored when the map becomes invalid.
		next.RoutingRevision, next.PendingRoutingRevision = "", ""
	}
	valid, published, authorized := validCondition(findings), publishedCondition(result, invalid), authorizedCondition(result, m.Namespace, invalid)
	mentionUnmanaged(&authorized, findings)
	ready := messages.ReadyCondition("The routing table and the grants of this map are in force", valid, published, authorized)
	conditions := []metav1.Condition{valid, published, authorized, ready}
	next.Conditions = messages.MergeConditions(m.Status.Conditions, conditions, m.Generation, now)
	return next
}

// wholeSecond is the first whole second that is not before a moment: status holds no fractions, and a status that never
// is as it should be would be written again and again.
func wholeSecond(moment time.Time) time.Time {
	if whole := moment.Truncate(time.Second); whole.Equal(moment) {
		return whole
	}
	return moment.Truncate(time.Second).Add(time.Second)
}

func validParties[P any, T interface {
	*P
	ValidAt(time.Time) bool
}](parties []P, now time.Time) int {
	n := 0
	for i := range parties {
		if T(&parties[i]).ValidAt(now) {
			n++
		}
	}
	return n
}

func count(n int) *int32 {
	return new(int32(n)) //nolint:gosec // bounded by the CRD far below the limits of int32
}

func validCondition(findings []v1alpha1.Finding) metav1.Condition {
	c := metav1.Condition{Type: v1alpha1.ConditionValid}
	var broken []v1alpha1.Finding
	for _, f := range findings {
		if f.Level == v1alpha1.LevelError {
			broken = append(broken, f)
		}
	}
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

func publishedCondition(result outcome, invalid bool) metav1.Condition {
	c := outputCondition(v1alpha1.ConditionPublished, result, result.published, invalid)
	if c.Status == metav1.ConditionTrue && !invalid {
		c.Reason, c.Message = v1alpha1.ReasonPublished, "The routing table is in ConfigMap "+names.ConfigMapName(result.table.Source.Name)
	}
	return c
}

func authorizedCondition(result outcome, mapNamespace string, invalid bool) metav1.Condition {
	c := outputCondition(v1alpha1.ConditionAuthorized, result, result.authorized, invalid)
	reason, complaint := result.elsewhere.complaint(mapNamespace)
	switch {
	case c.Reason == v1alpha1.ReasonLastValidLost:
		// Without the table there is nothing to compare the grants with.
		c.Status = metav1.ConditionUnknown
		c.Message = "There is no last valid routing table to go by, so the grants are left as they are until the map is valid again; " +
			"only who no longer has the role loses them"
	case c.Status == metav1.ConditionTrue && !invalid:
		c.Reason, c.Message = v1alpha1.ReasonAuthorized, "The grants are as the routing table says"
		if result.elsewhere.declared && complaint == "" {
			c.Message += result.elsewhere.summary()
		}
	}
	if c.Reason == v1alpha1.ReasonNeverValid {
		return c
	}
	complain(&c, reason, complaint)
	complain(&c, v1alpha1.ReasonProjectRefused, result.project)
	return c
}

// complain adds to a condition what keeps it from being true, if there is a complaint.
func complain(c *metav1.Condition, reason, complaint string) {
	switch {
	case complaint == "":
	case c.Status == metav1.ConditionTrue:
		c.Status, c.Reason, c.Message = metav1.ConditionFalse, reason, complaint
	default:
		c.Message = messages.Join(c.Message, complaint)
	}
}

func outputCondition(conditionType string, result outcome, err error, invalid bool) metav1.Condition {
	c := metav1.Condition{Type: conditionType, Status: metav1.ConditionFalse}
	switch {
	case err != nil:
		c.Reason, c.Message = failure(err)
	case result.lost:
		c.Reason = v1alpha1.ReasonLastValidLost
		c.Message = "The map is invalid, and its last valid routing table was deleted, changed or never published; " +
			"there is one again when the map is valid"
	case result.table == nil:
		c.Reason, c.Message = v1alpha1.ReasonNeverValid, "The map is invalid and has not been valid before, so nothing is in force"
	case invalid:
		c.Status, c.Reason = metav1.ConditionTrue, v1alpha1.ReasonLastValidKept
		c.Message = "The map is invalid; what was last valid stays in force, without whoever no longer has the role"
	default:
		c.Status = metav1.ConditionTrue
	}
	return c
}

// failure sums up what kept an output from being in force. Nothing in it changes from one try to the
// next as long as the cause is the same.
func failure(err error) (reason, message string) {
	var lines []string
	for _, foreign := range apply.Foreign(err) {
		lines = append(lines, foreign.Error())
	}
	disputes := apply.Disputes(err)
	switch {
	case len(lines) > 0:
		reason = v1alpha1.ReasonForeignObject
	case slices.ContainsFunc(disputes, func(d *apply.DisputeError) bool { return d.Altered != "" }):
		reason = v1alpha1.ReasonChangedByAdmission
	default:
		reason = v1alpha1.ReasonContested
	}
	for _, dispute := range disputes {
		lines = append(lines, dispute.Error())
	}
	for _, other := range apply.Others(err) {
		reason = v1alpha1.ReasonApplyFailed
		if !apply.IsRace(other) {
			lines = append(lines, other.Error())
		}
	}
	if len(lines) == 0 {
		// What these conflicts say differs from one to the next.
		lines = []string{"Another writer changes the same objects at the same time; the operator tries again"}
	}
	if route.IsTooLarge(err) {
		reason = v1alpha1.ReasonTableTooLarge
	}
	slices.Sort(lines)
	lines = slices.Compact(lines)
	const most = 5
	return reason, messages.Join(messages.Abbreviate(lines, most)...)
}

// statusConfiguration is a status as the operator applies it.
func statusConfiguration(m *v1alpha1.StakeholderMap, status v1alpha1.StakeholderMapStatus) *mapac.StakeholderMapApplyConfiguration {
	config := mapac.StakeholderMapStatus().WithObservedGeneration(status.ObservedGeneration)
	// A map that is deleted before its first status has none.
	config.Customers, config.EndUsers, config.Topics = status.Customers, status.EndUsers, status.Topics
	if status.RoutingRevision != "" {
		config.WithRoutingRevision(status.RoutingRevision)
	}
	if status.PendingRoutingRevision != "" {
		config.WithPendingRoutingRevision(status.PendingRoutingRevision)
	}
	if n := status.Namespaces; n.Matched != nil {
		config.WithNamespaces(mapac.NamespacesStatus().WithMatched(*n.Matched).WithReady(*n.Ready).WithRefused(*n.Refused))
	}
	if status.NextTransitionTime != nil {
		config.WithNextTransitionTime(*status.NextTransitionTime)
	}
	if status.MoreFindings > 0 {
		config.WithMoreFindings(status.MoreFindings)
	}
	for _, c := range status.Conditions {
		config.WithConditions(metav1ac.Condition().
			WithType(c.Type).WithStatus(c.Status).WithObservedGeneration(c.ObservedGeneration).
			WithLastTransitionTime(c.LastTransitionTime).WithReason(c.Reason).WithMessage(c.Message))
	}
	for _, f := range status.Findings {
		config.WithFindings(mapac.Finding().WithCode(f.Code).WithLevel(f.Level).WithField(f.Field).WithMessage(f.Message))
	}
	// The resource version makes it a conflict if the map has changed since it was read, or was deleted and created
	// again: what was in force of an earlier map is nothing to go by. The UID alone does not, because the API server
	// does not compare it when it writes the status of a custom resource.
	return mapac.StakeholderMap(m.Name, m.Namespace).WithUID(m.UID).WithResourceVersion(m.ResourceVersion).WithStatus(config)
}
