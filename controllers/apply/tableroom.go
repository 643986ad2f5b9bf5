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

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

const (
	// smallTable is how many bytes a table can have to be written without asking. Almost every one is small.
	smallTable = 64 << 10
	// LargeTables is how many larger tables are written at the same time. What is written exists some ten times: as text, as a
	// request, as the answer to it and as what the watch tells of it.
	LargeTables = 5
)

// roomFor waits until there is room to write an object. What it returns gives that back. It bounds the memory that is taken by
// tables that are being written: a table can have most of a megabyte, and be on its way to as many namespaces as there are maps
// reconciled, times fanOut. The room is shared between the namespaces of maps.
func (s *Session) roomFor(ctx context.Context, object client.Object) (release func(), err error) {
	table, ok := object.(*corev1.ConfigMap)
	if !ok {
		return func() {}, nil
	}
	bytes := 0
	for key, value := range table.Data {
		bytes += len(key) + len(value)
	}
	if bytes <= smallTable {
		return func() {}, nil
	}
	return acquireSlot(ctx, s.TableSlots, s.owner.Namespace)
}
