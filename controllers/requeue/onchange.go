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
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
)

// OnChange handles each change of an object. Before is nil for a new object, and after for a deleted one. Initial says that
// the object was there when the operator started.
type OnChange func(ctx context.Context, before, after client.Object, initial bool, queue Queue)

var _ handler.EventHandler = OnChange(nil)

// Create implements handler.EventHandler.
func (f OnChange) Create(ctx context.Context, e event.CreateEvent, queue Queue) {
	f(ctx, nil, e.Object, e.IsInInitialList, queue)
}

// Update implements handler.EventHandler.
func (f OnChange) Update(ctx context.Context, e event.UpdateEvent, queue Queue) {
	f(ctx, e.ObjectOld, e.ObjectNew, false, queue)
}

// Delete implements handler.EventHandler.
func (f OnChange) Delete(ctx context.Context, e event.DeleteEvent, queue Queue) {
	f(ctx, e.Object, nil, false, queue)
}

// Generic implements handler.EventHandler. There are no such events.
func (OnChange) Generic(context.Context, event.GenericEvent, Queue) {}
