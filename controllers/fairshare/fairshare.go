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

// Package fairshare divides a fixed number of slots between tenants, so that none keeps another one waiting by asking for many.
package fairshare

import (
	"context"
	"slices"
	"sync"
)

// Slots are for what may be done at the same time. A tenant gets a slot as long as more slots are free than it has. So a tenant
// alone gets half of them, the next one half of the rest, and so on: with 16 slots one is free for whoever comes next until five
// tenants have all that they get. Slots are safe for concurrent use.
type Slots struct {
	mu   sync.Mutex
	free int
	used map[string]int
	// waiting are the calls of Acquire that no slot was left for, in the order in which they came.
	waiting []*waiter
}

// waiter is a call of Acquire. granted is closed once it has its slot.
type waiter struct {
	tenant  string
	granted chan struct{}
}

// New returns n slots.
func New(n int) *Slots { return &Slots{free: n, used: make(map[string]int)} }

// TryAcquire takes a slot for a tenant, if it gets one now. For what is urgent it gets one as long as it has less than twice as
// many as are free, which is up to two thirds of all.
func (s *Slots) TryAcquire(tenant string, urgent bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.take(tenant, urgent)
}

// Acquire takes a slot for a tenant as soon as it gets one. The error is that of a context that ends before.
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

// Release gives back a slot that the tenant has.
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

// abandon takes a call back that does not wait any longer.
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
