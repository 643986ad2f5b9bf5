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
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

func (s *Session) owns(object client.Object) bool { return owns(s.owner, object) }

// owns compares UIDs: a map that was deleted and created again under the same name is another map. The UID is in an
// annotation. To change that of a grant, a user needs the right to give the grant. In the map's namespace the
// controller reference counts too, but not alone, because users who may edit RoleBindings can remove it.
func owns(owner names.Owner, object client.Object) bool {
	if owner.UID == "" {
		return false
	}
	if object.GetAnnotations()[names.AnnotationMapUID] == string(owner.UID) {
		return true
	}
	controller := metav1.GetControllerOf(object)
	return object.GetNamespace() == owner.Namespace && controller != nil && controller.UID == owner.UID
}

// hasForeignController reports whether an object in the map's namespace has another controller than the map. An object
// can have only one controller, so such an object has to be deleted and created again.
func (s *Session) hasForeignController(object client.Object) bool {
	controller := metav1.GetControllerOf(object)
	return object.GetNamespace() == s.owner.Namespace && controller != nil && controller.UID != s.owner.UID
}

// hasMetadata reports whether an object that the map owns has its UID, our labels and, in the map's namespace, the
// owner reference as rendered.
func (s *Session) hasMetadata(object client.Object, labels map[string]string) bool {
	if object.GetAnnotations()[names.AnnotationMapUID] != string(s.owner.UID) {
		return false
	}
	if !names.HasLabels(func(key string) string { return labelOf(object, key) }, labels) {
		return false
	}
	if object.GetNamespace() != s.owner.Namespace {
		return true
	}
	ref := metav1.GetControllerOf(object)
	return ref != nil && ref.UID == s.owner.UID && ref.BlockOwnerDeletion != nil && *ref.BlockOwnerDeletion
}
