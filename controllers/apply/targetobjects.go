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
	"iter"
	"slices"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

// targetObjects is what a map has in a target namespace.
type targetObjects struct {
	// bindings are by role.
	bindings map[string]*rbacv1.RoleBinding
	// configMap has a digest in the place of its data: see Strip.
	configMap *corev1.ConfigMap
	// accounts are by role.
	accounts map[string]*corev1.ServiceAccount
	// stale is ErrStale if the cache shows an older state than was last written.
	stale error
}

// all are the objects, in no particular order.
func (t *targetObjects) all() iter.Seq[client.Object] {
	return func(yield func(client.Object) bool) {
		for _, binding := range t.bindings {
			if !yield(binding) {
				return
			}
		}
		for _, account := range t.accounts {
			if !yield(account) {
				return
			}
		}
		if t.configMap != nil {
			yield(t.configMap)
		}
	}
}

// targetObjects lists the map's objects in target namespaces, and says whether the cache shows any of them in another
// namespace than the map's. Only objects with the names that the map's have are looked at: whatever else claims to be the
// map's is not touched. The error is that of reading the cache.
//
// The objects are the cache's own, and must not be changed.
func (s *Session) targetObjects(ctx context.Context, accounts *Accounts) (have map[string]*targetObjects, elsewhere bool, err error) {
	have = make(map[string]*targetObjects)
	entry := func(kind string, object client.Object) *targetObjects {
		t := entryOf(have, object.GetNamespace())
		s.recordRead(t, kind, object)
		elsewhere = elsewhere || object.GetNamespace() != s.owner.Namespace && !released(s.owner, object)
		return t
	}
	err = errors.Join(s.targetBindings(ctx, entry), s.targetConfigMaps(ctx, entry), s.targetAccounts(ctx, accounts, entry))
	return have, elsewhere, err
}

func entryOf(have map[string]*targetObjects, namespace string) *targetObjects {
	if have[namespace] == nil {
		have[namespace] = &targetObjects{
			bindings: make(map[string]*rbacv1.RoleBinding), accounts: make(map[string]*corev1.ServiceAccount),
		}
	}
	return have[namespace]
}

// addHidden adds what the cache does not show to what there is in target namespaces: outputs that have lost their label,
// and those written a moment ago that matter now, because they are to go or decide about the finalizer. Elsewhere says
// whether the map has anything in another namespace for certain. The result is about objects that could not be read.
func (s *Session) addHidden(ctx context.Context, plan *Plan, have map[string]*targetObjects, elsewhere bool) Result {
	for _, object := range s.pending(have, plan.Accounts) {
		role := names.TargetBindingRole(s.owner, object.GetName())
		wanted := slices.Contains(plan.Namespaces, object.GetNamespace()) && (role == "" || len(plan.Subjects[role]) > 0)
		if !elsewhere || !wanted {
			s.hide(kindOf(object), client.ObjectKeyFromObject(object))
		}
	}
	objects, problems := s.hiddenOutputs(ctx)
	s.addTo(have, objects)
	return problems
}

// addTo adds outputs to what there is in target namespaces, unless the cache shows them.
func (s *Session) addTo(have map[string]*targetObjects, objects []client.Object) {
	for _, object := range objects {
		switch object := object.(type) {
		case *rbacv1.RoleBinding:
			role := names.TargetBindingRole(s.owner, object.Name)
			if role != "" && entryOf(have, object.Namespace).bindings[role] == nil {
				have[object.Namespace].bindings[role] = object
			}
		case *corev1.ConfigMap:
			if object.Name == names.TargetConfigMapName(s.owner) && entryOf(have, object.Namespace).configMap == nil {
				have[object.Namespace].configMap = object
			}
		case *corev1.ServiceAccount:
			role := names.AccountRole(s.owner, object.Name)
			if role != "" && entryOf(have, object.Namespace).accounts[role] == nil {
				have[object.Namespace].accounts[role] = object
			}
		}
	}
}

type targetEntry func(kind string, object client.Object) *targetObjects

func (s *Session) targetBindings(ctx context.Context, entry targetEntry) error {
	var list rbacv1.RoleBindingList
	if err := listNamed(ctx, s.Cache, s.owner, kindRoleBinding, &list); err != nil {
		return err
	}
	for i := range list.Items {
		binding := &list.Items[i]
		if role := names.TargetBindingRole(s.owner, binding.Name); role != "" && s.owns(binding) {
			entry(kindRoleBinding, binding).bindings[role] = binding
		}
	}
	return nil
}

func (s *Session) targetConfigMaps(ctx context.Context, entry targetEntry) error {
	var list corev1.ConfigMapList
	if err := listNamed(ctx, s.Cache, s.owner, kindConfigMap, &list); err != nil {
		return err
	}
	for i := range list.Items {
		cm := &list.Items[i]
		if cm.Name == names.TargetConfigMapName(s.owner) && cm.Namespace != s.owner.Namespace && s.owns(cm) {
			entry(kindConfigMap, cm).configMap = cm
		}
	}
	return nil
}

func (s *Session) targetAccounts(ctx context.Context, accounts *Accounts, entry targetEntry) error {
	if !accounts.known() {
		return nil
	}
	var list corev1.ServiceAccountList
	if err := listNamed(ctx, accounts.Cache, s.owner, kindServiceAccount, &list); err != nil {
		return err
	}
	for i := range list.Items {
		account := &list.Items[i]
		if role := names.AccountRole(s.owner, account.Name); role != "" && s.owns(account) {
			entry(kindServiceAccount, account).accounts[role] = account
		}
	}
	return nil
}

func (s *Session) recordRead(t *targetObjects, kind string, object client.Object) {
	if stale := s.Writes.RecordRead(s.owner.NamespacedName(), kind, object); stale != nil {
		t.stale = fmt.Errorf("%s %s: %w", kind, client.ObjectKeyFromObject(object), stale)
	}
}

// released says whether nothing is left to do about an object: it is being deleted, gives no right of the map's any more, and
// waits for another finalizer. Users of other namespaces cannot keep a map from being deleted by that.
func released(owner names.Owner, object client.Object) bool {
	return object.GetDeletionTimestamp() != nil && !needsClearing(owner, object)
}

// pending lists what was written in other namespaces and the cache has not shown yet. Have is what the cache has shown.
func (s *Session) pending(have map[string]*targetObjects, accounts *Accounts) []client.Object {
	elsewhere := func(namespace string) bool { return namespace != s.owner.Namespace }
	owner := s.owner.NamespacedName()
	bindings := s.Writes.RecordList(owner, kindRoleBinding, elsewhere, func(key types.NamespacedName) bool {
		t := have[key.Namespace]
		return t != nil && t.bindings[names.TargetBindingRole(s.owner, key.Name)] != nil
	})
	configMaps := s.Writes.RecordList(owner, kindConfigMap, elsewhere, func(key types.NamespacedName) bool {
		return have[key.Namespace] != nil && have[key.Namespace].configMap != nil
	})
	out := make([]client.Object, 0, len(bindings)+len(configMaps))
	for _, key := range bindings {
		out = append(out, &rbacv1.RoleBinding{ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: key.Name}})
	}
	for _, key := range configMaps {
		out = append(out, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: key.Name}})
	}
	if !accounts.known() {
		return out
	}
	for _, key := range s.Writes.RecordList(owner, kindServiceAccount, elsewhere, func(key types.NamespacedName) bool {
		t := have[key.Namespace]
		return t != nil && t.accounts[names.AccountRole(s.owner, key.Name)] != nil
	}) {
		out = append(out, &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: key.Name}})
	}
	return out
}
