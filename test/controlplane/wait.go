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
	"context"
	"errors"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
)

// pollInterval is the time between two checks of a condition.
const pollInterval = 50 * time.Millisecond

// WaitFor calls check every 50 ms, the first time at once, until it returns nil.
//
// When timeout has passed or ctx is done, it fails with what, a phrase such as "the RoleBinding appears", and the last
// error of check. It does not interrupt a running check.
func WaitFor(ctx context.Context, timeout time.Duration, what string, check func() error) error {
	last := errors.New("never checked")
	err := wait.PollUntilContextTimeout(ctx, pollInterval, timeout, true, func(context.Context) (bool, error) {
		last = check()
		return last == nil, nil
	})
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("waiting until %s: %w; last: %w", what, ctx.Err(), last)
	default:
		return fmt.Errorf("waited %s until %s; last: %w", timeout, what, last)
	}
}
