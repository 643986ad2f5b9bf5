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
	"slices"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/uuid"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	testingclock "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/approvals"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

// cluster is an API server with the map checkout, and an Applier whose cache is never behind.
type cluster struct {
	*testing.T
	client.WithWatch
	applier *Applier
	mu      sync.Mutex
	// writes has the requests that changed an object, as "create RoleBinding prod/customer": see write.
	writes []string
	// refuse, if it is not nil, can make a write fail.
	refuse func(write string) error
}

var clusterScheme = sync.OnceValue(func() *runtime.Scheme {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{clientgoscheme.AddToScheme, v1alpha1.AddToScheme} {
		if err := add(scheme); err != nil {
			panic(err)
		}
	}
	return scheme
})

func newCluster(t *testing.T, objects ...client.Object) *cluster {
	t.Helper()
	c := &cluster{T: t}
	builder := fake.NewClientBuilder().WithScheme(clusterScheme()).WithInterceptorFuncs(interceptor.Funcs{
		Create: func(ctx context.Context, server client.WithWatch, object client.Object, options ...client.CreateOption) error {
			if err := c.write("create", object); err != nil {
				return err
			}
			object.SetUID(uuid.NewUUID())
			return server.Create(ctx, object, options...)
		},
		Patch: func(ctx context.Context, server client.WithWatch, object client.Object, patch client.Patch, options ...client.PatchOption) error {
			if err := c.write("patch", object); err != nil {
				return err
			}
			return server.Patch(ctx, object, patch, options...)
		},
		Delete: func(ctx context.Context, server client.WithWatch, object client.Object, options ...client.DeleteOption) error {
			if err := c.write("delete", object); err != nil {
				return err
			}
			return server.Delete(ctx, object, options...)
		},
	})
	for _, kind := range []client.Object{&corev1.ConfigMap{}, &rbacv1.Role{}, &rbacv1.RoleBinding{}, &corev1.ServiceAccount{}} {
		builder = builder.WithIndex(kind, MapIndex, IndexByMap)
	}
	m := &v1alpha1.StakeholderMap{ObjectMeta: metav1.ObjectMeta{Namespace: checkout.Namespace, Name: checkout.Name, UID: checkout.UID, Generation: 1}}
	c.WithWatch = builder.WithObjects(m).WithObjects(objects...).Build()
	c.applier = &Applier{
		Cache: strippingCache{c}, Live: c, Writer: c, Rewrites: Rewrites{Clock: testingclock.NewFakePassiveClock(time.Unix(1, 0))},
		Accounts: func() (client.Reader, error) { return nil, nil },
	}
	return c
}

// write records a write of an output. It names an output in a target namespace by its role.
func (c *cluster) write(verb string, object client.Object) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	name := object.GetName()
	for _, role := range names.Roles {
		if name == names.TargetBindingName(checkout, role) || name == names.AccountName(checkout, role) {
			name = role
		}
	}
	if name == names.ApprovedName(checkout) {
		name = approvedRole
	}
	write := fmt.Sprintf("%s %s %s/%s", verb, kindOf(object), object.GetNamespace(), name)
	if c.refuse != nil {
		if err := c.refuse(write); err != nil {
			return err
		}
	}
	c.writes = append(c.writes, write)
	return nil
}

// strippingCache is a cache that applies Strip and StripAccount.
type strippingCache struct{ client.Reader }

func (s strippingCache) Get(ctx context.Context, key types.NamespacedName, object client.Object, options ...client.GetOption) error {
	if err := s.Reader.Get(ctx, key, object, options...); err != nil {
		return err
	}
	return stripAny(object)
}

func (s strippingCache) List(ctx context.Context, list client.ObjectList, options ...client.ListOption) error {
	if err := s.Reader.List(ctx, list, options...); err != nil {
		return err
	}
	return meta.EachListItem(list, stripAny)
}

func stripAny(object runtime.Object) error {
	strip := Strip
	if _, ok := object.(*corev1.ServiceAccount); ok {
		strip = StripAccount
	}
	_, err := strip(object)
	return err
}

// enforce is enforceInOrder with the writes sorted, because namespaces are written at the same time.
func (c *cluster) enforce(plan Plan) TargetsReport {
	c.Helper()
	report := c.enforceInOrder(plan)
	slices.Sort(c.writes)
	return report
}

// enforceInOrder enforces a plan, like a reconcile of generation 1 that is not the map's first.
func (c *cluster) enforceInOrder(plan Plan) TargetsReport {
	c.Helper()
	c.mu.Lock()
	c.writes = nil
	c.mu.Unlock()
	if plan.StillApproved == nil {
		plan.StillApproved = func(context.Context, approvals.Approval) error { return nil }
	}
	if plan.TakesPart == nil {
		plan.TakesPart = func(metav1.Object) bool { return true }
	}
	return c.applier.Session(checkout, 1, 1).Targets(c.Context(), plan)
}

// subjects returns the names in a role's RoleBinding in a target namespace, sorted, or nil if there is none.
func (c *cluster) subjects(namespace, role string) []string {
	c.Helper()
	binding := &rbacv1.RoleBinding{}
	key := types.NamespacedName{Namespace: namespace, Name: names.TargetBindingName(checkout, role)}
	if err := client.IgnoreNotFound(c.Get(c.Context(), key, binding)); err != nil {
		c.Fatal(err)
	}
	if binding.UID == "" {
		return nil
	}
	list := []string{}
	for _, subject := range binding.Subjects {
		list = append(list, subject.Name)
	}
	slices.Sort(list)
	return list
}

func namespace(name string) *corev1.Namespace {
	return &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}
}

// targetBinding returns a customers' RoleBinding of checkout in a target namespace.
func targetBinding(namespace string, subjects ...string) *rbacv1.RoleBinding {
	binding := render.TargetBinding(checkout, namespace, names.RoleCustomer, people(subjects...))
	binding.UID = types.UID("of-" + namespace)
	return binding
}

func customers(subjects ...string) map[string]map[rbacv1.Subject]bool {
	return map[string]map[rbacv1.Subject]bool{names.RoleCustomer: people(subjects...)}
}

func (c *cluster) removeMap() {
	c.Helper()
	m := &v1alpha1.StakeholderMap{ObjectMeta: metav1.ObjectMeta{Namespace: checkout.Namespace, Name: checkout.Name}}
	if err := c.Delete(c.Context(), m); err != nil {
		c.Fatal(err)
	}
	c.writes = nil
}
