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
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/namespaces"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// Only rights that came are told of: neither those of a role whose RoleBinding was refused, nor any where a quota lets
// nothing but the table through. What comes later is told then, and is no repair.
func TestOnlyRightsThatCameAreTold(t *testing.T) {
	t.Parallel()
	const toldOfRest = "Normal Granted User cfo@acme.example got the rights of customer; Group acme:cashiers got the rights of end-user; " +
		"User dana@vendor.example got the rights of product-owner; the stakeholders got the rights of end-user, product-owner in namespace shop: " +
		"the map is new, and its routing table is in ConfigMap checkout-routing"
	for name, tc := range map[string]struct {
		// refused says whether the nth RoleBinding is.
		refused func(n int) bool
		first   []string
		later   []string
	}{
		"one role fails": {
			refused: func(n int) bool { return n == 4 },
			first:   []string{toldOfRest},
			later:   []string{"Normal Granted The stakeholders got the rights of customer in namespace shop: what kept it from being granted is gone"},
		},
		"a quota": {
			refused: func(n int) bool { return n > 3 },
			first:   []string{},
			later:   []string{"Normal Granted The stakeholders got the rights of their roles in namespace shop: what kept it from being granted is gone"},
		},
	} {
		m := fixtures.Minimal()
		m.Spec.TargetNamespaces.Names = []string{"shop"}
		w := newWorld(t, m, fixtures.Now)
		w.target("shop")
		bindings := 0
		w.refuse = func(kind string) error {
			if kind != "*v1.RoleBinding" {
				return nil
			}
			// The first three are those of the map's own namespace.
			bindings++
			if tc.refused(bindings) {
				return errors.New("exceeded quota")
			}
			return nil
		}
		if _, err := w.r.Reconcile(t.Context(), requestFor(w)); err == nil {
			t.Fatalf("%s: nothing was refused", name)
		}
		if diff := cmp.Diff(tc.first, grantedElsewhere(w.told())); diff != "" {
			t.Errorf("%s: told at first (-want +got):\n%s", name, diff)
		}
		w.refuse = nil
		w.settle()
		told := w.told()
		if diff := cmp.Diff(tc.later, grantedElsewhere(told)); diff != "" {
			t.Errorf("%s: told later (-want +got):\n%s", name, diff)
		}
		if contains(told, "DriftRepaired") {
			t.Errorf("%s: what comes late is told of as a repair: %q", name, told)
		}
		binding := &rbacv1.RoleBinding{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: names.TargetBindingName(ownerOf(m), "customer")}}
		if err := w.client.Delete(t.Context(), binding); err != nil {
			t.Fatal(err)
		}
		w.settle()
		if told := w.told(); len(grantedElsewhere(told)) > 0 || !contains(told, "DriftRepaired", "a RoleBinding in a target namespace") {
			t.Errorf("%s: a repair is told of as %q", name, told)
		}
	}
}

// grantedElsewhere are the events about rights in target namespaces.
func grantedElsewhere(told []string) []string {
	out := []string{}
	for _, e := range told {
		if contains([]string{e}, "Granted", "in namespace") {
			out = append(out, e)
		}
	}
	return out
}

// A map whose namespace is being deleted gives up its rights and tries to put nothing back: every attempt would fail,
// and fill the log.
func TestNamespaceOfMapGoes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, targeting(), fixtures.Now)
	home := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "payments", Finalizers: []string{"example.com/held"}}}
	if err := w.client.Create(t.Context(), home); err != nil {
		t.Fatal(err)
	}
	w.target("shop")
	w.settle()
	gone := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: "payments", Name: "checkout-routing"}}
	if err := w.client.Delete(t.Context(), gone); err != nil {
		t.Fatal(err)
	}
	refused := 0
	w.refuse = func(kind string) error {
		if kind != "*v1.ConfigMap" {
			return nil
		}
		refused++
		err := apierrors.NewForbidden(corev1.Resource("configmaps"), "checkout-routing", errors.New("the namespace is being terminated"))
		err.ErrStatus.Details.Causes = []metav1.StatusCause{{Type: corev1.NamespaceTerminatingCause}}
		return err
	}
	if _, err := w.r.Reconcile(t.Context(), requestFor(w)); err != nil || refused == 0 {
		t.Errorf("before the cache shows it, %d writes are refused and the error is %v", refused, err)
	}
	if err := w.client.Delete(t.Context(), home); err != nil {
		t.Fatal(err)
	}
	refused = 0
	for range 3 {
		if _, err := w.r.Reconcile(t.Context(), requestFor(w)); err != nil {
			t.Errorf("the error is %v", err)
		}
	}
	if refused > 0 {
		t.Errorf("%d attempts to put something back", refused)
	}
	for _, namespace := range []string{"shop", "payments"} {
		for _, role := range names.Roles {
			w.wantBound("the namespace of the map goes", namespace, role)
		}
	}
	if got := w.names(); len(got) > 0 {
		t.Errorf("%v still have rights on the map", got)
	}
}

// The maps in a namespace are reconciled as soon as it is being deleted.
func TestMapsGoWithTheirNamespace(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fixtures.Minimal(), fixtures.Now)
	before, after := namespaces.Metadata(), namespaces.Metadata()
	before.Name, after.Name = "payments", "payments"
	after.DeletionTimestamp = &metav1.Time{Time: fixtures.Now}
	handler := namespaceEvents(w.client)
	if got := queued(t, handler, before, after); len(got) != 1 || got[0] != "payments/checkout" {
		t.Errorf("%v are reconciled", got)
	}
	if got := queued(t, handler, after, after); len(got) > 0 {
		t.Errorf("%v are reconciled again", got)
	}
}
