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

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// Owner identifies the map that an output is made from.
type Owner struct {
	Namespace string
	Name      string
	UID       types.UID
}

// NamespacedName returns the key of the map.
func (o Owner) NamespacedName() types.NamespacedName {
	return types.NamespacedName{Namespace: o.Namespace, Name: o.Name}
}

// The kinds of the API group.
const (
	// KindMap is also the kind of an Owner.
	KindMap     = "StakeholderMap"
	KindPolicy  = "StakeholderPolicy"
	KindRequest = "StakeholderRequest"
)

// IsMap reports whether a reference is to a StakeholderMap. The reference can be nil.
func IsMap(ref *metav1.OwnerReference) bool {
	return ref != nil && ref.APIVersion == v1alpha1.GroupVersion.String() && ref.Kind == KindMap
}

// The functions below return the owner that is encoded in the name of an output, without its UID. They return false if
// no output can have that name.

// OwnerOfGrant returns the owner of a Role or RoleBinding.
func OwnerOfGrant(namespace, name string) (Owner, bool) {
	switch parts := strings.Split(strings.TrimPrefix(name, grantPrefix), ":"); len(parts) {
	case 2, 3:
		owner := Owner{Namespace: namespace, Name: parts[0]}
		return owner, GrantRole(owner.Name, name) != ""
	case 4:
		owner := Owner{Namespace: parts[1], Name: parts[2]}
		return owner, TargetBindingRole(owner, name) != "" || name == ApprovedName(owner)
	}
	return Owner{}, false
}

// OwnerOfTable returns the owner of a routing ConfigMap or of a copy of one.
func OwnerOfTable(namespace, name string) (Owner, bool) {
	if m, ok := strings.CutSuffix(name, tableSuffix); ok && m != "" {
		return Owner{Namespace: namespace, Name: m}, true
	}
	rest, ok := strings.CutSuffix(name, copySuffix)
	home, m, dotted := strings.Cut(rest, ".")
	return Owner{Namespace: home, Name: m}, ok && dotted && home != "" && m != "" && home != namespace
}

// OwnerOfAccount returns the owner of a ServiceAccount.
func OwnerOfAccount(name string) (Owner, bool) {
	home, rest, _ := strings.Cut(strings.TrimPrefix(name, accountPrefix), ".")
	owner := Owner{Namespace: home, Name: rest[:max(0, strings.LastIndexByte(rest, '.'))]}
	return owner, owner.Namespace != "" && owner.Name != "" && AccountRole(owner, name) != ""
}
