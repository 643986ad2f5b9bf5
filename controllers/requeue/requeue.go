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

// Package requeue triggers reconciles that no watch event triggers, and orders the queue of the maps' controller.
package requeue

import (
	"context"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/source"
)

// longestRetry bounds the backoff of a failing reconcile, which can be a revocation.
const longestRetry = time.Minute

// RateLimiter returns the rate limiter for retries.
func RateLimiter() workqueue.TypedRateLimiter[ctrl.Request] {
	return workqueue.NewTypedItemExponentialFailureRateLimiter[ctrl.Request](5*time.Millisecond, longestRetry)
}

// Soonest returns the shortest wait that is not 0. Like in ctrl.Result, 0 means never.
func Soonest(waits ...time.Duration) time.Duration {
	var soonest time.Duration
	for _, wait := range waits {
		if wait > 0 && (soonest == 0 || wait < soonest) {
			soonest = wait
		}
	}
	return soonest
}

// Requeuer adds requests to the queue of one controller. It keeps requests that it gets before the controller starts.
// It is safe for concurrent use.
//
// It also serves reconciles that fail, see Result. A request with a deadline, such as a revocation, must not wait
// because another write fails.
type Requeuer struct {
	priority int

	mu sync.Mutex
	// queue is nil until the controller starts. early has the requests until then.
	queue Queue
	early sets.Set[types.NamespacedName]
}

// New returns a Requeuer that adds requests with a priority, if the queue has priorities. The requests in atStart are
// added when the controller starts, even if their objects do not exist.
func New(priority int, atStart ...types.NamespacedName) *Requeuer {
	return &Requeuer{priority: priority, early: sets.New(atStart...)}
}

// Source returns a source for the controller, which connects the Requeuer to its queue before any worker starts.
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

// Now adds requests without delay.
func (r *Requeuer) Now(keys ...types.NamespacedName) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.queue == nil {
		r.early.Insert(keys...)
		return
	}
	r.add(0, keys)
}

// After adds requests after a delay. Like in ctrl.Result, 0 means never. Of several delays for one object the queue
// keeps the earliest. Before the controller has started, After does nothing, because a start reconciles everything.
func (r *Requeuer) After(wait time.Duration, keys ...types.NamespacedName) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if wait > 0 && r.queue != nil {
		r.add(wait, keys)
	}
}

// Result returns the return values of a reconcile. If wait is not 0, the reconcile is repeated after it, even if err is
// not nil. controller-runtime alone ignores the delay of a result if there is an error.
func (r *Requeuer) Result(key types.NamespacedName, wait time.Duration, err error) (ctrl.Result, error) {
	if err == nil {
		return ctrl.Result{RequeueAfter: wait, Priority: &r.priority}, nil
	}
	r.After(wait, key)
	return ctrl.Result{}, err
}

func (r *Requeuer) add(wait time.Duration, keys []types.NamespacedName) {
	for _, key := range keys {
		addAfter(r.queue, r.priority, wait, ctrl.Request{NamespacedName: key})
	}
}
