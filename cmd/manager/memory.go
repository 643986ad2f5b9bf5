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

// spareMemory takes an eighth off the limit that GOMEMLIMIT gives Go. In a container that is the container's own limit,
// because nothing can be subtracted there, and the kernel ends the program as soon as it is exceeded: there has to be
// some room left for what Go does not count, and for what comes in while garbage is collected. Without a limit it does nothing.
func spareMemory() {
	if limit := debug.SetMemoryLimit(-1); limit != math.MaxInt64 {
		debug.SetMemoryLimit(limit - limit/8)
	}
}
