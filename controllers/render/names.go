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

// Package render turns a routing table into the objects that put it in force: the ConfigMap that
// tools read, and the grants that tools check. It is pure. The names and labels of everything the
// operator writes are decided here.
package render

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/types"
	metav1ac "k8s.io/client-go/applyconfigurations/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
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

// Owner is the map that objects are made from.
type Owner struct {
	Namespace string
	Name      string
	UID       types.UID
}

// NamespacedName is the map's key.
func (o Owner) NamespacedName() types.NamespacedName {
	return types.NamespacedName{Namespace: o.Namespace, Name: o.Name}
}

// ConfigMapName is the name of the routing ConfigMap of a map, in the map's namespace.
func ConfigMapName(mapName string) string { return mapName + "-routing" }

// GrantRole is the value of LabelRole that a grant of a map has by its name, which, unlike the label,
// nobody can change. It is "" if no grant of the map can be called so.
func GrantRole(mapName, grant string) string {
	rest, ok := strings.CutPrefix(grant, grantPrefix+mapName+":")
	role, _, _ := strings.Cut(rest, ":")
	if ok && slices.Contains(Roles, role) {
		return role
	}
	return ""
}

// IsGrantName says whether some map's grant, or RoleBinding in a target namespace, can be called so.
func IsGrantName(name string) bool { return strings.HasPrefix(name, grantPrefix) }

// grantPrefix begins the names of all Roles and RoleBindings that the operator writes.
const grantPrefix = "stakeholders:"

// grantName is the name of a Role and of the RoleBinding to it. Neither a map's name nor a party's can
// hold a colon, so that no two grants can come to the same name, whatever people call their maps.
func grantName(mapName, role, party string) string {
	name := grantPrefix + mapName + ":" + role
	if party != "" {
		name += ":" + party
	}
	return name
}

func (o Owner) labels() map[string]string {
	return map[string]string{
		LabelManagedBy:    ManagedBy,
		LabelMap:          o.Name,
		LabelMapNamespace: o.Namespace,
		LabelExclude:      "true",
	}
}

func (o Owner) reference() *metav1ac.OwnerReferenceApplyConfiguration {
	return metav1ac.OwnerReference().
		WithAPIVersion(v1alpha1.GroupVersion.String()).
		WithKind("StakeholderMap").
		WithName(o.Name).
		WithUID(o.UID).
		WithController(true).
		WithBlockOwnerDeletion(true)
}
