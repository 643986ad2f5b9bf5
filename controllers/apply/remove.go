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
	"fmt"

	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

// remove deletes the very object that was seen, and not another that has taken its name since. A RoleBinding or a
// Role that another finalizer would keep in force is emptied first.
func (s *Session) remove(ctx context.Context, object client.Object) error {
	if needsClearing(s.owner, object) {
		if err := s.clear(ctx, object); err != nil {
			return err
		}
	}
	if object.GetDeletionTimestamp() == nil {
		if err := s.request(ctx, func() error { return s.deleteExactly(ctx, object) }); err != nil {
			return err
		}
	}
	// With a finalizer it goes when the finalizer's owner lets go, and gives no right until then.
	part := partOf(object)
	s.hidden.drop(s.owner.NamespacedName(), part)
	s.stripped.Delete(part)
	s.gone.Store(object.GetUID(), true)
	if len(object.GetFinalizers()) == 0 {
		s.Writes.RecordRemoval(s.owner.NamespacedName(), part, object.GetUID())
	}
	return nil
}

func (a *Applier) deleteExactly(ctx context.Context, object client.Object) error {
	uid := object.GetUID()
	err := a.Writer.Delete(ctx, object, client.Preconditions{UID: &uid})
	if apierrors.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("delete %s %s: %w", kindOf(object), object.GetName(), ExplainConflict(ctx, a.Live, seenByUID(object), err))
	}
	log.FromContext(ctx).Info("Deleted", "kind", kindOf(object), "object", client.ObjectKeyFromObject(object))
	return nil
}

// replace deletes an object so that another can take its name. The error is a *ForeignError if
// another finalizer keeps it there.
func (s *Session) replace(ctx context.Context, object client.Object) error {
	if err := s.remove(ctx, object); err != nil {
		return err
	}
	if len(object.GetFinalizers()) > 0 {
		return &ForeignError{Part: partOf(object), Held: true}
	}
	return nil
}

// needsClearing says whether an object would be kept in force by another finalizer. A RoleBinding with another roleRef was never
// ours: a user who may give those rights has made it, and the operator may not change it.
func needsClearing(owner names.Owner, object client.Object) bool {
	if binding, ok := object.(*rbacv1.RoleBinding); ok && binding.RoleRef != render.RoleRef(owner, binding.Name) {
		return false
	}
	return len(object.GetFinalizers()) > 0 && givesRights(object)
}

// givesRights says whether a RoleBinding has subjects, or a Role rules.
func givesRights(object client.Object) bool {
	switch o := object.(type) {
	case *rbacv1.RoleBinding:
		return len(o.Subjects) > 0
	case *rbacv1.Role:
		return len(o.Rules) > 0
	default:
		return false
	}
}

// clear takes all subjects or rules out of an object, whether or not it has finalizers.
func (s *Session) clear(ctx context.Context, object client.Object) error {
	return s.request(ctx, func() error {
		answer, err := s.clearExactly(ctx, object)
		if err == nil && answer != nil {
			s.Writes.RecordBlindWrite(s.owner.NamespacedName(), partOf(object), answer.GetResourceVersion())
		}
		return err
	})
}

// clearExactly takes all subjects out of the very RoleBinding that was seen, or all rules out of a Role, and returns
// what comes of it, or nil if it is gone. It depends on no resource version, so that a user
// cannot keep a right by changing the object over and over.
func (a *Applier) clearExactly(ctx context.Context, object client.Object) (answer client.Object, err error) {
	kind, target, field := kindOf(object), newObject(partOf(object)), "subjects"
	if kind == kindRole {
		field = "rules"
	}
	// The UID makes it a conflict if another object has taken the place of the one seen.
	patch := fmt.Sprintf(`{"metadata":{"uid":%q},%q:[]}`, object.GetUID(), field)
	err = a.Writer.Patch(ctx, target, client.RawPatch(types.MergePatchType, []byte(patch)), FieldOwner)
	if apierrors.IsNotFound(err) {
		// Either it is gone or, as the API server asks too, the Role that it refers to.
		return nil, nil //nolint:nilnil // nothing came of it
	}
	if err != nil {
		return nil, fmt.Errorf("empty %s %s: %w", kind, object.GetName(), ExplainConflict(ctx, a.Live, seenByUID(object), err))
	}
	log.FromContext(ctx).Info("Emptied", "kind", kind, "object", client.ObjectKeyFromObject(object))
	return target, nil
}
