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
	"maps"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

// writeBinding makes the RoleBinding of a role have exactly the given subjects, and reports whether it was written. In
// mode RestrictOnly it adds no subject.
func (w *targetWriter) writeBinding(ctx context.Context, role string, subjects subjectSet) (written bool, err error) {
	adds := w.mode != RestrictOnly && len(subjects) > 0
	if adds {
		if err := w.look(ctx, slot{kindRoleBinding, role}, w.observeToCreate); err != nil {
			return false, err
		}
	}
	have := w.have.binding(role)
	if have != nil && (have.RoleRef != w.roleRef(role) || w.hasForeignController(have)) {
		// Another writer has replaced it. A roleRef is immutable, so delete the RoleBinding and create it again.
		remove := w.remove
		if adds {
			remove = w.replace
		}
		written = have.DeletionTimestamp == nil
		if err := remove(ctx, have); err != nil {
			return written && StateOf(err) == ForeignObject, err
		}
		have = nil
	}
	if have == nil {
		if !adds {
			return written, nil
		}
		_, created, err := w.sendBinding(ctx, role, nil, subjects)
		return written || created, err
	}
	return w.changeBinding(ctx, role, have, subjects)
}

// changeBinding is writeBinding for a RoleBinding that exists and refers to the right role.
func (w *targetWriter) changeBinding(ctx context.Context, role string, have *rbacv1.RoleBinding, subjects subjectSet) (written bool, err error) {
	held := subjectsOf(have)
	if w.mode == RestrictOnly {
		subjects = intersection(held, subjects)
	}
	if len(subjects) == 0 {
		return w.removeBinding(ctx, have)
	}
	exact := w.mode == RestrictOnly || len(have.Subjects) == len(held) && w.hasMetadata(have, w.labelsOf(role))
	if exact && maps.Equal(held, subjects) {
		return false, w.recordExact(partOf(have))
	}
	known := w.knownDispute(w.render(role, subjects))
	answer, written, err := w.sendBinding(ctx, role, have, subjects)
	if StateOf(err) == Refused && !subset(held, subjects) {
		return w.recreateBinding(ctx, role, have, subjects, err)
	}
	if answer != nil && !known && !subset(intersection(held, subjectsOf(answer)), subjects) {
		// Admission carries over the earlier subjects.
		return w.recreateBinding(ctx, role, answer, subjects, err)
	}
	return written, err
}

// sendBinding creates the RoleBinding of a role, or changes the observed one: see send.
func (w *targetWriter) sendBinding(
	ctx context.Context, role string, have *rbacv1.RoleBinding, subjects subjectSet,
) (answer *rbacv1.RoleBinding, exact bool, err error) {
	return send(ctx, w.Session, w.render(role, subjects), have)
}

// render returns the RoleBinding of a role, or that of approvals.
func (w *targetWriter) render(role string, subjects subjectSet) *rbacv1.RoleBinding {
	if role == approvedRole {
		return render.ApprovedBinding(w.owner, w.namespace, subjects)
	}
	return render.TargetBinding(w.owner, w.namespace, role, subjects)
}

func (w *targetWriter) roleRef(role string) rbacv1.RoleRef {
	return render.RoleRef(w.owner, w.nameOf(slot{kindRoleBinding, role}))
}

// labelsOf returns the labels of a rendered RoleBinding.
func (w *targetWriter) labelsOf(role string) map[string]string {
	if role == approvedRole {
		role = ""
	}
	return w.owner.Labels(role)
}

// recreateBinding deletes and creates a RoleBinding that must lose a subject but may not be changed. The other subjects
// may lose their rights until it is created, because a revocation that does not happen would be worse. Refused is why
// it could not be changed.
func (w *targetWriter) recreateBinding(
	ctx context.Context, role string, have *rbacv1.RoleBinding, subjects subjectSet, refused error,
) (written bool, err error) {
	if err := w.replace(ctx, have); err != nil {
		w.record(kindRoleBinding, false, refused)
		return false, err
	}
	if w.mode == RestrictOnly {
		// The wanted subjects are not known, so it cannot be created again.
		return true, refused
	}
	_, _, err = w.sendBinding(ctx, role, nil, subjects)
	return true, err
}

// removeBinding deletes a RoleBinding, or removes its subjects if it may not be deleted. It makes no request about one
// without subjects that waits for a finalizer.
func (w *targetWriter) removeBinding(ctx context.Context, have *rbacv1.RoleBinding) (written bool, err error) {
	if have.DeletionTimestamp != nil && len(have.Subjects) == 0 {
		return false, nil
	}
	err = w.removeUnwanted(ctx, have)
	if StateOf(err) != Refused || len(have.Subjects) == 0 {
		return err == nil, err
	}
	failed := w.clear(ctx, have)
	return failed == nil, err
}

// subjectsOf returns the subjects of a RoleBinding, or none if it is nil.
func subjectsOf(binding *rbacv1.RoleBinding) subjectSet {
	if binding == nil {
		return nil
	}
	held := make(subjectSet, len(binding.Subjects))
	for _, subject := range binding.Subjects {
		held[subject] = true
	}
	return held
}
