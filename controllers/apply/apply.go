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
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	metav1ac "k8s.io/client-go/applyconfigurations/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

// FieldOwner is the name under which the operator owns the fields that it writes, everywhere.
const FieldOwner = client.FieldOwner("stakeholder-operator")

// OwnerIndex is the cache's index of objects by the UID of the map that they belong to. IndexByOwner
// fills it.
const OwnerIndex = "stakeholders.dev/owner"

// IndexByOwner are the keys of an object in OwnerIndex: the UID of its controller, and that of the map that its
// annotation names. It may have another controller than the map, which must not hide it.
func IndexByOwner(object client.Object) []string {
	var keys []string
	if controller := metav1.GetControllerOf(object); controller != nil {
		keys = append(keys, string(controller.UID))
	}
	if uid := object.GetAnnotations()[names.AnnotationMapUID]; uid != "" && !slices.Contains(keys, uid) {
		keys = append(keys, uid)
	}
	return keys
}

// Applier writes the objects of one map after another, each in a Session.
type Applier struct {
	// Cache knows the objects that carry our label, by OwnerIndex and MapIndex too. Reading it is no request.
	Cache client.Reader
	// Live asks the API server. It sees what the cache does not: objects without our label.
	Live client.Reader
	// Writer writes.
	Writer client.Writer
	// Accounts has the ServiceAccounts that carry our label, by OwnerIndex and MapIndex, or says why they are not known.
	// A nil reader: nobody looks at them.
	Accounts func() (client.Reader, error)
	// Writes remembers what was written until the cache shows it.
	Writes Writes
	// Rewrites keeps the operator from writing the same over and over.
	Rewrites Rewrites

	removed   removedOrphans
	tables    tableRoom
	published published
	hidden    Hidden
}

// Session writes the objects of one map in one reconcile.
type Session struct {
	*Applier
	owner names.Owner
	// generation is that of the map as the reconcile has read it.
	generation int64
	current    current
	revealed   revealed
	stripped   strippedErrors
}

// Session is for one reconcile of a map, which the cache has shown in a generation.
func (a *Applier) Session(owner names.Owner, generation int64) *Session {
	return &Session{Applier: a, owner: owner, generation: generation}
}

// observe fills in an object that should be the map's, by its name and namespace, and says whether it
// is there. The error is a *ForeignError if it is there and is not the map's, and ErrCacheBehind if the
// cache has an older state than was last written.
//
// The cache answers if it has the map's object. If not, the API server is asked, because the cache
// neither shows an object that lacks our label nor one that was written a moment ago.
func (s *Session) observe(ctx context.Context, kind string, object client.Object) (bool, error) {
	key := client.ObjectKeyFromObject(object)
	if err := s.Cache.Get(ctx, key, object); err == nil && s.owns(object) {
		if s.Writes.Behind(s.owner.NamespacedName(), kind, object) {
			return false, fmt.Errorf("%s %s: %w", kind, key, ErrCacheBehind)
		}
		return true, nil
	} else if err != nil && !apierrors.IsNotFound(err) {
		return false, fmt.Errorf("read %s %s: %w", kind, key, err)
	}
	return s.observeLive(ctx, kind, object)
}

// observeLive is observe without the cache.
func (s *Session) observeLive(ctx context.Context, kind string, object client.Object) (bool, error) {
	key := client.ObjectKeyFromObject(object)
	if err := s.Live.Get(ctx, key, object); apierrors.IsNotFound(err) {
		return false, nil
	} else if err != nil {
		return false, fmt.Errorf("read %s %s: %w", kind, key, err)
	}
	if !s.owns(object) {
		return true, newForeignError(kind, object, s.owner)
	}
	s.acceptStripped(kind, object)
	return true, nil
}

// apply writes an object by server-side apply; meta is the configuration's own metadata. If the UID and the resource
// version of the object that was seen are in it, the write takes over every field that it names, and fails with a
// conflict if the object has changed since, or another one has taken its place: it may have been on its way while
// another operator has put a later edit in force. Without them it creates the object, and does not
// force: should somebody else create one of the same name at the same moment, theirs is not taken over.
func (s *Session) apply(ctx context.Context, kind string, config runtime.ApplyConfiguration, meta *metav1ac.ObjectMetaApplyConfiguration) error {
	if err := s.verify(ctx); err != nil {
		return err
	}
	options := []client.ApplyOption{FieldOwner}
	exists := meta.UID != nil
	if exists {
		options = append(options, client.ForceOwnership)
	}
	key := client.ObjectKey{Namespace: *meta.Namespace, Name: *meta.Name}
	seen := Seen{Kind: kind, Key: key}
	if exists {
		seen.UID, seen.ResourceVersion = *meta.UID, *meta.ResourceVersion
	}
	if err := s.Writer.Apply(ctx, config, options...); err != nil {
		return fmt.Errorf("apply %s %s: %w", kind, key.Name, s.explain(ctx, seen, err))
	}
	// The answer has been read into the configuration.
	if meta.ResourceVersion != nil {
		s.Writes.Done(s.owner.NamespacedName(), kind, key, *meta.ResourceVersion)
	}
	log.FromContext(ctx).Info("Applied", "kind", kind, "object", key, "created", !exists)
	return nil
}

// explain is ExplainConflict for a write of the session. After a conflict the next write asks again what the map says.
func (s *Session) explain(ctx context.Context, seen Seen, err error) error {
	if apierrors.IsConflict(err) {
		s.current.doubt()
	}
	return ExplainConflict(ctx, s.Live, seen, err)
}
