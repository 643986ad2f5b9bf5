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

// Package apply puts rendered objects in force: it writes what differs, leaves alone what a map does
// not own, and removes what is no longer wanted.
package apply

import (
	"context"
	"fmt"
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	metav1ac "k8s.io/client-go/applyconfigurations/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

// FieldOwner is the name under which the operator owns the fields that it writes, everywhere.
const FieldOwner = client.FieldOwner("stakeholder-operator")

// OwnerIndex is the cache's index of objects by the UID of the map that they belong to. IndexByOwner
// fills it.
const OwnerIndex = "stakeholders.dev/owner"

// IndexByOwner are the keys of an object in OwnerIndex: the UID of its controller, and that of the map that its
// annotation names. It may have another controller than the map, which must not hide it.
func IndexByOwner(object client.Object) []string {
	var keys []string
	if controller := metav1.GetControllerOf(object); controller != nil {
		keys = append(keys, string(controller.UID))
	}
	if uid := object.GetAnnotations()[render.AnnotationMapUID]; uid != "" && !slices.Contains(keys, uid) {
		keys = append(keys, uid)
	}
	return keys
}

// Applier writes the objects of one map after another, each in a Session.
type Applier struct {
	// Cache knows the objects that carry our label, by OwnerIndex and MapIndex too. Reading it is no request.
	Cache client.Reader
	// Live asks the API server. It sees what the cache does not: objects without our label.
	Live client.Reader
	// Writer writes.
	Writer client.Writer
	// Accounts has the ServiceAccounts that carry our label, by OwnerIndex and MapIndex, or says why they are not known.
	// A nil reader: nobody looks at them.
	Accounts func() (client.Reader, error)
	// Writes remembers what was written until the cache shows it.
	Writes Writes

	removed removedOrphans
}

// Session writes the objects of one map in one reconcile.
type Session struct {
	*Applier
	owner render.Owner
	// generation is that of the map as the reconcile has read it.
	generation int64
	current    current
}

// Session is for one reconcile of a map, which the cache has shown in a generation.
func (a *Applier) Session(owner render.Owner, generation int64) *Session {
	return &Session{Applier: a, owner: owner, generation: generation}
}

// observe fills in an object that should be the map's, by its name and namespace, and says whether it
// is there. The error is a *ForeignError if it is there and is not the map's, and ErrCacheBehind if the
// cache has an older state than was last written.
//
// The cache answers if it has the map's object. If not, the API server is asked, because the cache
// neither shows an object that lacks our label nor one that was written a moment ago.
func (s *Session) observe(ctx context.Context, kind string, object client.Object) (bool, error) {
	key := client.ObjectKeyFromObject(object)
	if err := s.Cache.Get(ctx, key, object); err == nil && s.owns(object) {
		if s.Writes.Behind(s.owner.NamespacedName(), kind, object) {
			return false, fmt.Errorf("%s %s: %w", kind, key, ErrCacheBehind)
		}
		return true, nil
	} else if err != nil && !apierrors.IsNotFound(err) {
		return false, fmt.Errorf("read %s %s: %w", kind, key, err)
	}
	return s.observeLive(ctx, kind, object)
}

// observeLive is observe without the cache.
func (s *Session) observeLive(ctx context.Context, kind string, object client.Object) (bool, error) {
	key := client.ObjectKeyFromObject(object)
	if err := s.Live.Get(ctx, key, object); apierrors.IsNotFound(err) {
		return false, nil
	} else if err != nil {
		return false, fmt.Errorf("read %s %s: %w", kind, key, err)
	}
	if !s.owns(object) {
		return true, newForeignError(kind, object, s.owner)
	}
	return true, nil
}

// owns judges by UID: a map that was deleted and created again under its old name is another map. The UID stands in
// an annotation, which of a grant nobody can change who could not have given it. In the map's namespace the
// controller counts too; but not alone, because Kubernetes lets whoever may edit RoleBindings take that away.
func (s *Session) owns(object client.Object) bool {
	if object.GetAnnotations()[render.AnnotationMapUID] == string(s.owner.UID) {
		return true
	}
	controller := metav1.GetControllerOf(object)
	return object.GetNamespace() == s.owner.Namespace && controller != nil && controller.UID == s.owner.UID
}

// usurped says whether an object in the map's namespace has another controller than the map. There can be only one,
// so that it cannot be written as rendered, only created anew.
func (s *Session) usurped(object client.Object) bool {
	controller := metav1.GetControllerOf(object)
	return object.GetNamespace() == s.owner.Namespace && controller != nil && controller.UID != s.owner.UID
}

// hasMetadata says whether an object that the map owns carries its UID, our labels and, in the map's namespace, the
// reference to its owner as rendered.
func (s *Session) hasMetadata(object client.Object, labels map[string]string) bool {
	if object.GetAnnotations()[render.AnnotationMapUID] != string(s.owner.UID) {
		return false
	}
	for key, value := range labels {
		if object.GetLabels()[key] != value {
			return false
		}
	}
	if object.GetNamespace() != s.owner.Namespace {
		return true
	}
	ref := metav1.GetControllerOf(object)
	return ref != nil && ref.UID == s.owner.UID && ref.BlockOwnerDeletion != nil && *ref.BlockOwnerDeletion
}

// apply writes an object by server-side apply; meta is the configuration's own metadata. If the UID and the resource
// version of the object that was seen are in it, the write takes over every field that it names, and fails with a
// conflict if the object has changed since, or another one has taken its place: it may have been on its way while
// another operator has put a later edit in force. Without them it creates the object, and does not
// force: should somebody else create one of the same name at the same moment, theirs is not taken over.
func (s *Session) apply(ctx context.Context, kind string, config runtime.ApplyConfiguration, meta *metav1ac.ObjectMetaApplyConfiguration) error {
	if err := s.verify(ctx); err != nil {
		return err
	}
	options := []client.ApplyOption{FieldOwner}
	exists := meta.UID != nil
	if exists {
		options = append(options, client.ForceOwnership)
	}
	key := client.ObjectKey{Namespace: *meta.Namespace, Name: *meta.Name}
	if err := s.Writer.Apply(ctx, config, options...); err != nil {
		if apierrors.IsConflict(err) {
			s.current.doubt()
		}
		return fmt.Errorf("apply %s %s: %w", kind, key.Name, err)
	}
	// The answer has been read into the configuration.
	if meta.ResourceVersion != nil {
		s.Writes.Done(s.owner.NamespacedName(), kind, key, *meta.ResourceVersion)
	}
	log.FromContext(ctx).Info("Applied", "kind", kind, "object", key, "created", !exists)
	return nil
}

// remove deletes the very object that was seen, and not another that has taken its name since. A RoleBinding or a
// Role that somebody's finalizer would keep in force is emptied first.
func (s *Session) remove(ctx context.Context, kind string, object client.Object) error {
	if err := s.verify(ctx); err != nil {
		return err
	}
	if err := s.empty(ctx, object); err != nil {
		return err
	}
	if object.GetDeletionTimestamp() != nil {
		// It goes when whoever holds it back lets go.
		return nil
	}
	if err := deleteExactly(ctx, s.Writer, kind, object); err != nil {
		return err
	}
	if len(object.GetFinalizers()) == 0 {
		s.Writes.Removed(s.owner.NamespacedName(), kind, client.ObjectKeyFromObject(object), object.GetUID())
	}
	return nil
}

func deleteExactly(ctx context.Context, writer client.Writer, kind string, object client.Object) error {
	uid := object.GetUID()
	err := writer.Delete(ctx, object, client.Preconditions{UID: &uid})
	if apierrors.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("delete %s %s: %w", kind, object.GetName(), err)
	}
	log.FromContext(ctx).Info("Deleted", "kind", kind, "object", client.ObjectKeyFromObject(object))
	return nil
}

// replace is remove for an object in the place of which another is to be created. The error is a *ForeignError if
// somebody's finalizer keeps it there.
func (s *Session) replace(ctx context.Context, kind string, object client.Object) error {
	if err := s.remove(ctx, kind, object); err != nil {
		return err
	}
	if len(object.GetFinalizers()) > 0 {
		return &ForeignError{Kind: kind, Namespace: object.GetNamespace(), Name: object.GetName(), Held: true}
	}
	return nil
}

// empty takes everybody out of a RoleBinding, and all rights out of a Role, that has somebody's finalizer.
func (s *Session) empty(ctx context.Context, object client.Object) error {
	switch o := object.(type) {
	case *rbacv1.RoleBinding:
		if !needsEmptying(s.owner, o) {
			return nil
		}
		return s.clear(ctx, kindRoleBinding, o)
	case *rbacv1.Role:
		if len(o.Finalizers) > 0 && len(o.Rules) > 0 {
			return s.clear(ctx, kindRole, o)
		}
	}
	return nil
}

// clear is empty, whatever finalizers there are.
func (s *Session) clear(ctx context.Context, kind string, object client.Object) error {
	if err := s.verify(ctx); err != nil {
		return err
	}
	version, err := clearExactly(ctx, s.Writer, kind, object)
	if err == nil && version != "" {
		s.Writes.Done(s.owner.NamespacedName(), kind, client.ObjectKeyFromObject(object), version)
	}
	return err
}

// clearExactly takes all subjects out of the very RoleBinding that was seen, or all rules out of a Role, and returns
// the resource version that comes of it, or "" if it is gone. It is no server-side apply, which would leave them
// there if somebody else has applied the same: Kubernetes lets whoever may edit the object do that.
func clearExactly(ctx context.Context, writer client.Writer, kind string, object client.Object) (version string, err error) {
	var target client.Object = &rbacv1.RoleBinding{}
	field := "subjects"
	if kind == kindRole {
		target, field = &rbacv1.Role{}, "rules"
	}
	target.SetNamespace(object.GetNamespace())
	target.SetName(object.GetName())
	// The UID makes it a conflict if another object has taken the place of the one seen.
	patch := fmt.Sprintf(`{"metadata":{"uid":%q},%q:[]}`, object.GetUID(), field)
	err = writer.Patch(ctx, target, client.RawPatch(types.MergePatchType, []byte(patch)), FieldOwner)
	if apierrors.IsNotFound(err) {
		// Either it is gone or, as the API server asks too, the Role that it refers to.
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("empty %s %s: %w", kind, object.GetName(), err)
	}
	log.FromContext(ctx).Info("Emptied", "kind", kind, "object", client.ObjectKeyFromObject(object))
	return target.GetResourceVersion(), nil
}

// needsEmptying says whether a RoleBinding would be kept in force by somebody's finalizer. One that refers to
// something else than it should was never ours: whatever it gives, somebody gave it who could, and the operator
// cannot change it.
func needsEmptying(owner render.Owner, binding *rbacv1.RoleBinding) bool {
	return len(binding.Finalizers) > 0 && len(binding.Subjects) > 0 && binding.RoleRef == render.RoleRef(owner, binding.Name)
}
