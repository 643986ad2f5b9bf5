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

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

// MapIndex is the cache's index of objects by the map whose outputs have their names. IndexByMap computes its keys. The
// operator does not touch objects without such a name, so no other index is needed. Each index takes half a kilobyte of
// memory for each map and kind.
const MapIndex = "stakeholders.dev/map"

// IndexByMap returns the keys of an object in MapIndex. It uses only the name: after a restore into another namespace
// the labels still name the old one, and a user can remove the owner. A map's own ConfigMap is read by its fixed name,
// and needs no key.
func IndexByMap(object client.Object) []string {
	var keys []string
	named, ok := MapOf(object)
	if ok && (kindOf(object) != kindConfigMap || object.GetNamespace() != named.Namespace) {
		keys = append(keys, named.String())
	}
	switch object.(type) {
	case *rbacv1.Role, *rbacv1.RoleBinding:
		// A name with more colons than that of a grant is indexed too: the object is removed if its metadata claims the
		// map.
		mapName, _, isGrant := names.ParseGrantName(object.GetName())
		if key := (types.NamespacedName{Namespace: object.GetNamespace(), Name: mapName}); isGrant && key != named {
			keys = append(keys, key.String())
		}
	}
	return keys
}

// listNamed lists the objects of a kind with the names of a map's outputs, with any owner, except the map's own
// ConfigMap. The objects belong to the cache, so they must not be changed.
func listNamed(ctx context.Context, reader client.Reader, owner names.Owner, kind string) ([]client.Object, error) {
	named := client.MatchingFields{MapIndex: owner.NamespacedName().String()}
	return listObjects(ctx, reader, kind, newList(kind), named, client.UnsafeDisableDeepCopy)
}
