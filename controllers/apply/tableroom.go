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
	// smallTable is the maximum size in bytes of a table that needs no slot. Almost all tables are that small.
	smallTable = 64 << 10
	// LargeTables is the maximum number of larger tables written at the same time. Each write holds about ten copies of
	// a table in memory: the text, the request, the answer and the watch event.
	LargeTables = 5
)

// roomFor waits for a slot if an object is a large table, and returns a function that releases it. This bounds the
// memory for tables that are being written. A table can have almost a megabyte. Without the bound, each concurrent
// reconcile could write it to fanOut namespaces at the same time. The namespaces of maps share the slots.
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
