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

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

// targetObjects is what a map has in a target namespace.
type targetObjects struct {
	// bindings are by role.
	bindings map[string]*rbacv1.RoleBinding
	// configMap has a digest in the place of its data: see Strip.
	configMap *corev1.ConfigMap
	// behind is ErrCacheBehind if the cache shows an older state than was last written.
	behind error
}

// targetObjects lists what the cache knows of the map's objects in target namespaces, and says whether any
// of them is, or may be, in another namespace than the map's. Only objects with the names that the map's
// have are looked at: whatever else claims to be the map's is not touched.
//
// The objects are the cache's own, and must not be changed.
func (s *Session) targetObjects(ctx context.Context) (have map[string]*targetObjects, elsewhere bool, err error) {
	have = make(map[string]*targetObjects)
	entry := func(object client.Object) *targetObjects {
		namespace := object.GetNamespace()
		if have[namespace] == nil {
			have[namespace] = &targetObjects{bindings: make(map[string]*rbacv1.RoleBinding)}
		}
		elsewhere = elsewhere || namespace != s.owner.Namespace && !s.released(object)
		return have[namespace]
	}
	owned := []client.ListOption{client.MatchingFields{OwnerIndex: string(s.owner.UID)}, client.UnsafeDisableDeepCopy}
	var bindings rbacv1.RoleBindingList
	if err := s.Cache.List(ctx, &bindings, owned...); err != nil {
		return nil, false, fmt.Errorf("list RoleBindings: %w", err)
	}
	for i := range bindings.Items {
		binding := &bindings.Items[i]
		if role := render.TargetBindingRole(s.owner, binding.Name); role != "" && s.owns(binding) {
			t := entry(binding)
			t.bindings[role] = binding
			s.checkBehind(t, kindRoleBinding, binding)
		}
	}
	var configMaps corev1.ConfigMapList
	if err := s.Cache.List(ctx, &configMaps, owned...); err != nil {
		return nil, false, fmt.Errorf("list ConfigMaps: %w", err)
	}
	for i := range configMaps.Items {
		cm := &configMaps.Items[i]
		if cm.Name == render.TargetConfigMapName(s.owner) && cm.Namespace != s.owner.Namespace && s.owns(cm) {
			t := entry(cm)
			t.configMap = cm
			s.checkBehind(t, kindConfigMap, cm)
		}
	}
	if unseen := s.unseen(have); !elsewhere && len(unseen) > 0 {
		elsewhere, err = s.anyLeft(ctx, unseen)
	}
	return have, elsewhere, err
}

func (s *Session) checkBehind(t *targetObjects, kind string, object client.Object) {
	if s.Writes.Behind(s.owner.NamespacedName(), kind, object) {
		t.behind = fmt.Errorf("%s %s: %w", kind, client.ObjectKeyFromObject(object), ErrCacheBehind)
	}
}

// released says whether nothing is left to be done about an object: it is being deleted, gives nobody anything that
// the map gave, and waits for somebody's finalizer. Nobody elsewhere may keep a map from being deleted by that.
func (s *Session) released(object client.Object) bool {
	binding, ok := object.(*rbacv1.RoleBinding)
	return object.GetDeletionTimestamp() != nil && (!ok || !needsEmptying(s.owner, binding))
}

// unseen lists what was written in other namespaces and the cache has not shown yet.
func (s *Session) unseen(have map[string]*targetObjects) []client.Object {
	elsewhere := func(namespace string) bool { return namespace != s.owner.Namespace }
	owner := s.owner.NamespacedName()
	bindings := s.Writes.Unseen(owner, kindRoleBinding, elsewhere, func(key types.NamespacedName) bool {
		t := have[key.Namespace]
		return t != nil && t.bindings[render.TargetBindingRole(s.owner, key.Name)] != nil
	})
	configMaps := s.Writes.Unseen(owner, kindConfigMap, elsewhere, func(key types.NamespacedName) bool {
		return have[key.Namespace] != nil && have[key.Namespace].configMap != nil
	})
	out := make([]client.Object, 0, len(bindings)+len(configMaps))
	for _, key := range bindings {
		out = append(out, &rbacv1.RoleBinding{ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: key.Name}})
	}
	for _, key := range configMaps {
		out = append(out, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: key.Name}})
	}
	return out
}

// anyLeft asks the API server whether any of these objects is there and the map's: a map must not be let go
// while something of it is left that the cache does not know of. What is gone is forgotten. What is there will
// be shown, and sets off another reconcile.
func (s *Session) anyLeft(ctx context.Context, objects []client.Object) (bool, error) {
	for _, object := range objects {
		kind := kindConfigMap
		if _, ok := object.(*rbacv1.RoleBinding); ok {
			kind = kindRoleBinding
		}
		found, err := s.observeLive(ctx, kind, object)
		if len(Others(err)) > 0 {
			return false, err
		}
		if found && err == nil && !s.released(object) {
			return true, nil
		}
		s.Writes.Gone(s.owner.NamespacedName(), kind, client.ObjectKeyFromObject(object))
	}
	return false, nil
}
