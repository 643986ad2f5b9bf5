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

	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/requeue"
)

// outputEvents sets off a reconcile of the map that an output belongs to, unless it tells of a write of the operator's own.
// An output that the cache no longer shows may still be there without our label. A replica that waits to be elected notes none
// of them, because it removes none: the search at its election finds them.
func outputEvents(elected <-chan struct{}, applier *apply.Applier) onChange {
	return func(_ context.Context, before, after client.Object, initial bool, queue requeue.Queue) {
		output, isDeleted := after, after == nil
		if isDeleted {
			output = before
		}
		if applier.RecordEvent(output, isDeleted) {
			return
		}
		if isDeleted && isElected(elected) {
			applier.RecordVanished(output)
		}
		priority := requeue.PriorityDue
		if initial {
			priority = requeue.PriorityStart
		}
		// The name says which map it is, and cannot change.
		if key, ok := apply.MapOf(output); ok {
			requeue.Add(queue, priority, ctrl.Request{NamespacedName: key})
		}
	}
}
