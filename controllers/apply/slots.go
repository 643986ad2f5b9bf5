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
	"context"
	"fmt"

	"golang.org/x/sync/semaphore"
)

// Slots are for requests that are in flight at the same time, for all maps; the others wait in the order in which they
// came. An API server takes about 90 ms to write a Role or a RoleBinding, and mostly waits, so many at the same time cost it
// little. It refuses requests beyond some hundreds.
type Slots = semaphore.Weighted

// NewSlots returns so many.
func NewSlots(n int64) *Slots { return semaphore.NewWeighted(n) }

// request makes a request that writes, once there is a slot for it, and after the API server has said that the map is still as
// the reconcile has read it: see verify. Requests are not to be nested.
func (s *Session) request(ctx context.Context, do func() error) error {
	if s.Slots != nil {
		if err := s.Slots.Acquire(ctx, 1); err != nil {
			return fmt.Errorf("wait until fewer requests are under way: %w", err)
		}
		defer s.Slots.Release(1)
	}
	if err := s.verify(ctx); err != nil {
		return err
	}
	return do()
}
