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
	// LabelManagedBy tells people who writes an object. Its value is ManagedBy. Nothing depends on it, because
	// other tools and admission policies write this label too.
	LabelManagedBy = "app.kubernetes.io/managed-by"
	// ManagedBy is the value of LabelManagedBy.
	ManagedBy = "stakeholder-operator"
	// LabelMap has the name of the map that an object was made from. The operator watches what has this label.
	LabelMap = "stakeholders.dev/map"
	// LabelMapNamespace has the namespace of the map that an object was made from.
	LabelMapNamespace = "stakeholders.dev/map-namespace"
	// LabelExclude has Velero leave an object out of backups. An output that is restored would give the rights of the time
	// of the backup to the people of that time, until the operator removes it. So it is put back when it is taken off.
	LabelExclude = "velero.io/exclude-from-backup"
	// AnnotationMapUID has the UID of the map that an object belongs to. Owner references do not reach across
	// namespaces, and those of a grant may be changed by people who may not change whom it is given to.
	AnnotationMapUID = "stakeholders.dev/map-uid"
	// LabelRole says whose grant an object is: customer, end-user or product-owner.
	LabelRole = "stakeholders.dev/role"
)

// labelPrefix begins every label that the operator depends on.
const labelPrefix = "stakeholders.dev/"

// Labels are those of an output of the map: of a role or, if role is empty, of the whole map.
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

// Annotations are those of every output of the map.
func (o Owner) Annotations() map[string]string {
	return map[string]string{AnnotationMapUID: string(o.UID)}
}

// OwnerOfMetadata is the inverse of Labels and Annotations: the map that an object itself says it belongs to, or false if it
// does not say so, or not in full. Whoever may write the object may have written that.
func OwnerOfMetadata(object metav1.Object) (Owner, bool) {
	labels := object.GetLabels()
	owner := Owner{Namespace: labels[LabelMapNamespace], Name: labels[LabelMap], UID: types.UID(object.GetAnnotations()[AnnotationMapUID])}
	return owner, owner.Namespace != "" && owner.Name != "" && owner.UID != ""
}

// IsOwnLabel says whether a label is one that the operator depends on, or sees to.
func IsOwnLabel(key string) bool { return key == LabelExclude || strings.HasPrefix(key, labelPrefix) }

// HasLabels says whether an object has those of the wanted labels that the operator depends on, or sees to. The others are
// written with everything else, and left as they are when another tool changes them.
func HasLabels(have, wanted map[string]string) bool {
	for key, value := range wanted {
		if IsOwnLabel(key) && have[key] != value {
			return false
		}
	}
	return true
}
