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

// Package apply makes the cluster match the rendered objects of a map. It writes objects that differ, removes objects
// that are no longer wanted, and never touches objects that the map does not own.
package apply

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/fairshare"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

// FieldOwner is the field manager of all writes of the operator.
const FieldOwner = client.FieldOwner("stakeholder-operator")

// Applier writes the objects of maps. Each reconcile of a map uses a Session of its own.
type Applier struct {
	// Cache reads the objects that carry our label, and has the index MapIndex. Reading it makes no request.
	Cache client.Reader
	// Live reads from the API server. It also finds objects without our label, which the cache does not have.
	Live client.Reader
	// Writer makes all writes.
	Writer client.Writer
	// Accounts returns a reader of the ServiceAccounts that carry our label, with the index MapIndex, or why they are
	// not known. The reader is nil if ServiceAccounts are not watched.
	Accounts func() (client.Reader, error)
	// Slots bound the number of concurrent write requests. Their tenants are the namespaces of maps. Nil means no
	// bound.
	Slots *fairshare.Slots
	// TableSlots bound the number of large routing tables that are written at the same time, to LargeTables. Nil means
	// no bound.
	TableSlots *fairshare.Slots
	// Writes remembers each write until the cache shows it.
	Writes Writes
	// Rewrites slows down writes that another writer or admission undoes repeatedly.
	Rewrites Rewrites

	removed   removedOrphans
	published published
	hidden    Hidden
}

// Session writes the objects of one map in one reconcile.
type Session struct {
	*Applier
	owner names.Owner
	// generation is the generation of the map that the reconcile has read.
	generation int64
	// first says that no reconcile of the map has ended yet, and that the map was never edited. So no subject can have
	// a right from it.
	first    bool
	current  current
	revealed revealed
	// stripped has the Parts that were stored without our labels.
	stripped sync.Map
	// gone has the UIDs of the objects that this session has deleted.
	gone sync.Map
	// wroteInOtherNamespace says that an object was written outside the map's namespace.
	wroteInOtherNamespace atomic.Bool
}

// Session returns a Session for one reconcile of a map. Generation is that of the map in the cache. Observed is the
// observedGeneration of its status, or 0 if it has no status.
func (a *Applier) Session(owner names.Owner, generation, observed int64) *Session {
	first := generation == 1 && observed == 0 && len(a.hidden.of(owner.NamespacedName())) == 0
	return &Session{Applier: a, owner: owner, generation: generation, first: first}
}

// observe reads an output of the map by its name and namespace into object, and reports whether it exists. The error is
// a *ForeignError if the object exists and is not the map's. It is ErrStale if the cache has an older state than the
// last write.
//
// observe uses the cache if that has the map's object. Otherwise it asks the API server, because the cache has no
// objects without our label, and may lack an object that was just written.
func (s *Session) observe(ctx context.Context, object client.Object) (bool, error) {
	if found, err := s.observeCached(ctx, object); found || err != nil {
		return found, err
	}
	return s.observeLive(ctx, object)
}

// observeToCreate is observe for an object that is created if it does not exist. It asks the API server only if the
// object may exist unseen: otherwise the creation fails if it does.
func (s *Session) observeToCreate(ctx context.Context, object client.Object) (bool, error) {
	found, err := s.observeCached(ctx, object)
	if found || err != nil || !s.Writes.IsPending(s.owner.NamespacedName(), partOf(object)) {
		return found, err
	}
	return s.observeLive(ctx, object)
}

// observeCached is observe with only the cache.
func (s *Session) observeCached(ctx context.Context, object client.Object) (bool, error) {
	if found, err := get(ctx, s.Cache, object); err != nil || !found || !s.owns(object) {
		return false, err
	}
	err := s.recordRead(object)
	return err == nil, err
}

// observeLive is observe without the cache.
func (s *Session) observeLive(ctx context.Context, object client.Object) (bool, error) {
	if found, err := get(ctx, s.Live, object); err != nil || !found {
		return false, err
	}
	if !s.owns(object) {
		return true, newForeignError(object, s.owner)
	}
	s.acceptStripped(object)
	return true, nil
}

// get reads an object by its name, and reports whether it exists.
func get(ctx context.Context, reader client.Reader, object client.Object) (bool, error) {
	part := partOf(object)
	if err := reader.Get(ctx, part.Key, object); apierrors.IsNotFound(err) {
		return false, nil
	} else if err != nil {
		return false, fmt.Errorf("read %s: %w", part, err)
	}
	return true, nil
}

// recordRead records that an object was read from the cache. The error is ErrStale if the cache has an older state than
// the last write.
func (s *Session) recordRead(object client.Object) error {
	part := partOf(object)
	if stale := s.Writes.RecordRead(s.owner.NamespacedName(), part.Kind, object); stale != nil {
		return fmt.Errorf("%s: %w", part, stale)
	}
	return nil
}

// explain is ExplainConflict for a write of the session. After a conflict, the next write first verifies again that the
// map has not changed.
func (s *Session) explain(ctx context.Context, seen Seen, err error) error {
	if apierrors.IsConflict(err) {
		s.current.doubt()
	}
	return ExplainConflict(ctx, s.Live, seen, err)
}
