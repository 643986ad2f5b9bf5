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

package controllers

import (
	"context"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/priorityqueue"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
)

// Priorities in the queue of maps. Changes that can revoke rights come before new maps, and these before what is only looked
// at because the operator has started or the policy has changed. A reconcile that is tried again keeps its priority.
const (
	// priorityEdit is for a map that was edited or deleted.
	priorityEdit = 20
	// priorityDue is for a namespace that has changed, and for what is due at a moment, such as the end of a window.
	priorityDue = 10
	// priorityNew is for everything else, new maps among it.
	priorityNew = 0
	// priorityStart is for what is most likely as it should be.
	priorityStart = handler.LowPriority
)

// enqueue adds a request with a priority.
func enqueue(queue requestQueue, priority int, request ctrl.Request) {
	if prioritized, ok := queue.(priorityqueue.PriorityQueue[ctrl.Request]); ok {
		prioritized.AddWithOpts(priorityqueue.AddOpts{Priority: &priority}, request)
		return
	}
	queue.Add(request)
}

// editsFirst sets off a reconcile of a map that has changed.
type editsFirst struct{}

// Create implements handler.EventHandler.
func (editsFirst) Create(_ context.Context, e event.CreateEvent, queue requestQueue) {
	priority := priorityNew
	if e.IsInInitialList {
		priority = priorityStart
	}
	enqueue(queue, priority, requestOf(e.Object))
}

// Update implements handler.EventHandler.
func (editsFirst) Update(_ context.Context, e event.UpdateEvent, queue requestQueue) {
	priority := priorityNew
	if e.ObjectNew.GetGeneration() != e.ObjectOld.GetGeneration() || e.ObjectNew.GetDeletionTimestamp() != nil {
		priority = priorityEdit
	}
	enqueue(queue, priority, requestOf(e.ObjectNew))
}

// Delete implements handler.EventHandler.
func (editsFirst) Delete(_ context.Context, e event.DeleteEvent, queue requestQueue) {
	enqueue(queue, priorityEdit, requestOf(e.Object))
}

// Generic is for events that nobody sends.
func (editsFirst) Generic(context.Context, event.GenericEvent, requestQueue) {}

func requestOf(object client.Object) ctrl.Request {
	return ctrl.Request{NamespacedName: client.ObjectKeyFromObject(object)}
}
