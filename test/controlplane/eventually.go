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

package controlplane

import (
	"testing"
	"time"
)

// Eventually calls check every 50 ms, the first time at once, until it returns nil, and ends the
// test when timeout passes first, with what and the last error of check.
//
// It stops early when the test's context is done. That context ends before cleanup functions run,
// so call WaitFor with another one there.
func Eventually(t testing.TB, timeout time.Duration, what string, check func() error) {
	t.Helper()
	if err := WaitFor(t.Context(), timeout, what, check); err != nil {
		t.Fatal(err)
	}
}
