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

// Package fairshare divides a fixed number of slots between tenants, so that a tenant with many requests does not block others.
package fairshare

import (
	"context"
	"slices"
	"sync"
)

// Slots limit concurrent work. A tenant can take a slot while more slots are free than it uses. A single tenant
// therefore gets at most half of the slots, the next one half of the rest, and so on. With 16 slots, five tenants can
// use all of them. Slots are safe for concurrent use.
type Slots struct {
	mu   sync.Mutex
	free int
	used map[string]int
	// waiting has the pending calls of Acquire, oldest first.
	waiting []*waiter
}

// waiter is a call of Acquire. granted is closed once it has its slot.
type waiter struct {
	tenant  string
	granted chan struct{}
}

// New returns n slots.
func New(n int) *Slots { return &Slots{free: n, used: make(map[string]int)} }

// TryAcquire takes a slot for a tenant and returns true, or returns false if the tenant has its share. Urgent work can take a slot
// while the tenant uses less than twice the free slots, which is up to two thirds of all slots.
func (s *Slots) TryAcquire(tenant string, urgent bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.take(tenant, urgent)
}

// Acquire waits until the tenant can take a slot that is not urgent, and takes it. It returns the cause of ctx if ctx ends first.
func (s *Slots) Acquire(ctx context.Context, tenant string) error {
	s.mu.Lock()
	if s.take(tenant, false) {
		s.mu.Unlock()
		return nil
	}
	w := &waiter{tenant: tenant, granted: make(chan struct{})}
	s.waiting = append(s.waiting, w)
	s.mu.Unlock()
	select {
	case <-w.granted:
		return nil
	case <-ctx.Done():
		s.abandon(w)
		return context.Cause(ctx)
	}
}

// Release returns a slot that the tenant has taken.
func (s *Slots) Release(tenant string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.release(tenant)
}

// Gets says whether TryAcquire would succeed now.
func (s *Slots) Gets(tenant string, urgent bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.gets(tenant, urgent)
}

func (s *Slots) gets(tenant string, urgent bool) bool {
	if urgent {
		return s.used[tenant] < 2*s.free
	}
	return s.used[tenant] < s.free
}

func (s *Slots) take(tenant string, urgent bool) bool {
	if !s.gets(tenant, urgent) {
		return false
	}
	s.used[tenant]++
	s.free--
	return true
}

func (s *Slots) release(tenant string) {
	s.free++
	s.used[tenant]--
	if s.used[tenant] == 0 {
		delete(s.used, tenant)
	}
	s.waiting = slices.DeleteFunc(s.waiting, func(w *waiter) bool {
		taken := s.take(w.tenant, false)
		if taken {
			close(w.granted)
		}
		return taken
	})
}

// abandon ends a call of Acquire whose context has ended.
func (s *Slots) abandon(w *waiter) {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-w.granted:
		s.release(w.tenant)
	default:
		s.waiting = slices.DeleteFunc(s.waiting, func(other *waiter) bool { return other == w })
	}
}
