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
	"math"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"testing"
	"time"
)

func TestCollectLate(t *testing.T) { //nolint:paralleltest // it changes how the process collects garbage
	percent, limit := debug.SetGCPercent(100), debug.SetMemoryLimit(-1)
	t.Cleanup(func() {
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(limit)
	})
	collectLate()
	if got := growthNow(); got != math.MaxUint64 {
		t.Fatalf("before the first collection the heap may grow by %d%%, and not without bound", got)
	}
	deadline := time.Now().Add(time.Minute)
	for growthNow() != growth {
		if time.Now().After(deadline) {
			t.Fatalf("after a collection the heap may grow by %d%%, want %d%%", growthNow(), growth)
		}
		runtime.GC()
	}
}

func growthNow() uint64 {
	sample := []metrics.Sample{{Name: "/gc/gogc:percent"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
