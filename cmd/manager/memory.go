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
)

// spareMemory lowers GOMEMLIMIT by an eighth. In a container GOMEMLIMIT is the container's limit, because a manifest
// cannot subtract, and the kernel kills the process above that limit. The difference is for memory that Go does not
// count, and for allocations during a garbage collection. Without a limit it does nothing.
func spareMemory() {
	if limit := debug.SetMemoryLimit(-1); limit != math.MaxInt64 {
		debug.SetMemoryLimit(limit - limit/8)
	}
}
