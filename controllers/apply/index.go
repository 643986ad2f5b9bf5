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

// MapIndex is the cache's index of objects by the map whose outputs have their names. IndexByMap fills it. There is no other
// one, because an index takes half a kilobyte of memory for each map and kind: what belongs to a map and has no such name is
// left alone anyway.
const MapIndex = "stakeholders.dev/map"

// IndexByMap are the keys of an object in MapIndex. They come from the name alone: after a restore into another namespace
// the labels still name the old one, and a user can take the owner away. A map's own ConfigMap has one name, and needs no key.
func IndexByMap(object client.Object) []string {
	var keys []string
	named, ok := MapOf(object)
	if ok && (kindOf(object) != kindConfigMap || object.GetNamespace() != named.Namespace) {
		keys = append(keys, named.String())
	}
	switch object.(type) {
	case *rbacv1.Role, *rbacv1.RoleBinding:
		// With more colons than the name of a grant has, it is still removed if it says that it is the map's.
		mapName, _, isGrant := names.ParseGrantName(object.GetName())
		if key := (types.NamespacedName{Namespace: object.GetNamespace(), Name: mapName}); isGrant && key != named {
			keys = append(keys, key.String())
		}
	}
	return keys
}

// listNamed lists, of a kind, what has the names of a map's outputs, with any owner, except the map's own ConfigMap. The objects
// are the cache's own, and must not be changed.
func listNamed(ctx context.Context, reader client.Reader, owner names.Owner, kind string) ([]client.Object, error) {
	named := client.MatchingFields{MapIndex: owner.NamespacedName().String()}
	return listObjects(ctx, reader, kind, newList(kind), named, client.UnsafeDisableDeepCopy)
}
