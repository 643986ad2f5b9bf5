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
	"sync"

	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/controller/priorityqueue"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/fairshare"
)

// FairQueue shares the workers of a controller between namespaces, which are its tenants: see fairshare.Slots. A user who edits
// hundreds of maps, or whose maps concern hundreds of namespaces, delays the maps of their own namespace, and not a revocation in
// another one.
//
// A request that waits for a share is held outside of the queue, whose metrics do not count it.
type FairQueue struct {
	priorityqueue.PriorityQueue[ctrl.Request]

	workers *fairshare.Slots

	mu sync.Mutex
	// held is by namespace.
	held map[string]*heldRequests
}

var _ priorityqueue.PriorityQueue[ctrl.Request] = (*FairQueue)(nil)

// NewFairQueue returns a value for controller.Options.NewQueue of a controller with so many workers.
func NewFairQueue(workers int) func(controllerName string, limiter workqueue.TypedRateLimiter[ctrl.Request]) Queue {
	return func(controllerName string, limiter workqueue.TypedRateLimiter[ctrl.Request]) Queue {
		return &FairQueue{
			PriorityQueue: priorityqueue.New(controllerName, func(o *priorityqueue.Opts[ctrl.Request]) {
				o.Log = ctrl.Log.WithValues("controller", controllerName)
				o.RateLimiter = limiter
			}),
			workers: fairshare.New(workers),
			held:    make(map[string]*heldRequests),
		}
	}
}

// Get implements workqueue.TypedInterface.
func (q *FairQueue) Get() (request ctrl.Request, shutdown bool) {
	request, _, shutdown = q.GetWithPriority()
	return request, shutdown
}

// GetWithPriority implements priorityqueue.PriorityQueue.
func (q *FairQueue) GetWithPriority() (request ctrl.Request, priority int, shutdown bool) {
	for {
		request, priority, shutdown = q.PriorityQueue.GetWithPriority()
		if shutdown {
			return request, priority, true
		}
		if priority, started := q.start(request, priority); started {
			return request, priority, false
		}
	}
}

// start takes a share of the workers for a request. If its namespace gets none, the request is held.
func (q *FairQueue) start(request ctrl.Request, priority int) (highest int, started bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	held := q.held[request.Namespace]
	if q.workers.TryAcquire(request.Namespace) {
		if held != nil {
			priority = held.remove(request, priority)
			q.forgetEmpty(request.Namespace)
		}
		return priority, true
	}
	if held == nil {
		held = newHeldRequests()
		q.held[request.Namespace] = held
	}
	held.add(request, priority)
	// The queue can hand it out again, in case it comes with a higher priority.
	q.PriorityQueue.Done(request)
	return 0, false
}

// Done implements workqueue.TypedInterface.
func (q *FairQueue) Done(request ctrl.Request) {
	q.PriorityQueue.Done(request)
	q.mu.Lock()
	defer q.mu.Unlock()
	q.workers.Release(request.Namespace)
	// Other namespaces may get more too. Each gets one more now, and perhaps another one when the next request is done. Whoever
	// takes the request out of the queue finds out whether there still is a share for it.
	for namespace, held := range q.held {
		if q.workers.Gets(namespace) {
			first := held.removeFirst()
			q.AddWithOpts(priorityqueue.AddOpts{Priority: &first.priority}, first.Request)
			q.forgetEmpty(namespace)
		}
	}
}

func (q *FairQueue) forgetEmpty(namespace string) {
	if q.held[namespace].isEmpty() {
		delete(q.held, namespace)
	}
}
