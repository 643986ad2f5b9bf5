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
	"fmt"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// labelled reads what a cache shows that selects by our label.
type labelled struct{ client.Reader }

func (l labelled) Get(ctx context.Context, key client.ObjectKey, object client.Object, options ...client.GetOption) error {
	if err := l.Reader.Get(ctx, key, object, options...); err != nil {
		return err
	}
	if object.GetLabels()[names.LabelMap] == "" {
		return apierrors.NewNotFound(schema.GroupResource{}, key.Name)
	}
	return nil
}

func (l labelled) List(ctx context.Context, list client.ObjectList, options ...client.ListOption) error {
	if err := l.Reader.List(ctx, list, options...); err != nil {
		return err
	}
	items, err := meta.ExtractList(list)
	if err != nil {
		return err
	}
	var shown []runtime.Object
	for _, item := range items {
		if object, ok := item.(client.Object); ok && object.GetLabels()[names.LabelMap] != "" {
			shown = append(shown, item)
		}
	}
	return meta.SetList(list, shown)
}

// hide has the cache show only what has our label.
func (w *world) hide() { w.applier.Cache = labelled{w.client} }

// strip takes all labels off an object, and returns it.
func (w *world) strip(object client.Object, namespace, name string) client.Object {
	w.Helper()
	if err := w.client.Get(w.Context(), client.ObjectKey{Namespace: namespace, Name: name}, object); err != nil {
		w.Fatal(err)
	}
	object.SetLabels(nil)
	if err := w.client.Update(w.Context(), object); err != nil {
		w.Fatal(err)
	}
	return object
}

func (w *world) wantGone(reason string, object client.Object) {
	w.Helper()
	err := w.client.Get(w.Context(), client.ObjectKeyFromObject(object), object)
	if client.IgnoreNotFound(err) != nil || err == nil {
		w.Errorf("%s: %s/%s is there: %v", reason, object.GetNamespace(), object.GetName(), err)
	}
}

// An output that loses its label while the operator runs, or while none does, is still removed when it has to go.
func TestHiddenOutputsAreRemoved(t *testing.T) {
	t.Parallel()
	for name, find := range map[string]func(*world, ...client.Object){
		"WhileRunning": func(w *world, objects ...client.Object) {
			for _, object := range objects {
				w.applier.RecordVanished(object)
			}
		},
		"WhileDown": func(w *world, _ ...client.Object) {
			w.restart()
			w.hide()
			found := make(map[types.NamespacedName]bool)
			sweep := apply.Sweep{Live: w.client, Applier: w.applier, Found: func(key types.NamespacedName) { found[key] = true }}
			if err := sweep.Run(w.Context()); err != nil {
				w.Fatal(err)
			}
			if len(found) != 1 || !found[w.key] {
				w.Errorf("the sweep has found something of %v", found)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := targeting()
			m.Spec.Customers[1].Topics = []string{"budget"}
			m.Spec.TargetNamespaces.RoutingTable = v1alpha1.RoutingTableAll
			w := newWorld(t, m, fixtures.Now)
			w.target("shop")
			w.target("left")
			w.settle()
			w.hide()
			const target = "stakeholders:target:payments:checkout:"
			lost := []client.Object{
				w.strip(&rbacv1.RoleBinding{}, "payments", "stakeholders:checkout:customer:temporary"),
				w.strip(&rbacv1.Role{}, "payments", "stakeholders:checkout:customer:temporary"),
				w.strip(&rbacv1.RoleBinding{}, "shop", target+"product-owner"),
				w.strip(&rbacv1.RoleBinding{}, "left", target+"customer"),
				w.strip(&rbacv1.RoleBinding{}, "left", target+"end-user"),
				w.strip(&rbacv1.RoleBinding{}, "left", target+"product-owner"),
				w.strip(&corev1.ConfigMap{}, "left", "payments.checkout.routing"),
			}
			w.edit(func(s *v1alpha1.StakeholderMapSpec) {
				s.Customers = s.Customers[:1]
				s.ProductOwner, s.Engagement = v1alpha1.ProductOwner{}, v1alpha1.EngagementDirect
			})
			w.consent("left", "")
			find(w, lost...)
			w.settle()
			for _, object := range lost {
				w.wantGone("it has lost its label, and is not wanted", object)
			}
			w.wantBound("what is wanted stays", "shop", "customer", "carla", "chris")
		})
	}
}

// Before the finalizer goes, outputs are looked for by name in every namespace.
func TestFinalizerWaitsForHiddenOutputs(t *testing.T) {
	t.Parallel()
	w := newWorld(t, targeting(), fixtures.Now)
	w.target("shop")
	w.settle()
	w.restart()
	w.hide()
	lost := w.strip(&rbacv1.RoleBinding{}, "shop", "stakeholders:target:payments:checkout:customer")
	if err := w.client.Delete(t.Context(), w.get()); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		// That something was found is an error, with which it is tried again.
		if _, err := w.r.Reconcile(t.Context(), requestFor(w)); err != nil && !errors.Is(err, apply.ErrHiddenFound) {
			t.Fatal(err)
		}
	}
	w.wantGone("the map is gone", lost)
	w.wantGone("nothing is left of it", &v1alpha1.StakeholderMap{ObjectMeta: metav1.ObjectMeta{Namespace: w.key.Namespace, Name: w.key.Name}})
}

// That people have lost a grant with their map is told once they have.
func TestLossIsToldOnceItHasHappened(t *testing.T) {
	t.Parallel()
	for name, restart := range map[string]bool{"Running": false, "Restarted": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, fixtures.Minimal(), fixtures.Now)
			w.settle()
			if restart {
				w.restart()
			}
			refused := true
			w.applier.Writer = interceptor.NewClient(w.client, interceptor.Funcs{
				Delete: func(ctx context.Context, c client.WithWatch, object client.Object, options ...client.DeleteOption) error {
					if _, ok := object.(*rbacv1.RoleBinding); ok && refused {
						return errors.New("refused")
					}
					return c.Delete(ctx, object, options...)
				},
			})
			if err := w.client.Delete(t.Context(), w.get()); err != nil {
				t.Fatal(err)
			}
			w.told()
			if _, err := w.r.Reconcile(t.Context(), requestFor(w)); err == nil {
				t.Error("nothing was refused")
			}
			if told := only(w.told()); len(told) > 0 {
				t.Errorf("the grants are there, and it is told that %q", told)
			}
			refused = false
			w.reconcile()
			if told := only(w.told()); !contains(told, "Revoked", "cfo@acme.example", "acme:cashiers", "dana@vendor.example", "the map was deleted") || len(told) != 1 {
				t.Errorf("the grants are gone, and it is told that %q", told)
			}
			if held := w.names(); len(held) > 0 {
				t.Errorf("%v have grants", held)
			}
		})
	}
}

// withoutOurLabel is an admission policy that removes our label from each output.
func withoutOurLabel(object client.Object) bool {
	labels := object.GetLabels()
	_, ok := labels[names.LabelMap]
	delete(labels, names.LabelMap)
	object.SetLabels(labels)
	return ok
}

// An admission policy removes our label, and the operator has written the outputs again after a restart. The map can still be
// deleted: that its table was stored without the label does not keep the finalizer.
func TestStrippedTableDoesNotKeepTheMap(t *testing.T) {
	t.Parallel()
	w := newWorld(t, targeting(), fixtures.Now)
	w.mutate = withoutOurLabel
	w.target("shop")
	for range 2 {
		w.restart()
		w.hide()
		sweep := apply.Sweep{Live: w.client, Applier: w.applier, Found: func(types.NamespacedName) {}}
		if err := sweep.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		for range 5 {
			if err := w.try(); err == nil {
				t.Fatal("the missing label is not reported")
			}
		}
	}
	if err := w.client.Delete(t.Context(), w.get()); err != nil {
		t.Fatal(err)
	}
	var last error
	for range 5 {
		last = w.try()
	}
	w.wantGone(fmt.Sprint("the last reconcile returned: ", last), &v1alpha1.StakeholderMap{ObjectMeta: metav1.ObjectMeta{Namespace: w.key.Namespace, Name: w.key.Name}})
}

// Admission that takes our label off what is written is told as that from the first status on, and the rights are in force.
func TestStrippedLabelIsToldAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fixtures.Minimal(), fixtures.Now)
	w.hide()
	w.mutate = withoutOurLabel
	for range 3 {
		if err := w.try(); err == nil {
			t.Error("it is not tried again")
		}
		ready := meta.FindStatusCondition(w.get().Status.Conditions, v1alpha1.ConditionReady)
		if ready.Reason != v1alpha1.ReasonApplyFailed || !strings.Contains(ready.Message, "stored without label stakeholders.dev/map") {
			t.Errorf("Ready is %s: %s", ready.Reason, ready.Message)
		}
	}
	if told := w.told(); contains(told, v1alpha1.ReasonChangedByAdmission) {
		t.Errorf("it is told that %q", told)
	}
	if held := w.names(); !contains(held, "cfo@acme.example") {
		t.Errorf("rights are %q", held)
	}
}

// A RoleBinding that a tool has restored from another namespace, without its annotation and with a finalizer of the tool's,
// would be kept in force by that. It is emptied before it is deleted.
func TestRestoredBindingHeldByAFinalizerIsEmptied(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fixtures.Minimal(), fixtures.Now)
	owner := names.Owner{Namespace: w.key.Namespace, Name: w.key.Name}
	restored := &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: w.key.Namespace, Name: "stakeholders:checkout:customer:leaver", Finalizers: []string{"example.com/held"},
			Labels: names.Owner{Namespace: "elsewhere", Name: w.key.Name}.Labels("customer"),
		},
		Subjects: []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: "customer-leaver"}},
	}
	restored.RoleRef = render.RoleRef(owner, restored.Name)
	if err := w.client.Create(t.Context(), restored); err != nil {
		t.Fatal(err)
	}
	w.settle()
	held := &rbacv1.RoleBinding{}
	if err := w.client.Get(t.Context(), client.ObjectKeyFromObject(restored), held); err != nil {
		t.Fatal(err)
	}
	if len(held.Subjects) > 0 || held.DeletionTimestamp == nil {
		t.Errorf("it is deleted at %v and names %v", held.DeletionTimestamp, held.Subjects)
	}
	if told := only(w.told()); !contains(told, "Revoked", "customer-leaver") {
		t.Errorf("it is told that %q", told)
	}
}

// Any user who may write ConfigMaps can make one that claims to be a map's copy of its table. It goes, and no subject loses a right by that.
func TestForgedTableIsNoLoss(t *testing.T) {
	t.Parallel()
	w := newWorld(t, targeting(), fixtures.Now)
	w.target("shop")
	w.settle()
	w.told()
	forged := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{
		Namespace: "mal", Name: "payments.checkout.routing",
		Labels:      names.Owner{Namespace: "payments", Name: "checkout"}.Labels(""),
		Annotations: map[string]string{names.AnnotationMapUID: string(w.get().UID)},
	}}
	if err := w.client.Create(t.Context(), forged); err != nil {
		t.Fatal(err)
	}
	w.settle()
	w.wantGone("it is forged", forged)
	if told := only(w.told()); len(told) > 0 {
		t.Errorf("it is told that %q", told)
	}
	w.consent("shop", "")
	w.settle()
	if told := only(w.told()); !contains(told, "Revoked", "namespace shop") {
		t.Errorf("a real loss is not told: %q", told)
	}
}
