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

package names

import (
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

const (
	// LabelManagedBy names the writer of an object for people. Nothing depends on it, because other tools and admission
	// policies write this label too.
	LabelManagedBy = "app.kubernetes.io/managed-by"
	// ManagedBy is the value of LabelManagedBy.
	ManagedBy = "stakeholder-operator"
	// LabelMap is the name of the map that an object was made from. The operator watches objects with this label.
	LabelMap = "stakeholders.dev/map"
	// LabelMapNamespace is the namespace of the map that an object was made from.
	LabelMapNamespace = "stakeholders.dev/map-namespace"
	// LabelExclude makes Velero leave an object out of backups. A restored grant would give rights to the people of
	// that time, until the operator removes it. So the operator restores this label when another writer removes it.
	LabelExclude = "velero.io/exclude-from-backup"
	// AnnotationMapUID is the UID of the map that an object belongs to. Owner references cannot cross namespaces, and a
	// user who may not change the subjects of a grant may still change its owner references.
	AnnotationMapUID = "stakeholders.dev/map-uid"
	// LabelRole is the role of a grant: customer, end-user or product-owner.
	LabelRole = "stakeholders.dev/role"
)

// labelPrefix starts every label that the operator depends on.
const labelPrefix = "stakeholders.dev/"

// Labels returns the labels of an output of one role or, if role is empty, of an output of the whole map.
func (o Owner) Labels(role string) map[string]string {
	labels := map[string]string{
		LabelManagedBy:    ManagedBy,
		LabelMap:          o.Name,
		LabelMapNamespace: o.Namespace,
		LabelExclude:      "true",
	}
	if role != "" {
		labels[LabelRole] = role
	}
	return labels
}

// Annotations returns the annotations of every output of the map.
func (o Owner) Annotations() map[string]string {
	return map[string]string{AnnotationMapUID: string(o.UID)}
}

// OwnerOfMetadata is the inverse of Labels and Annotations: it returns the map that the metadata of an object names,
// and false if part of it is missing. Do not trust it alone: any user who may write the object can set it.
func OwnerOfMetadata(object metav1.Object) (Owner, bool) {
	labels := object.GetLabels()
	owner := Owner{Namespace: labels[LabelMapNamespace], Name: labels[LabelMap], UID: types.UID(object.GetAnnotations()[AnnotationMapUID])}
	return owner, owner.Namespace != "" && owner.Name != "" && owner.UID != ""
}

// IsOwnLabel reports whether the operator depends on a label, or restores it.
func IsOwnLabel(key string) bool { return key == LabelExclude || strings.HasPrefix(key, labelPrefix) }

// HasLabels reports whether an object has the wanted labels. Have returns its value of a label. Only own labels are checked
// (IsOwnLabel): the operator writes the others too, but does not repair them when another tool changes them.
func HasLabels(have func(key string) string, wanted map[string]string) bool {
	for key, value := range wanted {
		if IsOwnLabel(key) && have(key) != value {
			return false
		}
	}
	return true
}
