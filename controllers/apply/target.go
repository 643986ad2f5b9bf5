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

// targetWriter brings one namespace to what a plan says. It does all that can be done there, and collects what came of it.
type targetWriter struct {
	*Session
	namespace string
	// have is what there is. Unknown says that the cache knows of nothing.
	have    *targetObjects
	unknown bool
	// wanted is true if the namespace takes part. Otherwise everything of the map's there is removed.
	wanted bool
	// plan is not changed.
	plan *Plan
	// mode is that of the plan, or RestrictOnly if the namespace has not consented to anything new.
	mode   Mode
	result Result
	// gained are the roles that no subject held in the namespace before, and that one holds now.
	gained []string
}

// newTarget prepares the writes of one namespace. Have is what there is, or nil.
func (s *Session) newTarget(plan *Plan, namespace string, have *targetObjects, wanted bool) *targetWriter {
	w := &targetWriter{Session: s, namespace: namespace, have: have, unknown: have == nil, wanted: wanted, plan: plan, mode: plan.Mode}
	if w.unknown {
		w.have = newTargetObjects()
	}
	return w
}

// write makes all the writes of the namespace.
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
	if !w.wanted {
		w.complete(ctx)
	}
	for _, role := range names.Roles {
		w.writeRole(ctx, role)
	}
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

// isNamespaceGone says whether a write failed because its namespace does not exist.
func isNamespaceGone(err error) bool {
	status, ok := errors.AsType[*apierrors.StatusError](err)
	return ok && apierrors.IsNotFound(status) && status.ErrStatus.Details != nil && status.ErrStatus.Details.Kind == "namespaces"
}

// settle leaves one problem if the namespace is being deleted: nothing else that went wrong there matters any more.
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

// gives says whether something is to be created in the namespace, or a subject to be given a right there.
func (w *targetWriter) gives() bool {
	if !w.wanted || w.mode == RestrictOnly {
		return false
	}
	if w.have.table() == nil && w.writesCopy() {
		return true
	}
	return slices.ContainsFunc(names.Roles, func(role string) bool {
		held := w.have.held(role)
		return !subset(w.plan.Subjects[role], held) || w.givesAccount(role, held)
	})
}

// complete asks the API server by name for the outputs that the cache does not show, in a namespace that loses everything.
// Such an output can have lost our label.
func (w *targetWriter) complete(ctx context.Context) {
	for _, place := range ownSlots() {
		if place.kind == kindConfigMap && w.namespace == w.owner.Namespace {
			continue
		}
		// A foreign object stays where it is.
		if err := w.look(ctx, place, w.observe); StateOf(err) != ForeignObject {
			w.record("", false, err)
		}
	}
}

// observer fills in an object, and says whether it exists: see observe.
type observer func(ctx context.Context, object client.Object) (bool, error)

// look looks for an output that the cache does not show, as when it has lost our label.
func (w *targetWriter) look(ctx context.Context, place slot, observe observer) error {
	if w.have.bySlot[place] != nil {
		return nil
	}
	object := newObject(Part{place.kind, types.NamespacedName{Namespace: w.namespace, Name: w.nameOf(place)}})
	found, err := observe(ctx, object)
	if err == nil && found {
		w.have.bySlot[place] = object
	}
	return err
}

// writeRole writes the RoleBinding and the ServiceAccount of one role.
func (w *targetWriter) writeRole(ctx context.Context, role string) {
	subjects := w.plan.Subjects[role]
	if !w.wanted {
		subjects = nil
	}
	// Who acts as the ServiceAccount is settled before it holds the right, and it is removed after it has lost the right.
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

// copyDue says whether the namespace is to have a copy of the routing table.
func (w *targetWriter) copyDue() bool { return w.wanted && w.plan.Copies[w.namespace] }

// writesCopy says whether a copy of the routing table may be written. The map's own namespace has the table itself. An edit
// that makes the map invalid must not publish contact data in a namespace that has no copy yet.
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
			// It is no repair if the map no longer asks for the copy.
			w.record(kindConfigMap, err == nil && !w.wanted, err)
		}
	case w.writesCopy():
		written, err := w.ensureCopy(ctx)
		w.record(kindConfigMap, written, err)
	}
}

// ensureCopy brings the copy of the routing table to what it should be, and says whether it was written.
func (w *targetWriter) ensureCopy(ctx context.Context) (written bool, err error) {
	if err := w.look(ctx, slot{kind: kindConfigMap}, w.observeToCreate); err != nil {
		return false, err
	}
	return w.ensureConfigMap(ctx, render.TargetConfigMap(w.owner, w.namespace, w.plan.Data), w.have.table(), w.plan.digest)
}

// removeUnwanted removes an output that the map no longer wants, and notes that: if it is wanted again later, writing it is
// no repair.
func (w *targetWriter) removeUnwanted(ctx context.Context, have client.Object) error {
	if err := w.remove(ctx, have); err != nil {
		return err
	}
	w.Rewrites.Record(w.owner.NamespacedName(), partOf(have), Write{Wanted: absent, After: absent})
	return nil
}
