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

// FairQueue shares the workers of a controller between namespaces: see fairshare.Slots. A user may edit hundreds of
// maps, or write maps that select hundreds of namespaces. That delays maps of the same namespace, but no revocation in
// another one. Requests with PriorityEdit or more are urgent, so they also start while other maps of their namespace
// use its share.
//
// FairQueue holds a request outside of the queue while its namespace uses its share. The metrics of the queue do not count it.
type FairQueue struct {
	priorityqueue.PriorityQueue[ctrl.Request]

	workers *fairshare.Slots
	// heldChanged is called with the change of the number of held requests.
	heldChanged func(more int)

	mu sync.Mutex
	// held is by namespace.
	held map[string]*heldRequests
}

var _ priorityqueue.PriorityQueue[ctrl.Request] = (*FairQueue)(nil)

// NewFairQueue returns a value for controller.Options.NewQueue. Workers is the number of the controller's workers. HeldChanged is
// called with the change of the number of held requests.
func NewFairQueue(workers int, heldChanged func(more int)) func(string, workqueue.TypedRateLimiter[ctrl.Request]) Queue {
	return func(controllerName string, limiter workqueue.TypedRateLimiter[ctrl.Request]) Queue {
		return &FairQueue{
			PriorityQueue: priorityqueue.New(controllerName, func(o *priorityqueue.Opts[ctrl.Request]) {
				o.Log = ctrl.Log.WithValues("controller", controllerName)
				o.RateLimiter = limiter
			}),
			workers:     fairshare.New(workers),
			heldChanged: heldChanged,
			held:        make(map[string]*heldRequests),
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

// start reserves a worker for a request, or holds the request if its namespace uses its share. It returns the highest priority with
// which the request was added.
func (q *FairQueue) start(request ctrl.Request, priority int) (highest int, started bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	held := q.held[request.Namespace]
	if held != nil {
		defer q.putForward(request.Namespace)
		held.forward.Delete(request)
		priority = held.highest(request, priority)
	}
	if q.workers.TryAcquire(request.Namespace, isUrgent(priority)) {
		if held != nil && held.remove(request) {
			q.heldChanged(-1)
		}
		return priority, true
	}
	if held == nil {
		held = newHeldRequests()
		q.held[request.Namespace] = held
	}
	if held.add(request, priority) {
		q.heldChanged(1)
	}
	// Unlock the key, so that an event with a higher priority can start it.
	q.PriorityQueue.Done(request)
	return priority, false
}

// Done implements workqueue.TypedInterface.
func (q *FairQueue) Done(request ctrl.Request) {
	q.PriorityQueue.Done(request)
	q.mu.Lock()
	defer q.mu.Unlock()
	q.workers.Release(request.Namespace)
	// The free worker can also raise the share of other namespaces.
	for namespace := range q.held {
		q.putForward(namespace)
	}
}

// putForward adds the first held request of a namespace to the queue if the namespace can use a worker. The request stays held until
// it starts, because another request can take that worker first.
func (q *FairQueue) putForward(namespace string) {
	held := q.held[namespace]
	if held.isEmpty() {
		delete(q.held, namespace)
		return
	}
	first := held.first()
	if !held.forward.Has(first.Request) && q.workers.Gets(namespace, isUrgent(first.priority)) {
		held.forward.Insert(first.Request)
		q.AddWithOpts(priorityqueue.AddOpts{Priority: &first.priority}, first.Request)
	}
}

// isUrgent says whether a request of this priority may revoke rights.
func isUrgent(priority int) bool { return priority >= PriorityEdit }
