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

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

func labelledConfigMap(namespace, name, mapNamespace, mapName string) *corev1.ConfigMap {
	return &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name, Labels: map[string]string{
			render.LabelManagedBy: render.ManagedBy, render.LabelMap: mapName, render.LabelMapNamespace: mapNamespace,
		}},
		Data: map[string]string{"routing.json": "{}"}, BinaryData: map[string][]byte{"more": {1}},
	}
}

// The cache keeps the data of a map's own table, which it is read back from, and of nothing else that carries our
// label, whoever wrote it.
func TestStrip(t *testing.T) {
	t.Parallel()
	for reason, tc := range map[string]struct {
		cm   *corev1.ConfigMap
		kept bool
	}{
		"a map's own":            {labelledConfigMap("payments", "checkout-routing", "payments", "checkout"), true},
		"a copy":                 {labelledConfigMap("shop", "payments.checkout.routing", "payments", "checkout"), false},
		"by the name of an own":  {labelledConfigMap("shop", "checkout-routing", "payments", "checkout"), false},
		"of no map":              {labelledConfigMap("shop", "anything", "", ""), false},
		"under another own name": {labelledConfigMap("payments", "other-routing", "payments", "checkout"), false},
		"in the map's namespace": {labelledConfigMap("payments", "payments.checkout.routing", "payments", "checkout"), false},
	} {
		want := digestOf(tc.cm.Data, tc.cm.BinaryData)
		got, err := Strip(tc.cm)
		if err != nil {
			t.Fatal(err)
		}
		cm := got.(*corev1.ConfigMap) //nolint:forcetypeassert,errcheck // it is the one that was given
		if (cm.Data["routing.json"] == "{}") != tc.kept || (len(cm.BinaryData) > 0) != tc.kept {
			t.Errorf("%s: data is %v", reason, cm.Data)
		}
		if digest(cm) != want {
			t.Errorf("%s: the digest is another", reason)
		}
		// A cache can put the same object in again.
		if _, err := Strip(cm); err != nil || digest(cm) != want {
			t.Errorf("%s: the digest of the digest is another: %v", reason, err)
		}
	}
	role := &rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Annotations: map[string]string{"somebody": "else's", render.AnnotationMapUID: "1"}}}
	if got, err := Strip(role); err != nil || got != role || len(role.Annotations) != 1 || role.Annotations[render.AnnotationMapUID] != "1" {
		t.Errorf("a Role becomes %v: %v", got, err)
	}
}

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
	checkout := render.Owner{Namespace: "payments", Name: "checkout"}.NamespacedName()
	in := func(namespace string) bool { return namespace == "shop" }
	object := metav1.ObjectMeta{Namespace: "shop", Name: "a", UID: "1", ResourceVersion: "7"}
	key := render.Owner{Namespace: "shop", Name: "a"}.NamespacedName()
	seen := false
	unseen := func() int {
		return len(writes.Unseen(checkout, kindRoleBinding, in, func(types.NamespacedName) bool { return seen }))
	}
	if unseen() != 0 {
		t.Error("nothing was written")
	}
	writes.Done(checkout, kindRoleBinding, key, "7")
	if unseen() != 1 {
		t.Error("what was written and is not shown is not listed")
	}
	if seen = true; unseen() != 0 {
		t.Error("what is shown is listed")
	}
	if writes.Behind(checkout, kindRoleBinding, &rbacv1.RoleBinding{ObjectMeta: object}) {
		t.Error("what is shown is behind")
	}
	if seen = false; unseen() != 0 {
		t.Error("what was shown once is not forgotten")
	}
	writes.Removed(checkout, kindRoleBinding, key, "1")
	if !writes.Behind(checkout, kindRoleBinding, &rbacv1.RoleBinding{ObjectMeta: object}) {
		t.Error("what was deleted and is still shown is not behind")
	}
	held := object
	held.DeletionTimestamp = &metav1.Time{}
	if writes.Behind(checkout, kindRoleBinding, &rbacv1.RoleBinding{ObjectMeta: held}) {
		t.Error("what somebody's finalizer holds is behind for ever")
	}
	writes.Removed(checkout, kindRoleBinding, key, "1")
	again := object
	again.UID = "2"
	if writes.Behind(checkout, kindRoleBinding, &rbacv1.RoleBinding{ObjectMeta: again}) {
		t.Error("another object of the name is behind")
	}
	writes.Removed(checkout, kindRoleBinding, key, "1")
	if unseen() != 0 || len(writes.byMap) != 0 {
		t.Error("what was deleted, and is not shown, is not forgotten")
	}
	writes.Done(checkout, kindRoleBinding, key, "7")
	writes.Gone(checkout, kindRoleBinding, key)
	if unseen() != 0 {
		t.Error("what the API server says is gone is not forgotten")
	}
}
