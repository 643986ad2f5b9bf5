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
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/selection"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

// Outputs are the kinds that every map has, as empty objects.
func Outputs() []client.Object {
	return []client.Object{&corev1.ConfigMap{}, &rbacv1.Role{}, &rbacv1.RoleBinding{}}
}

// Selector selects outputs by a label of our own API group. Other tools and admission policies write
// app.kubernetes.io/managed-by on everything, so what is in force must not depend on that.
func Selector() labels.Selector {
	exists, err := labels.NewRequirement(names.LabelMap, selection.Exists, nil)
	utilruntime.Must(err) // the label is a constant
	return labels.NewSelector().Add(*exists)
}
