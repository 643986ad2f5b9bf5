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
	"sigs.k8s.io/controller-runtime/pkg/handler"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/requeue"
)

// outputEvents sets off a reconcile of the map that an output belongs to, unless it tells of a write of the operator's own.
// An output that the cache no longer shows may still be there without our label. A replica that waits to be elected notes none
// of them, because it removes none: the search at its election finds them.
func outputEvents(elected <-chan struct{}, applier *apply.Applier) handler.EventHandler {
	return handler.Funcs{
		CreateFunc: func(ctx context.Context, e event.CreateEvent, queue requeue.Queue) {
			priority := requeue.PriorityDue
			if e.IsInInitialList {
				priority = requeue.PriorityStart
			}
			if !applier.RecordEvent(e.Object, false) {
				enqueueMapsOf(ctx, e.Object, queue, priority)
			}
		},
		UpdateFunc: func(ctx context.Context, e event.UpdateEvent, queue requeue.Queue) {
			if !applier.RecordEvent(e.ObjectNew, false) {
				enqueueMapsOf(ctx, e.ObjectNew, queue, requeue.PriorityDue)
			}
		},
		DeleteFunc: func(ctx context.Context, e event.DeleteEvent, queue requeue.Queue) {
			if applier.RecordEvent(e.Object, true) {
				return
			}
			select {
			case <-elected:
				applier.RecordVanished(e.Object)
			default:
			}
			enqueueMapsOf(ctx, e.Object, queue, requeue.PriorityDue)
		},
	}
}

func enqueueMapsOf(ctx context.Context, object client.Object, queue requeue.Queue, priority int) {
	for _, request := range mapsOf(ctx, object) {
		requeue.Add(queue, priority, request)
	}
}

// mapsOf names the map that a change of an output concerns, by the output's name, which cannot change.
func mapsOf(_ context.Context, object client.Object) []ctrl.Request {
	key, ok := apply.MapOf(object)
	if !ok {
		return nil
	}
	return []ctrl.Request{{NamespacedName: key}}
}
