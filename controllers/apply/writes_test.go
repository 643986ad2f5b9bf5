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
	"errors"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// TestReleased: after the operator removed the last finalizer of a map, it does not reconcile that map while the cache
// still shows it. It does reconcile a map that is only being deleted, because another finalizer can hold that for any
// time.
func TestReleased(t *testing.T) {
	t.Parallel()
	key := types.NamespacedName{Namespace: "shop", Name: "checkout"}
	going := &rbacv1.RoleBinding{ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: key.Name, UID: "1", DeletionTimestamp: &metav1.Time{}}}
	w := &Writes{}
	w.RecordRelease(key, Part{kindRoleBinding, key}, "1")
	if w.RecordRead(key, kindRoleBinding, going) == nil {
		t.Error("it is looked at again")
	}
	w.RecordRemoval(key, Part{kindRoleBinding, key}, "1")
	if w.RecordRead(key, kindRoleBinding, going) != nil {
		t.Error("what a finalizer holds is never looked at again")
	}
}

// TestShown: an event of the operator's own write triggers no reconcile, unless one has waited for it. Every other
// event does.
func TestShown(t *testing.T) {
	t.Parallel()
	owner, key := types.NamespacedName{Namespace: "shop", Name: "checkout"}, types.NamespacedName{Namespace: "shop", Name: "a"}
	at := func(version, uid string) *rbacv1.RoleBinding {
		return &rbacv1.RoleBinding{ObjectMeta: metav1.ObjectMeta{
			Namespace: key.Namespace, Name: key.Name, ResourceVersion: version, UID: types.UID(uid),
		}}
	}
	wrote := func(w *Writes) { w.RecordWrite(owner, Part{kindRoleBinding, key}, "7") }
	removed := func(w *Writes) { w.RecordRemoval(owner, Part{kindRoleBinding, key}, "1") }
	for name, tc := range map[string]struct {
		before  func(*Writes)
		waits   client.Object
		shown   *rbacv1.RoleBinding
		deleted bool
		echo    bool
	}{
		"as it was written":             {before: wrote, shown: at("7", "1"), echo: true},
		"another has written since":     {before: wrote, shown: at("8", "1")},
		"before it was written":         {before: wrote, shown: at("6", "1")},
		"a reconcile has waited":        {before: wrote, waits: at("6", "1"), shown: at("7", "1")},
		"without the version seen":      {before: func(w *Writes) { w.RecordBlindWrite(owner, Part{kindRoleBinding, key}, "7") }, shown: at("7", "1")},
		"nothing was written":           {before: func(*Writes) {}, shown: at("7", "1")},
		"deleted by the operator":       {before: removed, shown: at("7", "1"), deleted: true, echo: true},
		"another one deleted":           {before: removed, shown: at("7", "2"), deleted: true},
		"a reconcile has waited for it": {before: removed, waits: at("7", "1"), shown: at("7", "1"), deleted: true},
		"deleted by another writer":     {before: wrote, shown: at("7", "1"), deleted: true},
		"written before it is deleted":  {before: removed, shown: at("7", "1")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := &Writes{}
			tc.before(w)
			if tc.waits != nil && w.RecordRead(owner, kindRoleBinding, tc.waits) == nil {
				t.Fatal("the cache is not behind")
			}
			if got := w.RecordEvent(owner, kindRoleBinding, tc.shown, tc.deleted); got != tc.echo {
				t.Errorf("that is %t", got)
			}
			if tc.echo && len(w.byMap) > 0 {
				t.Error("it is remembered for ever")
			}
		})
	}
}

// TestShownMeanwhile: a reconcile that read the older state before the cache was updated is repeated, because no other
// event follows. The next one starts afresh.
func TestShownMeanwhile(t *testing.T) {
	t.Parallel()
	owner, key := types.NamespacedName{Namespace: "shop", Name: "checkout"}, types.NamespacedName{Namespace: "shop", Name: "a"}
	at := func(version string) *rbacv1.RoleBinding {
		return &rbacv1.RoleBinding{ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: key.Name, ResourceVersion: version}}
	}
	w := &Writes{}
	w.RecordWrite(owner, Part{kindRoleBinding, key}, "7")
	w.BeginReconcile(owner)
	older := at("6")
	if !w.RecordEvent(owner, kindRoleBinding, at("7"), false) {
		t.Error("the operator's own write sets off a reconcile")
	}
	if err := w.RecordRead(owner, kindRoleBinding, older); !errors.Is(err, ErrStaleRetry) {
		t.Errorf("what was read before the event: %v", err)
	}
	if unseen := w.RecordList(owner, kindRoleBinding, func(string) bool { return true }, func(types.NamespacedName) bool { return false }); len(unseen) != 1 {
		t.Errorf("what a list before the event has missed: %v", unseen)
	}
	w.EndReconcile(owner)
	if len(w.byMap)+len(w.atWork) > 0 {
		t.Error("it is remembered for ever")
	}
}
