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
