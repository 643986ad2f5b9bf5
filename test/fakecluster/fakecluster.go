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
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/managedfields"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/client-go/applyconfigurations"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// Scheme has the kinds that controllers read and write, and no others: the fake client goes through all kinds of its scheme
// at every write.
var Scheme = sync.OnceValue(func() *runtime.Scheme {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{corev1.AddToScheme, rbacv1.AddToScheme, v1alpha1.AddToScheme} {
		utilruntime.Must(add(scheme))
	}
	return scheme
})

// converters are those of a fake client that is given none, which would make them again for each client.
var converters = sync.OnceValue(func() []managedfields.TypeConverter {
	builtin := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{corev1.AddToScheme, rbacv1.AddToScheme} {
		utilruntime.Must(add(builtin))
	}
	return []managedfields.TypeConverter{applyconfigurations.NewTypeConverter(builtin), managedfields.NewDeducedTypeConverter()}
})

// NewClientBuilder begins a client of an empty cluster.
func NewClientBuilder() *fake.ClientBuilder {
	return fake.NewClientBuilder().WithScheme(Scheme()).WithTypeConverters(converters()...)
}
