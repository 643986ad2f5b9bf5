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
	"errors"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

// targetWriter makes one namespace match a plan. It makes all writes that are possible there, and collects the results.
type targetWriter struct {
	*Session
	namespace string
	// have has the map's objects in the namespace. Unknown says that the cache shows none of them.
	have    *targetObjects
	unknown bool
	// wanted is true if the namespace takes part. Otherwise all objects of the map there are removed, except that approvals stay
	// open in the map's own namespace.
	wanted bool
	// plan is not changed.
	plan *Plan
	// mode is that of the plan, or RestrictOnly if the namespace has not consented to anything new.
	mode   Mode
	result Result
	// gained are the roles that no subject held in the namespace before, and that a subject holds now.
	gained []string
	// opened says what approvals open in the map's own namespace afterwards. It is nil in any other one, or if nothing was tried.
	opened *Opened
}

// newTarget prepares the writes in one namespace. Have has the map's objects there, or is nil.
func (s *Session) newTarget(plan *Plan, namespace string, have *targetObjects, wanted bool) *targetWriter {
	w := &targetWriter{Session: s, namespace: namespace, have: have, unknown: have == nil, wanted: wanted, plan: plan, mode: plan.Mode}
	if w.unknown {
		w.have = newTargetObjects()
	}
	return w
}

// write makes all writes in the namespace.
func (w *targetWriter) write(ctx context.Context) {
	if w.have.stale != nil {
		w.record("", false, w.have.stale)
		return
	}
	if w.gives() {
		if err := w.consents(ctx, w.namespace, w.plan.TakesPart); err != nil {
			w.record("", false, err)
			w.mode = RestrictOnly
		}
	}
	if !w.wanted && w.hasMoreThanApproved() {
		w.complete(ctx)
	}
	for _, role := range names.Roles {
		w.writeRole(ctx, role)
	}
	w.writeApproved(ctx)
	w.writeCopy(ctx)
	w.settle()
}

// record adds the outcome for one object.
func (w *targetWriter) record(kind string, written bool, err error) {
	if w.wanted && isNamespaceGone(err) {
		err = ErrNamespaceTerminating
	}
	w.result = w.result.add(kind, written, err)
}

// isNamespaceGone reports whether a write failed because its namespace does not exist.
func isNamespaceGone(err error) bool {
	status, ok := errors.AsType[*apierrors.StatusError](err)
	return ok && apierrors.IsNotFound(status) && status.ErrStatus.Details != nil && status.ErrStatus.Details.Kind == "namespaces"
}

// settle replaces all problems by one if the namespace is being deleted, because the others no longer matter.
func (w *targetWriter) settle() {
	if !w.wanted || !w.result.Has(Terminating) {
		return
	}
	result := Result{}.add("", false, ErrNamespaceTerminating)
	for _, kind := range w.result.Written() {
		result = result.add(kind, true, nil)
	}
	w.result = result
}

// gives reports whether the plan creates an object in the namespace, or gives a subject a right there.
func (w *targetWriter) gives() bool {
	if !w.wanted || w.mode == RestrictOnly {
		return false
	}
	if w.have.table() == nil && w.writesCopy() || w.givesApproved() {
		return true
	}
	return slices.ContainsFunc(names.Roles, func(role string) bool {
		held := w.have.held(role)
		return !subset(w.plan.Subjects[role], held) || w.givesAccount(role, held)
	})
}

// complete asks the API server by name for outputs that the cache does not show, in a namespace from which all outputs
// are removed. Such an output may have lost our label. Most maps have no approvals, so what opens them is only looked for where
// the cache shows one half of it.
func (w *targetWriter) complete(ctx context.Context) {
	for _, place := range ownSlots() {
		if place.kind == kindConfigMap && w.namespace == w.owner.Namespace || place.role == approvedRole && !w.have.opens() {
			continue
		}
		// The operator does not touch a foreign object.
		if err := w.look(ctx, place, w.observe); StateOf(err) != ForeignObject {
			w.record("", false, err)
		}
	}
}

// observer reads an object and reports whether it exists: see observe.
type observer func(ctx context.Context, object client.Object) (bool, error)

// look checks for an output that the cache does not show, for example because it has lost our label.
func (w *targetWriter) look(ctx context.Context, place slot, observe observer) error {
	if w.have.bySlot[place] != nil {
		return nil
	}
	object := newObject(Part{place.kind, types.NamespacedName{Namespace: w.namespace, Name: w.nameOf(place)}})
	found, err := observe(ctx, object)
	if err == nil && found {
		w.have.put(place, object)
	}
	return err
}

// writeRole writes the RoleBinding and the ServiceAccount of one role.
func (w *targetWriter) writeRole(ctx context.Context, role string) {
	subjects := w.plan.Subjects[role]
	if !w.wanted {
		subjects = nil
	}
	// First fix the claims by which users act as the ServiceAccount, then give it the right. Remove it only after it
	// has lost the right.
	bound, written, err := w.writeAccount(ctx, role)
	w.record(kindServiceAccount, written, err)
	if bound {
		subjects = union(subjects, subjectSet{render.AccountSubject(w.owner, w.namespace, role): true})
	}
	had := len(w.have.held(role)) > 0
	written, err = w.writeBinding(ctx, role, subjects)
	w.record(kindRoleBinding, written, err)
	if err != nil {
		return
	}
	if written && w.mode != RestrictOnly && len(subjects) > 0 && !had {
		w.gained = append(w.gained, role)
	}
	account := w.have.account(role)
	if !bound && account != nil && account.DeletionTimestamp == nil && w.claims(role).Empty() {
		err := w.removeUnwanted(ctx, account)
		w.record(kindServiceAccount, err == nil, err)
	}
}

// copyDue reports whether the namespace should have a copy of the routing table.
func (w *targetWriter) copyDue() bool { return w.wanted && w.plan.Copies[w.namespace] }

// writesCopy reports whether a copy of the routing table may be written. The map's own namespace has the table itself.
// An edit that makes the map invalid must not publish contact data in a namespace without a copy.
func (w *targetWriter) writesCopy() bool {
	return w.copyDue() && w.plan.Data != nil && w.mode != RestrictOnly && w.namespace != w.owner.Namespace &&
		(w.have.table() != nil || w.mode == Enforce)
}

// writeCopy writes or removes the copy of the routing table.
func (w *targetWriter) writeCopy(ctx context.Context) {
	switch {
	case !w.copyDue():
		if w.have.table() != nil {
			err := w.removeUnwanted(ctx, w.have.table())
			// In a namespace that still takes part, the map no longer asks for the copy, so the removal is no repair.
			w.record(kindConfigMap, err == nil && !w.wanted, err)
		}
	case w.writesCopy():
		written, err := w.ensureCopy(ctx)
		w.record(kindConfigMap, written, err)
	}
}

// ensureCopy creates or repairs the copy of the routing table, and reports whether it was written.
func (w *targetWriter) ensureCopy(ctx context.Context) (written bool, err error) {
	if err := w.look(ctx, slot{kind: kindConfigMap}, w.observeToCreate); err != nil {
		return false, err
	}
	return w.ensureConfigMap(ctx, render.TargetConfigMap(w.owner, w.namespace, w.plan.Data), w.have.table(), w.plan.digest)
}

// removeUnwanted removes an output that the map no longer wants, and records that. So if the map wants it again later,
// the write does not count as a repair.
func (w *targetWriter) removeUnwanted(ctx context.Context, have client.Object) error {
	if err := w.remove(ctx, have); err != nil {
		return err
	}
	w.Rewrites.Record(w.owner.NamespacedName(), partOf(have), Write{Wanted: absent, After: absent})
	return nil
}
