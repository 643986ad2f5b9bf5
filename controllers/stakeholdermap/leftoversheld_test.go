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

package stakeholdermap

import (
	"context"
	"errors"
	"testing"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/uuid"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// What an earlier map of the name has left may be refused to be deleted, by admission. Its people lose their rights all the
// same.
func TestLeftoverThatMayNotBeDeletedIsEmptied(t *testing.T) {
	t.Parallel()
	w := newWorld(t, targeting(), fixtures.Now)
	w.settle()
	owner := names.Owner{Namespace: "payments", Name: "checkout", UID: "earlier"}
	left := func(namespace, name string) metav1.ObjectMeta {
		return metav1.ObjectMeta{
			Namespace: namespace, Name: name, UID: uuid.NewUUID(), Labels: owner.Labels(names.RoleCustomer),
			Annotations: map[string]string{names.AnnotationMapUID: string(owner.UID)},
		}
	}
	binding := &rbacv1.RoleBinding{
		ObjectMeta: left("old", names.TargetBindingName(owner, names.RoleCustomer)), RoleRef: render.TargetRoleRef(names.RoleCustomer),
		Subjects: []rbacv1.Subject{auditor},
	}
	role := &rbacv1.Role{ObjectMeta: left("payments", "stakeholders:checkout:customer:gone"), Rules: []rbacv1.PolicyRule{{
		APIGroups: []string{v1alpha1.GroupVersion.Group}, Resources: []string{"stakeholdermaps/budget"}, Verbs: []string{"approve"},
	}}}
	for _, object := range []client.Object{binding, role} {
		if err := w.client.Create(t.Context(), object); err != nil {
			t.Fatal(err)
		}
	}
	w.refuseDelete = func(object client.Object) error {
		return apierrors.NewForbidden(schema.GroupResource{}, object.GetName(), errors.New("denied by admission"))
	}
	if removed := w.applier.RemoveOrphans(t.Context(), w.key, w.get().UID); removed.OK() {
		t.Error("it is not reported that they stay")
	}
	for _, object := range []client.Object{binding, role} {
		if err := w.client.Get(t.Context(), client.ObjectKeyFromObject(object), object); err != nil {
			t.Fatal(err)
		}
	}
	if len(binding.Subjects)+len(role.Rules) > 0 {
		t.Errorf("left are %v and %v", binding.Subjects, role.Rules)
	}
}

// beforeList does something before each list.
type beforeList struct {
	client.Reader
	do func()
}

func (b beforeList) List(ctx context.Context, list client.ObjectList, options ...client.ListOption) error {
	b.do()
	return b.Reader.List(ctx, list, options...)
}

// A user who makes a copy of the table, with the map's UID, each time that the operator has removed it, does not keep the map
// from being deleted.
func TestCopyMadeAgainDoesNotHoldAMap(t *testing.T) {
	t.Parallel()
	w := newWorld(t, targeting(), fixtures.Now)
	w.target("shop")
	w.settle()
	w.hide()
	uid, made := w.get().UID, 0
	again := func() {
		err := w.client.Create(t.Context(), &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{
			Namespace: "elsewhere", Name: names.TargetConfigMapName(names.Owner{Namespace: w.key.Namespace, Name: w.key.Name}),
			UID: uuid.NewUUID(), Annotations: map[string]string{names.AnnotationMapUID: string(uid)},
		}})
		if err == nil {
			made++
		} else if !apierrors.IsAlreadyExists(err) {
			t.Error(err)
		}
	}
	w.applier.Live = beforeList{w.client, again}
	if err := w.client.Delete(t.Context(), w.get()); err != nil {
		t.Fatal(err)
	}
	for range 10 {
		if _, err := w.r.Reconcile(t.Context(), requestFor(w)); err != nil && !errors.Is(err, apply.ErrHiddenFound) {
			t.Fatal(err)
		}
	}
	if made < 2 {
		t.Errorf("the copy was made %d times", made)
	}
	w.wantGone("only the first copy counts", &v1alpha1.StakeholderMap{ObjectMeta: metav1.ObjectMeta{Namespace: w.key.Namespace, Name: w.key.Name}})
}
