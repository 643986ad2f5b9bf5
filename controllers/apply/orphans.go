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
	"slices"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

// MapOf returns the map whose output has an object's name in the object's namespace. It returns false if no map can
// have such an output.
func MapOf(object client.Object) (types.NamespacedName, bool) {
	var owner names.Owner
	var ok bool
	namespace, name := object.GetNamespace(), object.GetName()
	switch object.(type) {
	case *corev1.ConfigMap:
		owner, ok = names.OwnerOfTable(namespace, name)
	case *rbacv1.Role:
		owner, ok = names.OwnerOfGrant(namespace, name)
		// In target namespaces there is no other Role than that which opens approvals.
		ok = ok && (name == names.ApprovedName(owner) || owner.Namespace == namespace && names.GrantRole(owner.Name, name) != "")
	case *rbacv1.RoleBinding:
		owner, ok = names.OwnerOfGrant(namespace, name)
	case *corev1.ServiceAccount:
		owner, ok = names.OwnerOfAccount(name)
	}
	return owner.NamespacedName(), ok
}

// Removed describes the objects that RemoveOrphans has removed, and the rights that they gave.
type Removed struct {
	// Result has the objects that could not be removed.
	Result
	// Objects are the removed ones, as "Kind namespace/name", sorted.
	Objects []string
	// Subjects are those that held a right on the map's topics, sorted, by the value of names.LabelRole.
	Subjects map[string][]rbacv1.Subject
	// Namespaces are those in which subjects held the rights of their roles, sorted.
	Namespaces []string
}

func (r *Removed) addObject(owner names.Owner, object client.Object) {
	r.Objects = append(r.Objects, fmt.Sprintf("%s %s", kindOf(object), client.ObjectKeyFromObject(object)))
	binding, ok := object.(*rbacv1.RoleBinding)
	if !ok || len(binding.Subjects) == 0 || binding.Name == names.ApprovedName(owner) {
		// What approvals open is no right of anybody in the map.
		return
	}
	if names.TargetBindingRole(owner, binding.Name) != "" {
		if !slices.Contains(r.Namespaces, binding.Namespace) {
			r.Namespaces = append(r.Namespaces, binding.Namespace)
		}
		return
	}
	if r.Subjects == nil {
		r.Subjects = make(map[string][]rbacv1.Subject)
	}
	role := names.GrantRole(owner.Name, binding.Name)
	r.Subjects[role] = append(r.Subjects[role], binding.Subjects...)
}

func (r *Removed) sort() {
	slices.Sort(r.Objects)
	slices.Sort(r.Namespaces)
	for role, subjects := range r.Subjects {
		slices.SortFunc(subjects, compareSubjects)
		r.Subjects[role] = slices.Compact(subjects)
	}
}

// RemoveOrphans deletes objects that have the name of one of a map's outputs but belonged to another map. Earlier maps
// of the same name can leave such objects, and a restore or a copy can bring them from another namespace. UID is that
// of the map that has the name now, or "" if there is none. RemoveOrphans does not rely on the garbage collector, which
// can be late or not run at all, and which cannot revoke rights that a finalizer keeps in force. The report lists the
// removed objects even if others could not be removed.
//
// An object belongs to another map if it names another UID than the map of this name has in the API server. The cache
// does not count, because it can be stale. Kubernetes never reuses a UID, so RemoveOrphans never deletes an object that
// a map still owns.
func (a *Applier) RemoveOrphans(ctx context.Context, key types.NamespacedName, uid types.UID) Removed {
	suspects, unknown := a.orphans(ctx, names.Owner{Namespace: key.Namespace, Name: key.Name, UID: uid})
	if suspects = a.removed.without(key, suspects); len(suspects) == 0 {
		return Removed{Result: unknown}
	}
	live, _, err := ReadMap(ctx, a.Live, key)
	if err != nil {
		return Removed{Result: ResultOf(err)}
	}
	owner := names.Owner{Namespace: key.Namespace, Name: key.Name, UID: live.UID}
	suspects = slices.DeleteFunc(suspects, func(object client.Object) bool { return owns(owner, object) })
	problems := make([]Result, len(suspects))
	for _, kind := range removalOrder {
		atOnce(fanOut, len(suspects), func(i int) {
			if kindOf(suspects[i]) == kind {
				problems[i] = a.removeOrphan(ctx, owner, suspects[i])
			}
		})
	}
	removed := Removed{Result: unknown}
	for i, object := range suspects {
		if !problems[i].OK() {
			removed.Result = append(removed.Result, problems[i]...)
			continue
		}
		a.hidden.drop(key, partOf(object))
		if len(object.GetFinalizers()) == 0 {
			a.removed.add(key, object.GetUID())
		}
		if object.GetDeletionTimestamp() == nil {
			removed.addObject(owner, object)
		}
	}
	removed.sort()
	return removed
}

func (a *Applier) removeOrphan(ctx context.Context, owner names.Owner, object client.Object) Result {
	kind := kindOf(object)
	release, err := acquireSlot(ctx, a.Slots, owner.Namespace)
	if err != nil {
		return failure(kind, err)
	}
	defer release()
	// Another finalizer would keep it in force.
	if needsClearing(owner, object) {
		if _, err := a.clearExactly(ctx, object); err != nil {
			return failure(kind, err)
		}
	}
	if object.GetDeletionTimestamp() != nil {
		return nil
	}
	result := failure(kind, a.deleteExactly(ctx, object))
	if result.Has(Refused) && givesRights(object) {
		// The emptied object stays, and gives no rights.
		_, err := a.clearExactly(ctx, object)
		result = result.add(kind, false, err)
	}
	return result
}

// removalOrder has the kinds of outputs in the order of removal. RoleBindings come before the objects that they refer
// to.
var removalOrder = []string{kindRoleBinding, kindRole, kindConfigMap, kindServiceAccount}

// orphans lists the objects that have the name of one of the map's outputs and belong to another map. The objects
// belong to the cache, so they must not be changed. ServiceAccounts are left out while they are not known: they give no
// rights by themselves, and each is checked once they are known.
func (a *Applier) orphans(ctx context.Context, owner names.Owner) ([]client.Object, Result) {
	var all []client.Object
	for _, kind := range removalOrder {
		reader := a.readerOf(kind)
		if reader == nil {
			continue
		}
		named, err := listNamed(ctx, reader, owner, kind)
		if err != nil {
			return nil, ResultOf(err)
		}
		all = append(all, named...)
	}
	table := &corev1.ConfigMap{}
	key := client.ObjectKey{Namespace: owner.Namespace, Name: names.ConfigMapName(owner.Name)}
	if err := a.Cache.Get(ctx, key, table, client.UnsafeDisableDeepCopy); err == nil {
		all = append(all, table)
	} else if !apierrors.IsNotFound(err) {
		return nil, ResultOf(fmt.Errorf("read ConfigMap %s: %w", key, err))
	}
	hidden, problems := a.reveal(ctx, owner)
	return slices.DeleteFunc(append(all, hidden...), func(object client.Object) bool {
		named, ok := MapOf(object)
		return !ok || named != owner.NamespacedName() || !isOrphan(owner, object)
	}), problems
}

// isOrphan reports whether an object with the name of one of the map's outputs was an output of another map. An object
// that neither a UID nor our labels mark as an output belongs to another owner. The operator reports such an object and
// does not touch it.
func isOrphan(owner names.Owner, object client.Object) bool {
	if owns(owner, object) {
		return false
	}
	if binding, ok := object.(*rbacv1.RoleBinding); ok && binding.RoleRef != render.RoleRef(owner, binding.Name) {
		// No map ever owned it, and the operator may lack the right to change it.
		return false
	}
	if object.GetAnnotations()[names.AnnotationMapUID] != "" {
		return true
	}
	if object.GetNamespace() != owner.Namespace {
		return false
	}
	// In the map's namespace, the owner counts too, and so does a label that names another namespace: tools that copy
	// objects can omit annotations or owners.
	controller := metav1.GetControllerOf(object)
	home := object.GetLabels()[names.LabelMapNamespace]
	return names.IsMap(controller) || home != "" && home != owner.Namespace
}
