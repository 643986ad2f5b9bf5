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
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/metrics"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

// cause is why somebody has gained or lost a grant.
type cause struct{ id, text string }

var (
	causeEdited  = cause{metrics.CauseEdited, "the map was edited"}
	causeNew     = cause{"new", "the map is new"}
	causeOpened  = cause{"opened", "the window has opened"}
	causeExpired = cause{metrics.CauseExpired, "the window has closed"}
	// causeFreed is for what was due before and could not be written.
	causeFreed   = cause{"freed", "what kept it from being granted is gone"}
	causeDeleted = cause{"deleted", "the map was deleted"}
	// causeLeftover is for what another map has left, or what a restore or a copy has brought along.
	causeLeftover = cause{"leftover", "it was left over from another map, or restored or copied"}
	// causeTarget is for namespaces that come to be a target, or no longer are one.
	causeTarget = cause{"target", "the map, the namespace's labels or its consent have changed"}
)

// tell records what was done to a map's outputs: who has got grants and who has lost them, and what
// somebody else had changed and was put right.
func (r *StakeholderMapReconciler) tell(m *v1alpha1.StakeholderMap, result outcome, now time.Time) {
	key := types.NamespacedName{Namespace: m.Namespace, Name: m.Name}
	if result.grants.Holders != nil {
		r.holders.remember(m, result.grants.Holders)
	}

	r.tellLeftovers(m, result.leftovers)
	// The same table as before has no reason to change an output but that somebody else did.
	// A table that is too large has no revision.
	same := result.table != nil && result.table.Revision != "" && result.table.Revision == m.Status.RoutingRevision
	if same && result.rewritten {
		r.tellDrift(m, "ConfigMap", "the ConfigMap")
	}
	r.tellTargets(m, &result.elsewhere.report, same)
	if same && len(result.grants.Written) > 0 && meta.IsStatusConditionTrue(m.Status.Conditions, v1alpha1.ConditionAuthorized) {
		for _, kind := range result.grants.Written {
			r.tellDrift(m, kind, "a "+kind)
		}
		return
	}
	for _, group := range r.groups(m, key, result.grants.Changes, now) {
		r.recordGroup(m, &group)
	}
}

func (r *StakeholderMapReconciler) recordGroup(m *v1alpha1.StakeholderMap, group *changeGroup) {
	r.event(m, corev1.EventTypeNormal, group.reason, group.action(), group.note())
}

// groups sorts out who has gained and who has lost grants, and why, and measures how long the losses took.
func (r *StakeholderMapReconciler) groups(m *v1alpha1.StakeholderMap, key types.NamespacedName, changes []apply.Change, now time.Time) []changeGroup {
	var told []changeGroup
	for i := range changes {
		c := &changes[i]
		if c.Gained() {
			told = addTo(told, changeGroup{eventGranted, c.Role, gainCause(m, c, now), len(c.Before) > 0, nil}, c.Subject)
		}
		if c.Lost() {
			why, since := lossCause(m, c, now)
			told = addTo(told, changeGroup{eventRevoked, c.Role, why, len(c.After) > 0, nil}, c.Subject)
			if seen, ok := r.Board.PendingSince(key); ok && (why == causeEdited || seen.After(since)) {
				since = seen
			}
			r.Board.Revoked(why.id, since)
		}
	}
	return told
}

// tellDeleted records who has lost the grants of a map that is gone, or going.
func (r *StakeholderMapReconciler) tellDeleted(m *v1alpha1.StakeholderMap, held map[string][]rbacv1.Subject) {
	for _, role := range names.Roles {
		if len(held[role]) == 0 {
			continue
		}
		group := changeGroup{eventRevoked, role, causeDeleted, false, held[role]}
		r.recordGroup(m, &group)
	}
}

// tellNamespaces records in which namespaces the stakeholders of a map no longer have any rights.
func (r *StakeholderMapReconciler) tellNamespaces(m *v1alpha1.StakeholderMap, left []string, why cause) {
	if len(left) == 0 {
		return
	}
	note := "The stakeholders lost the rights of their roles in " + listNamespaces(left) + ": " + why.text
	r.event(m, corev1.EventTypeNormal, eventRevoked, "RevokeNamespaces", note)
}

// listNamespaces names some namespaces: up to eight, and how many more.
func listNamespaces(namespaces []string) string {
	const most = 8
	noun := "namespaces "
	if len(namespaces) == 1 {
		noun = "namespace "
	}
	return noun + strings.Join(messages.Abbreviate(namespaces, most), ", ")
}

func (r *StakeholderMapReconciler) tellDrift(m *v1alpha1.StakeholderMap, kind, what string) {
	r.Board.DriftRepaired(kind)
	r.event(m, corev1.EventTypeNormal, eventDriftRepaired, "Repair"+kind,
		"Somebody else had changed or deleted "+what+" of this map; it is as it should be again")
}

// changeGroup is everybody in one role to whom the same has happened for the same reason.
type changeGroup struct {
	reason string
	role   string
	why    cause
	// inPart says that they had, or have, other rights beside those that are told of.
	inPart   bool
	subjects []rbacv1.Subject
}

// addTo adds a subject to the group that it belongs to.
func addTo(groups []changeGroup, like changeGroup, subject rbacv1.Subject) []changeGroup {
	i := slices.IndexFunc(groups, func(g changeGroup) bool {
		return g.reason == like.reason && g.role == like.role && g.why == like.why && g.inPart == like.inPart
	})
	if i < 0 {
		groups, i = append(groups, like), len(groups)
	}
	groups[i].subjects = append(groups[i].subjects, subject)
	return groups
}

// action tells the groups of one moment apart, as in RevokeExpiredEndUser.
func (g *changeGroup) action() string {
	verb := "Grant"
	if g.reason == eventRevoked {
		verb = "Revoke"
	}
	part := ""
	if g.inPart {
		part = "InPart"
	}
	return verb + part + camel(g.why.id) + camel(g.role)
}

func camel(s string) string {
	var out strings.Builder
	for word := range strings.SplitSeq(s, "-") {
		out.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return out.String()
}

// note says who, which role and why.
func (g *changeGroup) note() string {
	const most = 8
	subjects := messages.AbbreviateFunc(g.subjects, most, subjectName)
	rights := "the rights of " + g.role
	switch {
	case g.inPart && g.reason == eventGranted:
		rights = "more rights of " + g.role
	case g.inPart:
		rights = "some rights of " + g.role
	}
	verb := " got "
	if g.reason == eventRevoked {
		verb = " lost "
	}
	return strings.Join(subjects, ", ") + verb + rights + ": " + g.why.text
}

// subjectName names a subject, shortened so that several fit into a note.
func subjectName(s rbacv1.Subject) string {
	const most = 80
	name := s.Name
	if s.Kind == rbacv1.ServiceAccountKind {
		name = s.Namespace + "/" + s.Name
	}
	return s.Kind + " " + messages.Name(name, most)
}

// gainCause says why somebody has gained a grant.
func gainCause(m *v1alpha1.StakeholderMap, c *apply.Change, now time.Time) cause {
	switch {
	case m.Status.ObservedGeneration == 0:
		return causeNew
	case m.Generation != m.Status.ObservedGeneration:
		return causeEdited
	case moment(m, c, func(p *v1alpha1.Party) *metav1.Time { return p.ValidFrom }, now) != nil:
		return causeOpened
	default:
		return causeFreed
	}
}

// lossCause says why somebody has lost a grant, and since when it was no longer due, as far as the map
// tells.
func lossCause(m *v1alpha1.StakeholderMap, c *apply.Change, now time.Time) (cause, time.Time) {
	if closed := moment(m, c, func(p *v1alpha1.Party) *metav1.Time { return p.ValidUntil }, now); closed != nil {
		return causeExpired, *closed
	}
	return causeEdited, now
}

// moment is the latest end, or beginning, of a window that has passed among those of the parties in which
// the subject stands under the role, or nil if there is none.
func moment(m *v1alpha1.StakeholderMap, c *apply.Change, edge func(*v1alpha1.Party) *metav1.Time, now time.Time) *time.Time {
	var latest *time.Time
	look := func(p *v1alpha1.Party) {
		at := edge(p)
		if at == nil || at.After(now) || latest != nil && !at.After(*latest) {
			return
		}
		if slices.ContainsFunc(p.Subjects, func(s v1alpha1.Subject) bool {
			s = s.In(m.Namespace)
			return string(s.Kind) == c.Subject.Kind && s.Name == c.Subject.Name && s.Namespace == c.Subject.Namespace
		}) {
			latest = &at.Time
		}
	}
	switch c.Role {
	case names.RoleCustomer:
		for i := range m.Spec.Customers {
			look(&m.Spec.Customers[i].Party)
		}
	case names.RoleEndUser:
		for i := range m.Spec.EndUsers {
			look(&m.Spec.EndUsers[i].Party)
		}
	}
	return latest
}

// boardState is what metrics tell of a map.
func boardState(status *v1alpha1.StakeholderMapStatus, findings []v1alpha1.Finding, result outcome, now time.Time) metrics.State {
	state := metrics.State{
		AsOf: now, Ready: metav1.ConditionUnknown, Findings: make(map[metrics.Finding]int), Grants: make(map[string]int),
		Namespaces: make(map[string]int), Disputes: make(map[string]int),
		Converged: result.published == nil && result.authorized == nil && result.elsewhere.retry() == nil,
	}
	if ready := meta.FindStatusCondition(status.Conditions, v1alpha1.ConditionReady); ready != nil {
		state.Ready = ready.Status
	}
	for _, f := range findings {
		state.Findings[metrics.Finding{Code: f.Code, Level: f.Level}]++
	}
	if n := status.Namespaces; n.Matched != nil {
		state.Namespaces["ready"], state.Namespaces["refused"] = int(*n.Ready), int(*n.Refused)
		state.Namespaces["waiting"] = int(*n.Matched - *n.Ready - *n.Refused)
	}
	countDisputes(state.Disputes, result.disputes())
	for role, subjects := range result.grants.Holders {
		state.Grants[role] = len(subjects)
	}
	return state
}
