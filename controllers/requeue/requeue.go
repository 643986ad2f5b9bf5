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
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/controller/priorityqueue"
	"sigs.k8s.io/controller-runtime/pkg/source"
)

// longestRetry bounds how long a reconcile that fails is put off: what has failed can be a revocation.
const longestRetry = time.Minute

// RateLimiter says when a controller tries again a reconcile that has failed.
func RateLimiter() workqueue.TypedRateLimiter[ctrl.Request] {
	return workqueue.NewTypedItemExponentialFailureRateLimiter[ctrl.Request](5*time.Millisecond, longestRetry)
}

// Soonest returns the shortest of the times to wait that are not 0, or 0, which means never, as it does in ctrl.Result.
func Soonest(waits ...time.Duration) time.Duration {
	var soonest time.Duration
	for _, wait := range waits {
		if wait > 0 && (soonest == 0 || wait < soonest) {
			soonest = wait
		}
	}
	return soonest
}

// Requeuer adds objects to the queue of one controller. Several goroutines may use it. It keeps what it is given before the
// controller has started.
//
// It is also for a reconcile that fails: controller-runtime ignores its RequeueAfter, and tries again after longer and longer
// waits. What is due at a moment, such as a revocation, must not wait for what cannot be written.
type Requeuer struct {
	priority int

	mu sync.Mutex
	// queue is nil until the controller starts, and early is what was added until then.
	queue Queue
	early sets.Set[types.NamespacedName]
}

// New returns a Requeuer that adds objects with a priority, as far as the queue knows any, and some of them when the controller
// starts, whether they exist or not.
func New(priority int, atStart ...types.NamespacedName) *Requeuer {
	return &Requeuer{priority: priority, early: sets.New(atStart...)}
}

// Source is a source of the controller. It takes over the controller's queue when the controller starts, before any worker
// does.
func (r *Requeuer) Source() source.Source {
	return source.Func(func(_ context.Context, queue Queue) error {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.queue = queue
		r.add(0, r.early.UnsortedList())
		r.early = nil
		return nil
	})
}

// Now has objects reconciled as soon as a worker is free.
func (r *Requeuer) Now(keys ...types.NamespacedName) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.queue == nil {
		r.early.Insert(keys...)
		return
	}
	r.add(0, keys)
}

// After has objects reconciled after a while. No time at all means never, as it does in ctrl.Result. Of several moments for
// one object the queue keeps the earliest. Before the controller has started it does nothing, because a controller that
// starts reconciles everything.
func (r *Requeuer) After(wait time.Duration, keys ...types.NamespacedName) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if wait > 0 && r.queue != nil {
		r.add(wait, keys)
	}
}

func (r *Requeuer) add(wait time.Duration, keys []types.NamespacedName) {
	prioritized, ok := r.queue.(priorityqueue.PriorityQueue[ctrl.Request])
	for _, key := range keys {
		request := ctrl.Request{NamespacedName: key}
		if ok {
			prioritized.AddWithOpts(priorityqueue.AddOpts{After: wait, Priority: &r.priority}, request)
		} else {
			r.queue.AddAfter(request, wait)
		}
	}
}
