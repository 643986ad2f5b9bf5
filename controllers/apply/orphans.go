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
	"fmt"
	"sync"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

// MapIndex is the cache's index of objects by the map that their labels name. IndexByMap fills it.
const MapIndex = "stakeholders.dev/map"

// IndexByMap is the key of an object in MapIndex.
func IndexByMap(object client.Object) []string {
	namespace, name := object.GetLabels()[render.LabelMapNamespace], object.GetLabels()[render.LabelMap]
	if namespace == "" || name == "" {
		return nil
	}
	return []string{namespace + "/" + name}
}

// RemoveOrphans deletes what earlier maps of a name have left. UID is that of the map that has the name now, or "" if
// none has. In the map's namespace the garbage collector does that, but for what somebody's finalizer keeps in
// force, and what somebody has made another's; elsewhere there is something only if somebody has taken a map's
// finalizer away.
//
// An object belongs to an earlier map if it names another UID than the map has that the API server, not the
// cache, knows by this name. A UID never comes again, so nothing is ever deleted that a map still owns.
func (a *Applier) RemoveOrphans(ctx context.Context, key types.NamespacedName, uid types.UID) error {
	suspects, err := a.orphans(ctx, key, uid)
	if err != nil {
		return err
	}
	if suspects = a.removed.without(key, suspects); len(suspects) == 0 {
		return nil
	}
	live := &metav1.PartialObjectMetadata{}
	live.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind("StakeholderMap"))
	if err := a.Live.Get(ctx, key, live); err != nil && !apierrors.IsNotFound(err) {
		return fmt.Errorf("read StakeholderMap %s: %w", key, err)
	}
	var errs []error
	for _, o := range suspects {
		belongsTo := types.UID(o.object.GetAnnotations()[render.AnnotationMapUID])
		if belongsTo == live.UID {
			continue
		}
		owner := render.Owner{Namespace: key.Namespace, Name: key.Name, UID: belongsTo}
		err := a.removeOrphan(ctx, owner, o)
		if err == nil && len(o.object.GetFinalizers()) == 0 {
			a.removed.add(key, o.object.GetUID())
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func (a *Applier) removeOrphan(ctx context.Context, owner render.Owner, o orphan) error {
	if binding, ok := o.object.(*rbacv1.RoleBinding); ok && needsEmptying(owner, binding) {
		// Somebody's finalizer would keep it in force.
		if _, err := clearExactly(ctx, a.Writer, o.kind, binding); err != nil {
			return err
		}
	}
	if o.object.GetDeletionTimestamp() != nil {
		return nil
	}
	return deleteExactly(ctx, a.Writer, o.kind, o.object)
}

// removedOrphans remembers, for each map, the UIDs of orphans that were deleted, until the cache no longer shows
// them: what is gone is not deleted again. Writes does not do for that, because it forgets a map that is gone.
// The zero value is ready for use, by several goroutines.
type removedOrphans struct {
	mu    sync.Mutex
	byMap map[types.NamespacedName]map[types.UID]bool
}

func (r *removedOrphans) add(key types.NamespacedName, uid types.UID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.byMap == nil {
		r.byMap = make(map[types.NamespacedName]map[types.UID]bool)
	}
	if r.byMap[key] == nil {
		r.byMap[key] = make(map[types.UID]bool)
	}
	r.byMap[key][uid] = true
}

// without leaves out what was deleted already, and forgets what the cache, which shows these, no longer does.
func (r *removedOrphans) without(key types.NamespacedName, shown []orphan) []orphan {
	r.mu.Lock()
	defer r.mu.Unlock()
	removed := r.byMap[key]
	if len(removed) == 0 {
		return shown
	}
	delete(r.byMap, key)
	var out []orphan
	still := make(map[types.UID]bool)
	for _, o := range shown {
		// With a deletion timestamp somebody's finalizer holds it, and it may have to be emptied.
		if uid := o.object.GetUID(); removed[uid] && o.object.GetDeletionTimestamp() == nil {
			still[uid] = true
		} else {
			out = append(out, o)
		}
	}
	if len(still) > 0 {
		r.byMap[key] = still
	}
	return out
}

type orphan struct {
	kind   string
	object client.Object
}

// orphans lists what has the name of one of the map's objects and the UID of another map. The objects are the
// cache's own, and must not be changed.
func (a *Applier) orphans(ctx context.Context, key types.NamespacedName, uid types.UID) ([]orphan, error) {
	owner := render.Owner{Namespace: key.Namespace, Name: key.Name}
	named := []client.ListOption{client.MatchingFields{MapIndex: key.String()}, client.UnsafeDisableDeepCopy}
	var out []orphan
	add := func(kind string, object client.Object) {
		belongsTo := object.GetAnnotations()[render.AnnotationMapUID]
		if !isOutput(owner, object) || belongsTo == "" || belongsTo == string(uid) || object.GetNamespace() == key.Namespace && collectable(object) {
			return
		}
		out = append(out, orphan{kind, object})
	}
	var bindings rbacv1.RoleBindingList
	if err := a.Cache.List(ctx, &bindings, named...); err != nil {
		return nil, fmt.Errorf("list RoleBindings: %w", err)
	}
	for i := range bindings.Items {
		// What refers to something else was never the map's, and the operator may not be able to touch it.
		if b := &bindings.Items[i]; b.RoleRef == render.RoleRef(owner, b.Name) {
			add(kindRoleBinding, b)
		}
	}
	var roles rbacv1.RoleList
	if err := a.Cache.List(ctx, &roles, named...); err != nil {
		return nil, fmt.Errorf("list Roles: %w", err)
	}
	for i := range roles.Items {
		add(kindRole, &roles.Items[i])
	}
	var configMaps corev1.ConfigMapList
	if err := a.Cache.List(ctx, &configMaps, named...); err != nil {
		return nil, fmt.Errorf("list ConfigMaps: %w", err)
	}
	for i := range configMaps.Items {
		add(kindConfigMap, &configMaps.Items[i])
	}
	if err := a.accountOrphans(ctx, named, add); err != nil {
		return nil, err
	}
	return out, nil
}

// isOutput says whether an object has the name that one of the map's has in its namespace.
func isOutput(owner render.Owner, object client.Object) bool {
	home, name := object.GetNamespace() == owner.Namespace, object.GetName()
	grant := home && render.GrantRole(owner.Name, name) != ""
	switch object.(type) {
	case *corev1.ConfigMap:
		return home && name == render.ConfigMapName(owner.Name) || !home && name == render.TargetConfigMapName(owner)
	case *rbacv1.RoleBinding:
		return grant || render.TargetBindingRole(owner, name) != ""
	case *corev1.ServiceAccount:
		return render.AccountRole(owner, name) != ""
	default:
		return grant
	}
}

// collectable says whether the garbage collector can be left to delete an object of an earlier map, because it still
// has that for its owner and nothing keeps it in force.
func collectable(object client.Object) bool {
	controller := metav1.GetControllerOf(object)
	binding, ok := object.(*rbacv1.RoleBinding)
	return controller != nil && string(controller.UID) == object.GetAnnotations()[render.AnnotationMapUID] &&
		(!ok || len(binding.Finalizers) == 0 || len(binding.Subjects) == 0)
}
