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
	"context"
	"slices"
	"sync"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/approvals"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

type approvalSet = map[approvals.Approval]bool

func setOf(list []approvals.Approval) approvalSet {
	set := make(approvalSet, len(list))
	for _, a := range list {
		set[a] = true
	}
	return set
}

// writeApproved makes the Role and the RoleBinding open exactly the approvals of the plan in the namespace. Where nothing is open
// there are none of them. In mode RestrictOnly it opens nothing. At every moment, only approvals are open that were open before or
// should be.
func (w *targetWriter) writeApproved(ctx context.Context) {
	o := &Opened{}
	due, err := w.confirmed(ctx, w.dueApproved())
	w.recordApproved(o, "", false, err)
	if len(due) > 0 {
		w.openApproved(ctx, due, o)
	} else {
		w.closeApproved(ctx, o)
	}
	if w.namespace == w.owner.Namespace {
		w.opened = o
	}
}

// recordApproved adds the outcome for one object. A write is no repair if other approvals were to be open before.
func (w *targetWriter) recordApproved(o *Opened, kind string, written bool, err error) {
	repaired := written && w.plan.SameApproved
	w.record(kind, repaired, err)
	o.Result = o.add(kind, false, err)
	if repaired && !w.wanted {
		o.Repaired = append(o.Repaired, kind)
	}
}

// dueApproved returns the approvals that should be open in the namespace after the session.
func (w *targetWriter) dueApproved() approvalSet {
	switch {
	case !w.wanted && w.namespace != w.owner.Namespace:
		return nil
	case w.mode != RestrictOnly || w.isApprovedExact():
		return w.plan.open
	case w.have.approved() == nil:
		return nil
	default:
		return intersection(render.ApprovalsOf(w.have.approved().Rules), w.plan.open)
	}
}

// confirmed returns those of some approvals that are open in the namespace, or of which the API server says that they are still
// approved. The error is why it does not return all of them.
func (w *targetWriter) confirmed(ctx context.Context, due approvalSet) (approvalSet, error) {
	var open approvalSet
	if w.bindsEveryone() {
		// Without the RoleBinding the Role opens nothing: another replica may be removing both.
		open = w.openApprovals()
	}
	if w.mode == RestrictOnly || open != nil && w.isApprovedExact() || subset(due, open) {
		return due, nil
	}
	return w.plan.confirmed.among(ctx, due, open)
}

// confirmations remembers, for one plan, which approvals the API server has confirmed.
type confirmations struct {
	ask   func(context.Context, approvals.Approval) error
	mu    sync.Mutex
	known map[approvals.Approval]error
}

// among returns the due approvals that are open already or confirmed. The error is that of the first other one, in their order.
func (c *confirmations) among(ctx context.Context, due, open approvalSet) (approvalSet, error) {
	if c.ask == nil {
		return due, nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	var added []approvals.Approval
	for a := range due {
		if _, known := c.known[a]; !known && !open[a] {
			added = append(added, a)
		}
	}
	answers := make([]error, len(added))
	atOnce(fanOut, len(added), func(i int) { answers[i] = c.ask(ctx, added[i]) })
	for i, a := range added {
		c.known[a] = answers[i]
	}
	out := make(approvalSet, len(due))
	var failed []approvals.Approval
	for a := range due {
		if open[a] || c.known[a] == nil {
			out[a] = true
		} else {
			failed = append(failed, a)
		}
	}
	if len(failed) == 0 {
		return due, nil
	}
	return out, c.known[slices.MinFunc(failed, approvals.Compare)]
}

// isApprovedExact reports whether the Role opens exactly the approvals of the plan. It saves comparing each of them.
func (w *targetWriter) isApprovedExact() bool {
	role := w.have.approved()
	return role != nil && equalRules(role.Rules, w.plan.rules)
}

// givesApproved reports whether approvals are opened in another namespace.
func (w *targetWriter) givesApproved() bool {
	if w.namespace == w.owner.Namespace || len(w.plan.open) == 0 {
		return false
	}
	return !w.bindsEveryone() || !w.isApprovedExact() && !subset(w.plan.open, w.openApprovals())
}

// losesApproved reports whether the Role gives more than the approvals of the plan.
func (w *targetWriter) losesApproved() bool {
	role := w.have.approved()
	return role != nil && !w.isApprovedExact() && exceeds(w.owner, role, w.plan.open)
}

// exceeds reports whether a Role gives anything beside some approvals.
func exceeds(owner names.Owner, role *rbacv1.Role, due approvalSet) bool {
	open := render.ApprovalsOf(role.Rules)
	return !subset(open, due) || !equalRules(role.Rules, render.ApprovedRules(owner, open))
}

// bindsEveryone reports whether the cache shows a RoleBinding that gives everyone what the Role has.
func (w *targetWriter) bindsEveryone() bool {
	binding := w.have.binding(approvedRole)
	return binding != nil && binding.RoleRef == w.roleRef(approvedRole) && subset(render.Everyone, subjectsOf(binding))
}

// openApprovals returns the approvals in the Role that the cache shows.
func (w *targetWriter) openApprovals() approvalSet {
	if role := w.have.approved(); role != nil {
		return render.ApprovalsOf(role.Rules)
	}
	return nil
}

// openApproved opens some approvals, and no others.
func (w *targetWriter) openApproved(ctx context.Context, due approvalSet, o *Opened) {
	if w.have.approved() == nil {
		// A foreign RoleBinding would give others the rights of the Role, and one of the map's may have lost our label.
		if err := w.look(ctx, slot{kindRoleBinding, approvedRole}, w.observe); err != nil {
			w.recordApproved(o, kindRoleBinding, false, err)
			return
		}
	}
	rules := w.plan.rules
	if len(due) != len(w.plan.open) {
		rules = render.ApprovedRules(w.owner, due)
	}
	role, written, err := w.ensureApprovedRole(ctx, rules, due)
	w.recordApproved(o, kindRole, written, err)
	excess := role != nil && !equalRules(role.Rules, rules) && exceeds(w.owner, role, due)
	switch {
	case StateOf(err) == ForeignObject, StateOf(err) == Refused && excess:
		// Our RoleBinding would give everyone what a foreign Role gives, or one that may not be changed.
		w.unbindApproved(ctx, role, o)
		return
	case role == nil:
		return
	case excess:
		// The next reconcile tries again. No RoleBinding is made until then.
		if w.bindsEveryone() {
			o.Open = render.ApprovalsOf(role.Rules)
		}
		return
	}
	written, err = w.writeBinding(ctx, approvedRole, render.Everyone)
	w.recordApproved(o, kindRoleBinding, written, err)
	switch {
	case StateOf(err) == ForeignObject:
		written, err := w.removeApprovedRole(ctx, role)
		w.recordApproved(o, kindRole, written, err)
	case err == nil && w.mode != RestrictOnly, w.bindsEveryone():
		o.Open = render.ApprovalsOf(role.Rules)
	}
}

// ensureApprovedRole makes the Role open exactly some approvals. It returns the Role as it is now, or nil if there is none.
func (w *targetWriter) ensureApprovedRole(
	ctx context.Context, rules []rbacv1.PolicyRule, due approvalSet,
) (role *rbacv1.Role, written bool, err error) {
	have, wanted := w.have.approved(), render.ApprovedRole(w.owner, w.namespace, rules)
	if have != nil && equalRules(have.Rules, wanted.Rules) && (w.mode == RestrictOnly || w.hasMetadata(have, wanted.Labels)) {
		return have, false, w.recordExact(partOf(have))
	}
	answer, written, err := send(ctx, w.Session, wanted, have)
	if answer != nil || have == nil {
		return answer, written, err
	}
	if StateOf(err) != Refused || !exceeds(w.owner, have, due) {
		return have, false, err
	}
	// A Role that may not be changed may still be deleted. The other approvals are closed until it is created, because an approval
	// that never ends would be worse.
	if failed := w.replace(ctx, have); failed != nil {
		return have, false, err
	}
	answer, _, err = send(ctx, w.Session, wanted, nil)
	return answer, true, err
}

// unbindApproved removes the RoleBinding. Role is what it gives, or nil.
func (w *targetWriter) unbindApproved(ctx context.Context, role *rbacv1.Role, o *Opened) {
	binding := w.have.binding(approvedRole)
	if binding == nil {
		return
	}
	written, err := w.removeBinding(ctx, binding)
	w.recordApproved(o, kindRoleBinding, written, err)
	if !written && role != nil && w.bindsEveryone() {
		o.Open = render.ApprovalsOf(role.Rules)
	}
}

// closeApproved removes what opens approvals, first the RoleBinding, without which the Role gives nothing.
func (w *targetWriter) closeApproved(ctx context.Context, o *Opened) {
	role := w.have.approved()
	w.unbindApproved(ctx, role, o)
	if role == nil {
		return
	}
	written, err := w.removeApprovedRole(ctx, role)
	w.recordApproved(o, kindRole, written, err)
	if written {
		o.Open = nil
	}
}

// removeApprovedRole deletes a Role, or removes its rules if it may not be deleted. It makes no request about one without rules
// that waits for a finalizer.
func (w *targetWriter) removeApprovedRole(ctx context.Context, have *rbacv1.Role) (written bool, err error) {
	if have.DeletionTimestamp != nil && len(have.Rules) == 0 {
		return false, nil
	}
	err = w.removeUnwanted(ctx, have)
	if StateOf(err) != Refused || len(have.Rules) == 0 {
		return err == nil, err
	}
	failed := w.clear(ctx, have)
	return failed == nil, err
}

// hasMoreThanApproved reports whether the map has outputs in the namespace beside what opens approvals. In its own namespace only
// these are a reason to look for others.
func (w *targetWriter) hasMoreThanApproved() bool {
	if w.namespace != w.owner.Namespace {
		return true
	}
	for place := range w.have.bySlot {
		if place.role != approvedRole {
			return true
		}
	}
	return false
}

// equalRules reports whether two lists of rules are equal. It compares texts that share memory in no time.
func equalRules(a, b []rbacv1.PolicyRule) bool {
	return slices.EqualFunc(a, b, func(a, b rbacv1.PolicyRule) bool {
		return slices.Equal(a.Verbs, b.Verbs) && slices.Equal(a.APIGroups, b.APIGroups) && slices.Equal(a.Resources, b.Resources) &&
			slices.Equal(a.ResourceNames, b.ResourceNames) && slices.Equal(a.NonResourceURLs, b.NonResourceURLs)
	})
}
