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

package apply

import (
	"fmt"
	"runtime/debug"
	"sync"

	"golang.org/x/sync/errgroup"
)

// atOnce calls f for each number below n, at most limit at the same time, and returns when all calls have returned. It
// repeats a panic of one call in the caller's goroutine, where controller-runtime recovers it.
func atOnce(limit, n int, f func(i int)) {
	var panicked any
	var once sync.Once
	var group errgroup.Group
	group.SetLimit(limit)
	for i := range n {
		group.Go(func() error {
			defer func() {
				if p := recover(); p != nil {
					once.Do(func() { panicked = fmt.Sprintf("%v\n%s", p, debug.Stack()) })
				}
			}()
			f(i)
			return nil
		})
	}
	_ = group.Wait() // f says itself what went wrong
	if panicked != nil {
		panic(panicked)
	}
}
