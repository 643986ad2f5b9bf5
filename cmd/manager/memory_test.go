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
	"runtime/debug"
	"testing"
)

// TestSpareMemory gives Go the limits that a container can have.
func TestSpareMemory(t *testing.T) {
	before := debug.SetMemoryLimit(-1)
	t.Cleanup(func() { debug.SetMemoryLimit(before) })
	for limit, want := range map[int64]int64{512 << 20: 448 << 20, math.MaxInt64: math.MaxInt64} {
		debug.SetMemoryLimit(limit)
		spareMemory()
		if got := debug.SetMemoryLimit(-1); got != want {
			t.Errorf("of %d bytes Go may use %d, want %d", limit, got, want)
		}
	}
}

// TestReturnMemory uses a heap with more or less garbage, after a busy or an idle interval.
func TestReturnMemory(t *testing.T) {
	t.Parallel()
	const mib = 1 << 20
	before := heap{allocated: 1000 * mib}
	for name, tc := range map[string]struct {
		heap heap
		want bool
	}{
		"garbage":                     {heap{1001 * mib, 48 * mib, 40 * mib, 0}, true},
		"free memory":                 {heap{1001 * mib, 40 * mib, 40 * mib, 8 * mib}, true},
		"both":                        {heap{1001 * mib, 43 * mib, 40 * mib, 5 * mib}, true},
		"little":                      {heap{1001 * mib, 10 * mib, 5 * mib, 2 * mib}, false},
		"little beside what is live":  {heap{1001 * mib, 420 * mib, 400 * mib, 20 * mib}, false},
		"the operator has much to do": {heap{1020 * mib, 60 * mib, 40 * mib, 20 * mib}, false},
		"live is of a collection since, which freed some": {heap{1001 * mib, 40 * mib, 50 * mib, 5 * mib}, false},
	} {
		if got := tc.heap.isReturnedSince(before); got != tc.want {
			t.Errorf("%s: got %t", name, got)
		}
	}
}

// TestReadHeap checks that the runtime has metrics of these names.
func TestReadHeap(t *testing.T) {
	t.Parallel()
	if h := readHeap(); h.allocated == 0 || h.objects == 0 {
		t.Errorf("got %+v", h)
	}
}
