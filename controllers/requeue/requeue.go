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

// Package requeue has a controller reconcile an object although nothing that it watches has changed.
package requeue

import (
	"context"
	"sync/atomic"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/controller/priorityqueue"
	"sigs.k8s.io/controller-runtime/pkg/source"
)

// Requeuer adds objects to the queue of one controller. Several goroutines may use it. Until the controller starts it does
// nothing: the controller reconciles everything then.
//
// It is also for a reconcile that fails: controller-runtime ignores its RequeueAfter, and tries again after longer and longer
// waits. What is due at a moment, such as a revocation, must not wait for what cannot be written.
type Requeuer struct {
	priority int
	atStart  []types.NamespacedName
	queue    atomic.Pointer[workqueue.TypedRateLimitingInterface[ctrl.Request]]
}

// New returns a Requeuer that adds objects with a priority, as far as the queue knows any, and some of them when the controller
// starts, whether they exist or not.
func New(priority int, atStart ...types.NamespacedName) *Requeuer {
	return &Requeuer{priority: priority, atStart: atStart}
}

// Source is a source of the controller. It takes over the controller's queue when the controller starts, before any worker
// does.
func (r *Requeuer) Source() source.Source {
	return source.Func(func(_ context.Context, queue workqueue.TypedRateLimitingInterface[ctrl.Request]) error {
		r.queue.Store(&queue)
		r.Now(r.atStart...)
		return nil
	})
}

// Now has objects reconciled as soon as a worker is free.
func (r *Requeuer) Now(keys ...types.NamespacedName) { r.add(0, keys) }

// After has objects reconciled after a while. No time at all means never, as it does in ctrl.Result. Of several moments for
// one object the queue keeps the earliest.
func (r *Requeuer) After(wait time.Duration, keys ...types.NamespacedName) {
	if wait > 0 {
		r.add(wait, keys)
	}
}

func (r *Requeuer) add(wait time.Duration, keys []types.NamespacedName) {
	queue := r.queue.Load()
	if queue == nil {
		return
	}
	prioritized, ok := (*queue).(priorityqueue.PriorityQueue[ctrl.Request])
	for _, key := range keys {
		request := ctrl.Request{NamespacedName: key}
		if ok {
			prioritized.AddWithOpts(priorityqueue.AddOpts{After: wait, Priority: &r.priority}, request)
		} else {
			(*queue).AddAfter(request, wait)
		}
	}
}
