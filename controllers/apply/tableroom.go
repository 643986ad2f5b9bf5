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
	"sync"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/fairshare"
)

const (
	// smallTable is how many bytes a table can have to be written without asking. Almost every one is small.
	smallTable = 64 << 10
	// largeTables is how many larger tables are written at the same time. What is written exists some ten times: as text, as a
	// request, as the answer to it and as what the watch tells of it.
	largeTables = 5
)

// tableRoom bounds the memory that is taken by tables that are being written: a table can have most of a megabyte, and be on
// its way to as many namespaces as there are maps reconciled, times fanOut. The room is shared between the namespaces of maps.
// The zero value is ready for use by several goroutines.
type tableRoom struct {
	once  sync.Once
	slots *fairshare.Slots
}

// take waits until there is room for a table of a namespace's map. What it returns gives that back. The error is the context's.
func (r *tableRoom) take(ctx context.Context, namespace string, data map[string]string) (release func(), err error) {
	bytes := 0
	for key, value := range data {
		bytes += len(key) + len(value)
	}
	if bytes <= smallTable {
		return func() {}, nil
	}
	r.once.Do(func() { r.slots = fairshare.New(largeTables) })
	if err := r.slots.Acquire(ctx, namespace); err != nil {
		return nil, fmt.Errorf("wait for room to write a routing table: %w", err)
	}
	return func() { r.slots.Release(namespace) }, nil
}
