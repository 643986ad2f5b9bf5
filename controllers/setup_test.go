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

package controllers

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/cache"
)

func TestMapsOf(t *testing.T) {
	t.Parallel()
	owned := func(kind, apiVersion, name string) []metav1.OwnerReference {
		return []metav1.OwnerReference{{Kind: kind, APIVersion: apiVersion, Name: name, Controller: new(true)}}
	}
	ours := owned("StakeholderMap", "stakeholders.dev/v1alpha1", "checkout")
	label := func(name string) map[string]string { return map[string]string{"stakeholders.dev/map": name} }
	tests := map[string]struct {
		reason string
		meta   metav1.ObjectMeta
		want   []string
	}{
		"Owned":      {"by its owner", metav1.ObjectMeta{OwnerReferences: ours, Labels: label("checkout")}, []string{"payments/checkout"}},
		"Stripped":   {"by its owner, without labels", metav1.ObjectMeta{OwnerReferences: ours}, []string{"payments/checkout"}},
		"Relabelled": {"both may have to act", metav1.ObjectMeta{OwnerReferences: ours, Labels: label("other")}, []string{"payments/checkout", "payments/other"}},
		"Forged":     {"the map that waits for the name", metav1.ObjectMeta{Labels: label("checkout")}, []string{"payments/checkout"}},
		"Foreign":    {"another kind's", metav1.ObjectMeta{OwnerReferences: owned("Deployment", "apps/v1", "checkout")}, nil},
		"OtherGroup": {"the same kind of another group", metav1.ObjectMeta{OwnerReferences: owned("StakeholderMap", "example.org/v1", "checkout")}, nil},
		"Nobody":     {"nobody's", metav1.ObjectMeta{}, nil},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tc.meta.Namespace = "payments"
			var got []string
			for _, request := range mapsOf(t.Context(), &rbacv1.Role{ObjectMeta: tc.meta}) {
				got = append(got, request.String())
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// informer is one that says whether it has synced, and does nothing else.
type informer struct {
	cache.Informer
	synced bool
}

func (i *informer) HasSynced() bool { return i.synced }

func TestReadiness(t *testing.T) {
	t.Parallel()
	elected := make(chan struct{})
	caches := &informer{}
	r := newReadiness(elected, []cache.Informer{caches})
	if err := r.check(nil); !errors.Is(err, errCachesNotSynced) {
		t.Errorf("before the caches are synced: %v", err)
	}
	caches.synced = true
	if err := r.check(nil); err != nil {
		t.Errorf("a replica that waits to be elected: %v", err)
	}
	close(elected)
	if err := r.check(nil); !errors.Is(err, errWorkersNotRun) {
		t.Errorf("elected, but no worker has answered: %v", err)
	}
	reconciler := &StakeholderMapReconciler{readiness: r}
	for range 2 {
		if _, err := reconciler.Reconcile(t.Context(), canary); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.check(nil); err != nil {
		t.Errorf("when workers run: %v", err)
	}
}
