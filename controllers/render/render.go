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

// Package render renders a routing table to the objects that enforce it: the ConfigMap that tools read, and the grants that
// tools check. It is pure. Package names has the names and labels of these objects.
package render

import (
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

// These API versions are in every rendered grant, so they are computed once.
var (
	mapVersion  = v1alpha1.GroupVersion.String()
	rbacVersion = rbacv1.SchemeGroupVersion.String()
)

// metadata returns the metadata of an output. Only outputs in the map's namespace have an owner reference, because it
// cannot cross namespaces.
func metadata(owner names.Owner, namespace, name string, labels map[string]string) metav1.ObjectMeta {
	meta := metav1.ObjectMeta{Namespace: namespace, Name: name, Labels: labels, Annotations: owner.Annotations()}
	if namespace == owner.Namespace {
		meta.OwnerReferences = []metav1.OwnerReference{{
			APIVersion: mapVersion, Kind: names.KindMap, Name: owner.Name, UID: owner.UID,
			Controller: new(true), BlockOwnerDeletion: new(true),
		}}
	}
	return meta
}
