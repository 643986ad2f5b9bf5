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
	"runtime"
	"runtime/debug"
)

const (
	// firstCollection is the memory at which the first garbage collection begins.
	firstCollection = 64 << 20
	// growth is by how much the heap may grow after a collection until the next one, in percent of what is in use. Go's own
	// 100 takes half as long again for a folder of many maps.
	growth = 400
	// largeHeap is the memory from which on garbage is collected more often than that.
	largeHeap = 208 << 20
)

// collectLate puts the first garbage collection off until a command has taken some memory: a command that is over in a
// fraction of a second is a third faster without one.
func collectLate() {
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(firstCollection)
	firstGarbage := new(struct{ _ *byte })
	runtime.AddCleanup(firstGarbage, func(percent int) {
		debug.SetMemoryLimit(largeHeap)
		debug.SetGCPercent(percent)
	}, growth)
}
