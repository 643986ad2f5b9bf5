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
	"fmt"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/fairshare"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

// request waits for a slot, verifies that the map has not changed since the reconcile read it (see verify), and then
// makes a write request. Do not nest calls: each takes a slot.
func (s *Session) request(ctx context.Context, do func() error) error {
	release, err := acquireSlot(ctx, s.Slots, s.owner.Namespace)
	if err != nil {
		return err
	}
	defer release()
	if err := s.verify(ctx); err != nil {
		return err
	}
	return do()
}

// acquireSlot waits for a slot for a request about a map in a namespace, and returns a function that releases it.
func acquireSlot(ctx context.Context, slots *fairshare.Slots, namespace string) (release func(), err error) {
	if slots == nil {
		return func() {}, nil
	}
	if err := slots.Acquire(ctx, namespace); err != nil {
		return nil, fmt.Errorf("wait until fewer requests, or fewer of large routing tables, are under way: %w", err)
	}
	return func() { slots.Release(namespace) }, nil
}

// freshnessTTL is how long a successful verify stays valid. A session with many namespaces can take a while. An edit in
// the meantime may revoke rights that the rest of the session would still give.
const freshnessTTL = time.Second

// current remembers whether the map is unchanged since the reconcile read it. The zero value is ready for use. It is
// safe for concurrent use.
type current struct {
	mu sync.Mutex
	// verified is when the map was last found unchanged, or zero.
	verified time.Time
	// stale is set once the map was found changed. It stays set, because a generation never comes back.
	stale error
}

// doubt makes the next write verify the map again.
func (c *current) doubt() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.verified = time.Time{}
}

// consents asks the API server whether a target namespace still takes part, before a subject gets a right there. The
// cache may be stale, and another replica may already have removed the right. The error is ErrConsentWithdrawn if the
// namespace does not take part, ErrNamespaceTerminating, or that of the request.
func (s *Session) consents(ctx context.Context, namespace string, takesPart func(metav1.Object) bool) error {
	ns := &metav1.PartialObjectMetadata{}
	ns.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind("Namespace"))
	if err := s.Live.Get(ctx, types.NamespacedName{Name: namespace}, ns); apierrors.IsNotFound(err) {
		return ErrNamespaceTerminating
	} else if err != nil {
		return fmt.Errorf("read namespace %s: %w", namespace, err)
	}
	if ns.DeletionTimestamp != nil {
		return ErrNamespaceTerminating
	}
	if !takesPart(ns) {
		return fmt.Errorf("namespace %s: %w", namespace, ErrConsentWithdrawn)
	}
	return nil
}

// ReadMap reads the metadata of a map, which is empty if the map is not found.
func ReadMap(ctx context.Context, reader client.Reader, key types.NamespacedName) (m *metav1.PartialObjectMetadata, found bool, err error) {
	m = &metav1.PartialObjectMetadata{}
	m.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind(names.KindMap))
	err = reader.Get(ctx, key, m)
	if client.IgnoreNotFound(err) != nil {
		return nil, false, fmt.Errorf("read StakeholderMap %s: %w", key, err)
	}
	return m, err == nil, nil
}

// verify asks the API server whether the session has the latest generation of the map. It asks before the first write
// of a session, and again after freshnessTTL. A watch can stop without an error, and an operator that has lost its
// lease can go on for a while. Neither may enforce an older edit again. The error is ErrStale, or that of the request.
//
// verify does not stop a request that is already under way. Such a request has the resource version of the observed
// object, and a conflict makes the next write verify again.
func (s *Session) verify(ctx context.Context) error {
	s.current.mu.Lock()
	defer s.current.mu.Unlock()
	if s.current.stale != nil {
		return s.current.stale
	}
	if time.Since(s.current.verified) < freshnessTTL {
		return nil
	}
	asked := time.Now()
	key := s.owner.NamespacedName()
	live, _, err := ReadMap(ctx, s.Live, key)
	if err != nil {
		return err
	}
	if live.UID != s.owner.UID || live.Generation > s.generation {
		s.current.stale = fmt.Errorf("StakeholderMap %s: %w", key, ErrStale)
		return s.current.stale
	}
	s.current.verified = asked
	return nil
}
