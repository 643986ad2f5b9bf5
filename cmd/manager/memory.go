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

package main

import (
	"context"
	"math"
	"runtime/debug"
	"runtime/metrics"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/manager"
)

// spareMemory lowers GOMEMLIMIT by an eighth. In a container GOMEMLIMIT is the container's limit, because a manifest
// cannot subtract, and the kernel kills the process above that limit. The difference is for memory that Go does not
// count, and for allocations during a garbage collection. Without a limit it does nothing.
func spareMemory() {
	if limit := debug.SetMemoryLimit(-1); limit != math.MaxInt64 {
		debug.SetMemoryLimit(limit - limit/8)
	}
}

const (
	// memoryInterval is the time between two checks of memoryReturn.
	memoryInterval = 3 * time.Second
	// littleAllocated is the maximum number of bytes allocated in an interval in which the operator counts as idle.
	littleAllocated = 4 << 20
	// leastReturned is the minimum number of bytes that a garbage collection must be able to return to be worth it.
	leastReturned = 8 << 20
)

// memoryReturn returns memory to the operating system when the operator becomes idle after a busy time, such as a
// start. Go itself keeps memory that it may need again: as much as is in use.
type memoryReturn struct{}

var _ manager.LeaderElectionRunnable = memoryReturn{}

// NeedLeaderElection implements manager.LeaderElectionRunnable. A replica that is not the leader has read as much into
// its caches.
func (memoryReturn) NeedLeaderElection() bool { return false }

// Start implements manager.Runnable.
func (memoryReturn) Start(ctx context.Context) error {
	ticker := time.NewTicker(memoryInterval)
	defer ticker.Stop()
	for before := readHeap(); ; before = readHeap() {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		if readHeap().isReturnedSince(before) {
			debug.FreeOSMemory()
		}
	}
}

// heap has sizes in bytes: allocated since the process started, in use or garbage, in use after the last collection,
// and free but not returned to the operating system.
type heap struct{ allocated, objects, live, free uint64 }

func readHeap() heap {
	samples := []metrics.Sample{
		{Name: "/gc/heap/allocs:bytes"}, {Name: "/memory/classes/heap/objects:bytes"},
		{Name: "/gc/heap/live:bytes"}, {Name: "/memory/classes/heap/free:bytes"},
	}
	metrics.Read(samples)
	return heap{samples[0].Value.Uint64(), samples[1].Value.Uint64(), samples[2].Value.Uint64(), samples[3].Value.Uint64()}
}

// isReturnedSince reports whether a collection is worth it now, one interval after before.
func (h heap) isReturnedSince(before heap) bool {
	garbage := h.objects - min(h.live, h.objects)
	return h.allocated-before.allocated <= littleAllocated && garbage+h.free >= max(leastReturned, h.live/8)
}
