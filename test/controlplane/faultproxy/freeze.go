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

package faultproxy

import (
	"slices"
	"sync"
	"sync/atomic"
)

// Freeze stops watches from sending events, so that a cache that relies on them becomes stale.
type Freeze struct {
	match Match
	// thawed is closed by Thaw.
	thawed chan struct{}
	once   sync.Once
	// holding counts the streams with events to send.
	holding atomic.Int32
	proxy   *Proxy
}

// Freeze holds back the events, and the ends, of the watches that match picks, both of those under way and of later
// ones: the proxy opens those, but they send nothing. Nothing that is committed after Freeze has returned reaches their
// clients before Thaw.
//
// It affects only watches, even if match picks other requests. If a client must not get the current state by a get or
// list either, inject Hold for Verbs("get", "list"). client-go's informers use a watch that begins with a list
// (sendInitialEvents), which is frozen like any other watch.
//
// Events that are held back wait in the buffers of sockets, which hold a few hundred kilobytes. The API server may end
// a watch with more events than that.
func (p *Proxy) Freeze(match Match) *Freeze {
	freeze := &Freeze{match: match, thawed: make(chan struct{}), proxy: p}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.freezes = append(p.freezes, freeze)
	return freeze
}

// Thaw sends everything that was held back, in order. It may be called several times.
func (f *Freeze) Thaw() {
	f.once.Do(func() {
		f.proxy.mu.Lock()
		defer f.proxy.mu.Unlock()
		// Not in place: a stream may be reading the list.
		f.proxy.freezes = slices.DeleteFunc(slices.Clone(f.proxy.freezes), func(other *Freeze) bool { return other == f })
		close(f.thawed)
	})
}

// Holding is how many of the held watches have events to send. If it is 1 or more, a client is behind, unless the event
// is only a bookmark, which a watch gets about once a minute.
func (f *Freeze) Holding() int { return int(f.holding.Load()) }

// frozen is a freeze that a watch is in, or nil.
func (p *Proxy) frozen(request Request) *Freeze {
	p.mu.Lock()
	freezes := p.freezes
	p.mu.Unlock()
	for _, freeze := range freezes {
		if freeze.match.picks(request) {
			return freeze
		}
	}
	return nil
}
