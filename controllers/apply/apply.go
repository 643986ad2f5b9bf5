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

// Package apply puts rendered objects in force: it writes what differs, leaves alone what a map does
// not own, and removes what is no longer wanted.
package apply

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	metav1ac "k8s.io/client-go/applyconfigurations/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

// FieldOwner is the name under which the operator owns the fields that it writes, everywhere.
const FieldOwner = client.FieldOwner("stakeholder-operator")

// OwnerIndex is the cache's index of objects by the UID of the map that controls them. IndexByOwner
// fills it.
const OwnerIndex = "metadata.controller.uid"

// IndexByOwner is the key of an object in OwnerIndex: the UID of its controller, if it has one.
func IndexByOwner(object client.Object) []string {
	if controller := metav1.GetControllerOf(object); controller != nil {
		return []string{string(controller.UID)}
	}
	return nil
}

// Applier writes the objects of one map after another. Its methods may be called at the same time for
// different maps.
type Applier struct {
	// Cache knows the objects that carry our label, by OwnerIndex too. Reading it is no request.
	Cache client.Reader
	// Live asks the API server. It sees what the cache does not: objects without our label.
	Live client.Reader
	// Writer writes.
	Writer client.Writer
	// Writes remembers what was written until the cache shows it.
	Writes Writes
}

// observe fills in an object that should be the map's, by its name and namespace, and says whether it
// is there. The error is a *ForeignError if it is there and is not the map's, and ErrCacheBehind if the
// cache has an older state than was last written.
//
// The cache answers if it has the map's object. If not, the API server is asked, because the cache
// neither shows an object that lacks our label nor one that was written a moment ago.
func (a *Applier) observe(ctx context.Context, owner render.Owner, kind string, object client.Object) (bool, error) {
	key := client.ObjectKeyFromObject(object)
	if err := a.Cache.Get(ctx, key, object); err == nil && ownedBy(object, owner) {
		if a.Writes.Behind(owner.NamespacedName(), kind, object) {
			return false, fmt.Errorf("%s %s: %w", kind, key, ErrCacheBehind)
		}
		return true, nil
	} else if err != nil && !apierrors.IsNotFound(err) {
		return false, fmt.Errorf("read %s %s: %w", kind, key, err)
	}
	if err := a.Live.Get(ctx, key, object); apierrors.IsNotFound(err) {
		return false, nil
	} else if err != nil {
		return false, fmt.Errorf("read %s %s: %w", kind, key, err)
	}
	if !ownedBy(object, owner) {
		return true, newForeignError(kind, object, owner)
	}
	return true, nil
}

// ownedBy judges by UID: a map that was deleted and created again under its old name is another map.
func ownedBy(object client.Object, owner render.Owner) bool {
	controller := metav1.GetControllerOf(object)
	return controller != nil && controller.UID == owner.UID
}

// hasMetadata says whether an object carries our labels and the reference to its owner as rendered.
func hasMetadata(object client.Object, owner render.Owner, labels map[string]string) bool {
	for key, value := range labels {
		if object.GetLabels()[key] != value {
			return false
		}
	}
	for _, ref := range object.GetOwnerReferences() {
		if ref.UID == owner.UID {
			return ref.BlockOwnerDeletion != nil && *ref.BlockOwnerDeletion
		}
	}
	return false
}

// apply writes an object by server-side apply; meta is the configuration's own metadata. If the UID of
// the object that was seen is in it, the write takes over every field that it names, and fails with a
// conflict if another object has taken its place. Without one it creates the object, and does not
// force: should somebody else create one of the same name at the same moment, theirs is not taken over.
func (a *Applier) apply(ctx context.Context, owner render.Owner, kind string, config runtime.ApplyConfiguration, meta *metav1ac.ObjectMetaApplyConfiguration) error {
	options := []client.ApplyOption{FieldOwner}
	exists := meta.UID != nil
	if exists {
		options = append(options, client.ForceOwnership)
	}
	name := *meta.Name
	if err := a.Writer.Apply(ctx, config, options...); err != nil {
		return fmt.Errorf("apply %s %s: %w", kind, name, err)
	}
	// The answer has been read into the configuration.
	if meta.ResourceVersion != nil {
		a.Writes.Done(owner.NamespacedName(), kind, name, *meta.ResourceVersion)
	}
	log.FromContext(ctx).Info("Applied", "kind", kind, "name", name, "created", !exists)
	return nil
}

// remove deletes the very object that was seen, and not another that has taken its name since.
func (a *Applier) remove(ctx context.Context, kind string, object client.Object) error {
	uid := object.GetUID()
	err := a.Writer.Delete(ctx, object, client.Preconditions{UID: &uid})
	if apierrors.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("delete %s %s: %w", kind, object.GetName(), err)
	}
	log.FromContext(ctx).Info("Deleted", "kind", kind, "name", object.GetName())
	return nil
}
