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
	"sync"
	"sync/atomic"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/fairshare"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

// FieldOwner is the name under which the operator owns the fields that it writes, everywhere.
const FieldOwner = client.FieldOwner("stakeholder-operator")

// Applier writes the objects of one map after another, each in a Session.
type Applier struct {
	// Cache knows the objects that carry our label, by MapIndex too. Reading it is no request.
	Cache client.Reader
	// Live asks the API server. It sees what the cache does not: objects without our label.
	Live client.Reader
	// Writer writes.
	Writer client.Writer
	// Accounts has the ServiceAccounts that carry our label, by MapIndex, or says why they are not known.
	// A nil reader: ServiceAccounts are not watched.
	Accounts func() (client.Reader, error)
	// Slots bound how many requests that write are in flight at the same time. Its tenants are the namespaces of maps. Nil: there
	// is no bound.
	Slots *fairshare.Slots
	// TableSlots bound how many large routing tables are written at the same time, by LargeTables. Nil: there is no bound.
	TableSlots *fairshare.Slots
	// Writes remembers what was written until the cache shows it.
	Writes Writes
	// Rewrites keeps the operator from writing the same over and over.
	Rewrites Rewrites

	removed   removedOrphans
	published published
	hidden    Hidden
}

// Session writes the objects of one map in one reconcile.
type Session struct {
	*Applier
	owner names.Owner
	// generation is that of the map as the reconcile has read it.
	generation int64
	// first says that no reconcile of the map has ended yet, and that it was never edited: no subject can have a right by it.
	first    bool
	current  current
	revealed revealed
	// stripped has the Parts that were stored without our labels.
	stripped sync.Map
	// gone has the UIDs of the objects that the session has deleted.
	gone sync.Map
	// wroteInOtherNamespace says that something was written in another namespace than the map's.
	wroteInOtherNamespace atomic.Bool
}

// Session is for one reconcile of a map, which the cache has shown in a generation. Observed is the generation that the
// map's status is about, 0 if it has none.
func (a *Applier) Session(owner names.Owner, generation, observed int64) *Session {
	first := generation == 1 && observed == 0 && len(a.hidden.of(owner.NamespacedName())) == 0
	return &Session{Applier: a, owner: owner, generation: generation, first: first}
}

// observe fills in an object that should be the map's, by its name and namespace, and says whether it
// is there. The error is a *ForeignError if it is there and is not the map's, and ErrStale if the
// cache has an older state than was last written.
//
// The cache answers if it has the map's object. If not, the API server is asked, because the cache
// neither shows an object that lacks our label nor one that was written a moment ago.
func (s *Session) observe(ctx context.Context, object client.Object) (bool, error) {
	if found, err := s.observeCached(ctx, object); found || err != nil {
		return found, err
	}
	return s.observeLive(ctx, object)
}

// observeToCreate is observe for an object that is to be created if it is not there. The API server is asked only if there
// is a reason to think that it is: otherwise the creation finds out.
func (s *Session) observeToCreate(ctx context.Context, object client.Object) (bool, error) {
	found, err := s.observeCached(ctx, object)
	if found || err != nil || !s.Writes.IsPending(s.owner.NamespacedName(), partOf(object)) {
		return found, err
	}
	return s.observeLive(ctx, object)
}

// observeCached is observe with the cache alone.
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

// get fills in an object by its name, and says whether it is there.
func get(ctx context.Context, reader client.Reader, object client.Object) (bool, error) {
	part := partOf(object)
	if err := reader.Get(ctx, part.Key, object); apierrors.IsNotFound(err) {
		return false, nil
	} else if err != nil {
		return false, fmt.Errorf("read %s: %w", part, err)
	}
	return true, nil
}

// recordRead records that an object was read from the cache. The error is ErrStale if the cache has an older state than was
// last written.
func (s *Session) recordRead(object client.Object) error {
	part := partOf(object)
	if stale := s.Writes.RecordRead(s.owner.NamespacedName(), part.Kind, object); stale != nil {
		return fmt.Errorf("%s: %w", part, stale)
	}
	return nil
}

// explain is ExplainConflict for a write of the session. After a conflict the next write asks again what the map says.
func (s *Session) explain(ctx context.Context, seen Seen, err error) error {
	if apierrors.IsConflict(err) {
		s.current.doubt()
	}
	return ExplainConflict(ctx, s.Live, seen, err)
}
