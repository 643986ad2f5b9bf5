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
	// memoryInterval is how often memoryReturn looks.
	memoryInterval = 3 * time.Second
	// littleAllocated is how many bytes the operator allocates at most in an interval in which it has little to do.
	littleAllocated = 4 << 20
	// leastReturned is for how many bytes a collection is worth it.
	leastReturned = 8 << 20
)

// memoryReturn gives memory back to the operating system when the operator has little to do after it had much, as after a
// start. Go itself keeps what it may need again, which is as much as is in use.
type memoryReturn struct{}

var _ manager.LeaderElectionRunnable = memoryReturn{}

// NeedLeaderElection implements manager.LeaderElectionRunnable. A replica that waits to be elected has read as much.
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

// heap is how many bytes have been allocated since the process started, are in use or garbage, were in use after the last
// collection, and are free and not returned.
type heap struct{ allocated, objects, live, free uint64 }

func readHeap() heap {
	samples := []metrics.Sample{
		{Name: "/gc/heap/allocs:bytes"}, {Name: "/memory/classes/heap/objects:bytes"},
		{Name: "/gc/heap/live:bytes"}, {Name: "/memory/classes/heap/free:bytes"},
	}
	metrics.Read(samples)
	return heap{samples[0].Value.Uint64(), samples[1].Value.Uint64(), samples[2].Value.Uint64(), samples[3].Value.Uint64()}
}

// isReturnedSince says whether a collection now is worth it, an interval later.
func (h heap) isReturnedSince(before heap) bool {
	garbage := h.objects - min(h.live, h.objects)
	return h.allocated-before.allocated <= littleAllocated && garbage+h.free >= max(leastReturned, h.live/8)
}
