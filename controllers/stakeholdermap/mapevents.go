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

package stakeholdermap

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/metrics"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/requeue"
)

// mapEvents requeues a map that has changed, unless its event tells of a write of the operator's own, and notes when an edit is
// first seen. A replica that waits to be elected sees edits too, but it is not the one to put them in force.
func mapEvents(board *metrics.Board, elected <-chan struct{}, writes *apply.Writes) onChange {
	return func(ctx context.Context, before, after client.Object, initial bool, queue requeue.Queue) {
		if after != nil {
			key := client.ObjectKeyFromObject(after)
			if writes.RecordEvent(key, names.KindMap, after, false) {
				return
			}
			if m, ok := after.(*v1alpha1.StakeholderMap); ok && m.Generation != m.Status.ObservedGeneration && isElected(elected) {
				board.Pending(key)
			}
		}
		editsFirst(ctx, before, after, initial, queue)
	}
}

// editsFirst requeues a map that has changed.
func editsFirst(_ context.Context, before, after client.Object, initial bool, queue requeue.Queue) {
	switch {
	case after == nil:
		requeue.Add(queue, requeue.PriorityEdit, requestOf(before))
	case initial:
		requeue.Add(queue, requeue.PriorityStart, requestOf(after))
	case before != nil && (after.GetGeneration() != before.GetGeneration() || after.GetDeletionTimestamp() != nil):
		requeue.Add(queue, requeue.PriorityEdit, requestOf(after))
	default:
		requeue.Add(queue, requeue.PriorityNew, requestOf(after))
	}
}
