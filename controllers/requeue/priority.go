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

package requeue

import (
	"time"

	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/controller/priorityqueue"
	"sigs.k8s.io/controller-runtime/pkg/handler"
)

// Priorities in the queue of maps. Changes that can revoke rights come before new maps. New maps come before maps that are
// reconciled only because the operator has started or the policy has changed. A retry keeps its priority.
const (
	// PriorityEdit is for a map that was edited or deleted.
	PriorityEdit = 20
	// PriorityDue is for a namespace that has changed, and for timers, such as the end of a window.
	PriorityDue = 10
	// PriorityNew is for everything else, such as new maps.
	PriorityNew = 0
	// PriorityStart is for maps that probably need no change.
	PriorityStart = handler.LowPriority
)

// Queue is the queue of a controller.
type Queue = workqueue.TypedRateLimitingInterface[ctrl.Request]

// Add adds a request to a queue, with a priority if the queue has priorities.
func Add(queue Queue, priority int, request ctrl.Request) { addAfter(queue, priority, 0, request) }

func addAfter(queue Queue, priority int, wait time.Duration, request ctrl.Request) {
	if prioritized, ok := queue.(priorityqueue.PriorityQueue[ctrl.Request]); ok {
		prioritized.AddWithOpts(priorityqueue.AddOpts{After: wait, Priority: &priority}, request)
		return
	}
	queue.AddAfter(request, wait)
}
