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

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/requeue"
)

// editsFirst sets off a reconcile of a map that has changed.
type editsFirst struct{}

// Create implements handler.EventHandler.
func (editsFirst) Create(_ context.Context, e event.CreateEvent, queue requeue.Queue) {
	priority := requeue.PriorityNew
	if e.IsInInitialList {
		priority = requeue.PriorityStart
	}
	requeue.Add(queue, priority, requestOf(e.Object))
}

// Update implements handler.EventHandler.
func (editsFirst) Update(_ context.Context, e event.UpdateEvent, queue requeue.Queue) {
	priority := requeue.PriorityNew
	if e.ObjectNew.GetGeneration() != e.ObjectOld.GetGeneration() || e.ObjectNew.GetDeletionTimestamp() != nil {
		priority = requeue.PriorityEdit
	}
	requeue.Add(queue, priority, requestOf(e.ObjectNew))
}

// Delete implements handler.EventHandler.
func (editsFirst) Delete(_ context.Context, e event.DeleteEvent, queue requeue.Queue) {
	requeue.Add(queue, requeue.PriorityEdit, requestOf(e.Object))
}

// Generic implements handler.EventHandler. There are no such events.
func (editsFirst) Generic(context.Context, event.GenericEvent, requeue.Queue) {}

func requestOf(object client.Object) ctrl.Request {
	return ctrl.Request{NamespacedName: client.ObjectKeyFromObject(object)}
}
