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
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

func TestDigest(t *testing.T) {
	t.Parallel()
	base := map[string]string{"a": "1", "b": "2"}
	if digestOf(base, nil) != digestOf(map[string]string{"b": "2", "a": "1"}, map[string][]byte{}) {
		t.Error("the order, or an empty map, makes a difference")
	}
	for reason, other := range map[string]string{
		"another value":  digestOf(map[string]string{"a": "1", "b": "3"}, nil),
		"a key less":     digestOf(map[string]string{"a": "1"}, nil),
		"a shifted edge": digestOf(map[string]string{"a": `1","b":"2`}, nil),
		"binary data":    digestOf(base, map[string][]byte{"c": {1}}),
		"nothing":        digestOf(nil, nil),
	} {
		if other == digestOf(base, nil) {
			t.Errorf("%s makes no difference", reason)
		}
	}
}

func TestUnseen(t *testing.T) {
	t.Parallel()
	var writes Writes
	checkout := names.Owner{Namespace: "payments", Name: "checkout"}.NamespacedName()
	in := func(namespace string) bool { return namespace == "shop" }
	object := metav1.ObjectMeta{Namespace: "shop", Name: "a", UID: "1", ResourceVersion: "7"}
	key := names.Owner{Namespace: "shop", Name: "a"}.NamespacedName()
	seen := false
	unseen := func() int {
		return len(writes.RecordList(checkout, kindRoleBinding, in, func(types.NamespacedName) bool { return seen }))
	}
	if unseen() != 0 {
		t.Error("nothing was written")
	}
	writes.RecordWrite(checkout, Part{kindRoleBinding, key}, "7")
	if unseen() != 1 {
		t.Error("what was written and is not shown is not listed")
	}
	if seen = true; unseen() != 0 {
		t.Error("what is shown is listed")
	}
	if writes.RecordRead(checkout, kindRoleBinding, &rbacv1.RoleBinding{ObjectMeta: object}) != nil {
		t.Error("what is shown is behind")
	}
	if seen = false; unseen() != 0 {
		t.Error("what was shown once is not forgotten")
	}
	writes.RecordRemoval(checkout, Part{kindRoleBinding, key}, "1")
	if writes.RecordRead(checkout, kindRoleBinding, &rbacv1.RoleBinding{ObjectMeta: object}) == nil {
		t.Error("what was deleted and is still shown is not behind")
	}
	held := object
	held.DeletionTimestamp = &metav1.Time{}
	if writes.RecordRead(checkout, kindRoleBinding, &rbacv1.RoleBinding{ObjectMeta: held}) != nil {
		t.Error("what another writer's finalizer holds is behind for ever")
	}
	writes.RecordRemoval(checkout, Part{kindRoleBinding, key}, "1")
	again := object
	again.UID = "2"
	if writes.RecordRead(checkout, kindRoleBinding, &rbacv1.RoleBinding{ObjectMeta: again}) != nil {
		t.Error("another object of the name is behind")
	}
	writes.RecordRemoval(checkout, Part{kindRoleBinding, key}, "1")
	if unseen() != 0 || len(writes.byMap) != 0 {
		t.Error("what was deleted, and is not shown, is not forgotten")
	}
	writes.RecordWrite(checkout, Part{kindRoleBinding, key}, "7")
	writes.Drop(checkout, Part{kindRoleBinding, key})
	if unseen() != 0 {
		t.Error("what the API server says is gone is not forgotten")
	}
}
