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
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/requeue"
)

// An output concerns the map that its name says, whatever its labels and owners are.
func TestMapsOf(t *testing.T) {
	t.Parallel()
	named := func(name string) metav1.ObjectMeta {
		return metav1.ObjectMeta{
			Namespace: "shop", Name: name, Labels: map[string]string{"stakeholders.dev/map": "other", "stakeholders.dev/map-namespace": "elsewhere"},
			OwnerReferences: []metav1.OwnerReference{{APIVersion: "stakeholders.dev/v1alpha1", Kind: "StakeholderMap", Name: "other", Controller: new(true)}},
		}
	}
	tests := map[string]struct {
		object client.Object
		want   []string
	}{
		"Role":           {&rbacv1.Role{ObjectMeta: named("stakeholders:checkout:customer")}, []string{"shop/checkout"}},
		"RoleOfParty":    {&rbacv1.Role{ObjectMeta: named("stakeholders:checkout:end-user:ledger")}, []string{"shop/checkout"}},
		"RoleBinding":    {&rbacv1.RoleBinding{ObjectMeta: named("stakeholders:target:customer")}, []string{"shop/target"}},
		"InTarget":       {&rbacv1.RoleBinding{ObjectMeta: named("stakeholders:target:payments:check.out:end-user")}, []string{"payments/check.out"}},
		"RoleInTarget":   {&rbacv1.Role{ObjectMeta: named("stakeholders:target:payments:checkout:end-user")}, nil},
		"Approved":       {&rbacv1.Role{ObjectMeta: named("stakeholders:target:payments:check.out:approved")}, []string{"payments/check.out"}},
		"ApprovedHere":   {&rbacv1.RoleBinding{ObjectMeta: named("stakeholders:target:shop:checkout:approved")}, []string{"shop/checkout"}},
		"Table":          {&corev1.ConfigMap{ObjectMeta: named("checkout-routing-routing")}, []string{"shop/checkout-routing"}},
		"Copy":           {&corev1.ConfigMap{ObjectMeta: named("payments.check.out.routing")}, []string{"payments/check.out"}},
		"CopyAtHome":     {&corev1.ConfigMap{ObjectMeta: named("shop.checkout.routing")}, nil},
		"ServiceAccount": {&corev1.ServiceAccount{ObjectMeta: named("stakeholders.payments.check.out.customer")}, []string{"payments/check.out"}},
		"AnotherRole":    {&rbacv1.Role{ObjectMeta: named("stakeholders:checkout:admin")}, nil},
		"AnotherName":    {&rbacv1.RoleBinding{ObjectMeta: named("mine")}, nil},
		"NoMap":          {&corev1.ConfigMap{ObjectMeta: named("-routing")}, nil},
		"NoNamespace":    {&corev1.ConfigMap{ObjectMeta: named(".routing")}, nil},
		"NoRole":         {&corev1.ServiceAccount{ObjectMeta: named("stakeholders.customer")}, nil},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			queue := workqueue.NewTypedRateLimitingQueue(requeue.RateLimiter())
			defer queue.ShutDown()
			outputEvents(nil, &apply.Applier{}).Create(t.Context(), event.CreateEvent{Object: tc.object}, queue)
			if diff := cmp.Diff(tc.want, drain(queue)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
