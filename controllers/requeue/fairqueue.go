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
)

// maxBacklog is how far the backlog of a namespace lowers the priority of its requests: behind what is due in other
// namespaces, because that can be a revocation too.
const maxBacklog = PriorityEdit

// FairQueue shares the workers of a controller between namespaces. The more requests of a namespace wait, the lower is
// the priority of its next ones. So a user who edits hundreds of maps delays the maps of their own namespace, and not a
// revocation in another one.
type FairQueue struct {
	priorityqueue.PriorityQueue[ctrl.Request]

	mu sync.Mutex
	// waiting has the waiting requests by namespace. Requests with PriorityStart do not count: after a start every map
	// has one, and they come last anyway.
	waiting map[string]map[ctrl.Request]struct{}
}

var _ priorityqueue.PriorityQueue[ctrl.Request] = (*FairQueue)(nil)

// NewFairQueue implements controller.Options.NewQueue.
func NewFairQueue(controllerName string, limiter workqueue.TypedRateLimiter[ctrl.Request]) Queue {
	return &FairQueue{
		PriorityQueue: priorityqueue.New(controllerName, func(o *priorityqueue.Opts[ctrl.Request]) {
			o.Log = ctrl.Log.WithValues("controller", controllerName)
			o.RateLimiter = limiter
		}),
		waiting: make(map[string]map[ctrl.Request]struct{}),
	}
}

// Add implements workqueue.TypedInterface.
func (q *FairQueue) Add(request ctrl.Request) { q.AddWithOpts(priorityqueue.AddOpts{}, request) }

// AddWithOpts implements priorityqueue.PriorityQueue. Delayed requests do not count.
func (q *FairQueue) AddWithOpts(o priorityqueue.AddOpts, requests ...ctrl.Request) {
	priority := PriorityNew
	if o.Priority != nil {
		priority = *o.Priority
	}
	if o.After > 0 || o.RateLimited || priority <= PriorityStart {
		q.PriorityQueue.AddWithOpts(o, requests...)
		return
	}
	for _, request := range requests {
		fair := priority - q.backlog(request)
		if priority > PriorityNew {
			// No backlog puts a revocation behind a new map.
			fair = max(fair, PriorityNew+1)
		}
		o.Priority = &fair
		q.PriorityQueue.AddWithOpts(o, request)
	}
}

// backlog counts a request, and returns how many other requests of its namespace wait, at most maxBacklog.
func (q *FairQueue) backlog(request ctrl.Request) int {
	q.mu.Lock()
	defer q.mu.Unlock()
	waiting := q.waiting[request.Namespace]
	if waiting == nil {
		waiting = make(map[ctrl.Request]struct{})
		q.waiting[request.Namespace] = waiting
	}
	waiting[request] = struct{}{}
	return min(len(waiting)-1, maxBacklog)
}

// Get implements workqueue.TypedInterface.
func (q *FairQueue) Get() (request ctrl.Request, shutdown bool) {
	request, _, shutdown = q.GetWithPriority()
	return request, shutdown
}

// GetWithPriority implements priorityqueue.PriorityQueue.
func (q *FairQueue) GetWithPriority() (request ctrl.Request, priority int, shutdown bool) {
	request, priority, shutdown = q.PriorityQueue.GetWithPriority()
	q.mu.Lock()
	defer q.mu.Unlock()
	delete(q.waiting[request.Namespace], request)
	if len(q.waiting[request.Namespace]) == 0 {
		delete(q.waiting, request.Namespace)
	}
	return request, priority, shutdown
}
