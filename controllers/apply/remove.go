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

// remove deletes the observed object, by its UID, and no newer object of the same name. It first removes the subjects
// or rules of a RoleBinding or Role that another finalizer would keep in force.
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
	// With a finalizer it exists until the finalizer is removed. It gives no right until then.
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

// needsClearing reports whether another finalizer would keep an object in force. A RoleBinding with another roleRef was
// never an output: a user who may give those rights created it, and the operator may not change it.
func needsClearing(owner names.Owner, object client.Object) bool {
	if binding, ok := object.(*rbacv1.RoleBinding); ok && binding.RoleRef != render.RoleRef(owner, binding.Name) {
		return false
	}
	return len(object.GetFinalizers()) > 0 && givesRights(object)
}

// givesRights reports whether a RoleBinding has subjects, or a Role has rules.
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

// clear removes all subjects or rules from an object, whether or not it has finalizers.
func (s *Session) clear(ctx context.Context, object client.Object) error {
	return s.request(ctx, func() error {
		answer, err := s.clearExactly(ctx, object)
		if err == nil && answer != nil {
			s.Writes.RecordBlindWrite(s.owner.NamespacedName(), partOf(object), answer.GetResourceVersion())
		}
		return err
	})
}

// clearExactly removes all subjects from the observed RoleBinding, or all rules from the observed Role. It returns the
// stored object, or nil if that no longer exists. It ignores the resource version, so that a user cannot keep a right
// by changing the object repeatedly.
func (a *Applier) clearExactly(ctx context.Context, object client.Object) (answer client.Object, err error) {
	kind, target, field := kindOf(object), newObject(partOf(object)), "subjects"
	if kind == kindRole {
		field = "rules"
	}
	// The UID causes a conflict if another object has replaced the observed one.
	patch := fmt.Sprintf(`{"metadata":{"uid":%q},%q:[]}`, object.GetUID(), field)
	err = a.Writer.Patch(ctx, target, client.RawPatch(types.MergePatchType, []byte(patch)), FieldOwner)
	if apierrors.IsNotFound(err) {
		// Either the object no longer exists, or the Role that it refers to, for which the API server checks too.
		return nil, nil //nolint:nilnil // nothing came of it
	}
	if err != nil {
		return nil, fmt.Errorf("empty %s %s: %w", kind, object.GetName(), ExplainConflict(ctx, a.Live, seenByUID(object), err))
	}
	log.FromContext(ctx).Info("Emptied", "kind", kind, "object", client.ObjectKeyFromObject(object))
	return target, nil
}
