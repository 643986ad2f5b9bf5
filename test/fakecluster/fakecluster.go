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

// Package fakecluster makes controller-runtime's fake clients for tests of controllers.
package fakecluster

import (
	"sync"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/util/managedfields"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/client-go/applyconfigurations"
	clienttesting "k8s.io/client-go/testing"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/structured-merge-diff/v6/typed"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// Scheme only has the kinds that controllers read and write: the fake client goes through all kinds of its scheme at
// every write.
var Scheme = sync.OnceValue(func() *runtime.Scheme {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{corev1.AddToScheme, rbacv1.AddToScheme, v1alpha1.AddToScheme} {
		utilruntime.Must(add(scheme))
	}
	return scheme
})

// converters are those of a fake client without its own. Otherwise each client would create them again.
var converters = sync.OnceValue(func() converter {
	builtin := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{corev1.AddToScheme, rbacv1.AddToScheme} {
		utilruntime.Must(add(builtin))
	}
	return converter{applyconfigurations.NewTypeConverter(builtin), managedfields.NewDeducedTypeConverter()}
})

// converter tries one after the other.
type converter []managedfields.TypeConverter

// ObjectToTyped implements managedfields.TypeConverter.
func (c converter) ObjectToTyped(object runtime.Object, options ...typed.ValidationOptions) (value *typed.TypedValue, err error) {
	for _, one := range c {
		if value, err = one.ObjectToTyped(object, options...); err == nil {
			return value, nil
		}
	}
	return nil, err
}

// TypedToObject implements managedfields.TypeConverter.
func (c converter) TypedToObject(value *typed.TypedValue) (object runtime.Object, err error) {
	for _, one := range c {
		if object, err = one.TypedToObject(value); err == nil {
			return object, nil
		}
	}
	return nil, err
}

// NewClientBuilder begins a client of an empty cluster.
func NewClientBuilder() *fake.ClientBuilder {
	decoder := serializer.NewCodecFactory(Scheme()).UniversalDecoder()
	return fake.NewClientBuilder().WithScheme(Scheme()).
		WithObjectTracker(tracker{clienttesting.NewFieldManagedObjectTracker(Scheme(), decoder, converters())})
}

// tracker hides which field manager owns which field. Otherwise the fake client would convert that to JSON and back for
// everything that is read, and then drop it.
type tracker struct{ clienttesting.ObjectTracker }

// Get implements clienttesting.ObjectTracker.
func (t tracker) Get(resource schema.GroupVersionResource, namespace, name string, options ...metav1.GetOptions) (runtime.Object, error) {
	object, err := t.ObjectTracker.Get(resource, namespace, name, options...)
	if err != nil {
		return nil, err
	}
	return object, dropManagedFields(object)
}

// List implements clienttesting.ObjectTracker.
func (t tracker) List(
	resource schema.GroupVersionResource, kind schema.GroupVersionKind, namespace string, options ...metav1.ListOptions,
) (runtime.Object, error) {
	list, err := t.ObjectTracker.List(resource, kind, namespace, options...)
	if err != nil {
		return nil, err
	}
	return list, meta.EachListItem(list, dropManagedFields)
}

func dropManagedFields(object runtime.Object) error {
	accessor, err := meta.Accessor(object)
	if err == nil {
		accessor.SetManagedFields(nil)
	}
	return err
}
