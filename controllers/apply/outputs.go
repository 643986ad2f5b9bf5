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

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/selection"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

const (
	kindConfigMap      = "ConfigMap"
	kindRole           = "Role"
	kindRoleBinding    = "RoleBinding"
	kindServiceAccount = "ServiceAccount"
)

// outputKinds has the kinds that the operator writes, with an empty object and an empty list of each.
var outputKinds = map[string]struct {
	version schema.GroupVersion
	object  client.Object
	list    client.ObjectList
}{
	kindConfigMap:      {corev1.SchemeGroupVersion, &corev1.ConfigMap{}, &corev1.ConfigMapList{}},
	kindRole:           {rbacv1.SchemeGroupVersion, &rbacv1.Role{}, &rbacv1.RoleList{}},
	kindRoleBinding:    {rbacv1.SchemeGroupVersion, &rbacv1.RoleBinding{}, &rbacv1.RoleBindingList{}},
	kindServiceAccount: {corev1.SchemeGroupVersion, &corev1.ServiceAccount{}, &corev1.ServiceAccountList{}},
}

// Outputs returns an empty object of each kind that every map has.
func Outputs() []client.Object {
	return []client.Object{&corev1.ConfigMap{}, &rbacv1.Role{}, &rbacv1.RoleBinding{}}
}

// Selector returns a selector of outputs by a label of our own API group. Other tools and admission policies write
// app.kubernetes.io/managed-by too, so enforcement must not depend on that label.
func Selector() labels.Selector { return labelSelector(selection.Exists) }

func labelSelector(operator selection.Operator) labels.Selector {
	requirement, err := labels.NewRequirement(names.LabelMap, operator, nil)
	utilruntime.Must(err) // the label is a constant
	return labels.NewSelector().Add(*requirement)
}

// kindOf returns the kind of an object that the operator writes.
func kindOf(object client.Object) string {
	switch object.(type) {
	case *rbacv1.Role:
		return kindRole
	case *rbacv1.RoleBinding:
		return kindRoleBinding
	case *corev1.ServiceAccount:
		return kindServiceAccount
	default:
		return kindConfigMap
	}
}

// partOf names an object that the operator writes.
func partOf(object client.Object) Part {
	return Part{kindOf(object), client.ObjectKeyFromObject(object)}
}

// newObject returns an empty object of a kind that the operator writes.
func newObject(part Part) client.Object {
	object := copyOf(outputKinds[part.Kind].object)
	object.SetNamespace(part.Key.Namespace)
	object.SetName(part.Key.Name)
	return object
}

func copyOf(object client.Object) client.Object {
	return object.DeepCopyObject().(client.Object) //nolint:errcheck,forcetypeassert // a copy of one is one
}

// newList returns an empty list of a kind that the operator writes.
func newList(kind string) client.ObjectList {
	return outputKinds[kind].list.DeepCopyObject().(client.ObjectList) //nolint:errcheck,forcetypeassert // a copy of one is one
}

// newMetadataList returns an empty metadata-only list of a kind that the operator writes.
func newMetadataList(kind string) *metav1.PartialObjectMetadataList {
	list := &metav1.PartialObjectMetadataList{}
	list.SetGroupVersionKind(groupVersionOf(kind).WithKind(kind + "List"))
	return list
}

// listObjects fills in a list, and returns pointers to its objects.
func listObjects(ctx context.Context, reader client.Reader, kind string, into client.ObjectList, options ...client.ListOption) ([]client.Object, error) {
	if err := reader.List(ctx, into, options...); err != nil {
		return nil, fmt.Errorf("list %ss: %w", kind, err)
	}
	objects := make([]client.Object, 0, meta.LenList(into))
	err := meta.EachListItem(into, func(item runtime.Object) error {
		objects = append(objects, item.(client.Object)) //nolint:errcheck,forcetypeassert // what has a list is one
		return nil
	})
	return objects, err
}

func groupVersionOf(kind string) schema.GroupVersion {
	if output, ok := outputKinds[kind]; ok {
		return output.version
	}
	return v1alpha1.GroupVersion
}
