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

package requeue_test

import (
	"fmt"
	"sync"
	"testing"

	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/requeue"
)

func request(namespace string, i int) ctrl.Request {
	return ctrl.Request{NamespacedName: types.NamespacedName{Namespace: namespace, Name: fmt.Sprintf("map-%d", i)}}
}

// newFairQueue returns the queue of a controller with the given number of workers.
func newFairQueue(t *testing.T, workers int) *requeue.FairQueue {
	t.Helper()
	queue, ok := requeue.NewFairQueue(workers, func(int) {})("test-"+t.Name(), requeue.RateLimiter()).(*requeue.FairQueue)
	if !ok {
		t.Fatal("it is another queue")
	}
	t.Cleanup(queue.ShutDown)
	return queue
}

// TestFairQueue lets one namespace use its whole share of the workers while many more of its requests wait. Requests of
// two other namespaces still start at once, the edit before the new map.
func TestFairQueue(t *testing.T) {
	t.Parallel()
	const workers, flood = 6, 500
	queue := newFairQueue(t, workers)
	for i := range flood {
		requeue.Add(queue, requeue.PriorityEdit, request("flood", i))
	}
	for range workers * 2 / 3 {
		if got, _ := queue.Get(); got.Namespace != "flood" {
			t.Fatalf("got %v", got)
		}
	}
	requeue.Add(queue, requeue.PriorityNew, request("new", 0))
	requeue.Add(queue, requeue.PriorityEdit, request("other", 0))
	for _, want := range []string{"other", "new"} {
		if got, _ := queue.Get(); got.Namespace != want {
			t.Errorf("got %v, want the request of namespace %s", got, want)
		}
	}
}

// TestHeldRequests checks the order of held requests: by priority, then by age. The highest priority of a request
// counts, even if it was first added with a lower one.
func TestHeldRequests(t *testing.T) {
	t.Parallel()
	held := 0
	queue, ok := requeue.NewFairQueue(2, func(more int) { held += more })("test-"+t.Name(), requeue.RateLimiter()).(*requeue.FairQueue)
	if !ok {
		t.Fatal("it is another queue")
	}
	t.Cleanup(queue.ShutDown)
	requeue.Add(queue, requeue.PriorityDue, request("a", 0))
	running, _ := queue.Get()
	for i, priority := range []int{requeue.PriorityStart, requeue.PriorityNew, requeue.PriorityStart, requeue.PriorityDue, requeue.PriorityNew} {
		requeue.Add(queue, priority, request("a", i+1))
	}
	// A worker that gets a request of another namespace finds the requests of this one first, and holds them.
	get := func(want ctrl.Request, priority int) {
		t.Helper()
		if got, with, _ := queue.GetWithPriority(); got != want || with != priority {
			t.Errorf("got %v with priority %d, want %v with %d", got, with, want, priority)
		}
	}
	requeue.Add(queue, requeue.PriorityStart-1, request("b", 0))
	get(request("b", 0), requeue.PriorityStart-1)
	if held != 5 {
		t.Errorf("%d requests are held, want 5", held)
	}
	requeue.Add(queue, requeue.PriorityDue+1, request("a", 3))
	for _, want := range []struct{ i, priority int }{
		{3, requeue.PriorityDue + 1}, {4, requeue.PriorityDue}, {2, requeue.PriorityNew}, {5, requeue.PriorityNew}, {1, requeue.PriorityStart},
	} {
		queue.Done(running)
		running = request("a", want.i)
		get(running, want.priority)
	}
	if held != 0 {
		t.Errorf("%d requests are held, want none", held)
	}
}

// TestHeldRequestKeepsItsPlace: a request that is put forward but gets no worker, because others have taken it, keeps
// its place.
func TestHeldRequestKeepsItsPlace(t *testing.T) {
	t.Parallel()
	queue := newFairQueue(t, 4)
	get := func(want ctrl.Request) {
		t.Helper()
		if got, _ := queue.Get(); got != want {
			t.Fatalf("got %v, want %v", got, want)
		}
	}
	for i := range 5 {
		requeue.Add(queue, requeue.PriorityDue, request("a", i))
	}
	get(request("a", 0))
	get(request("a", 1))
	requeue.Add(queue, requeue.PriorityNew, request("b", 0))
	// Get holds the other requests of a first.
	get(request("b", 0))
	requeue.Add(queue, requeue.PriorityEdit, request("c", 0))
	requeue.Add(queue, requeue.PriorityNew, request("d", 0))
	queue.Done(request("a", 0))
	get(request("c", 0))
	// Now map-2 is put forward, but gets no worker.
	get(request("d", 0))
	queue.Done(request("c", 0))
	queue.Done(request("d", 0))
	get(request("a", 2))
}

// TestUrgentRequests: an edit gets a worker although other maps of its namespace use its share.
func TestUrgentRequests(t *testing.T) {
	t.Parallel()
	queue := newFairQueue(t, 6)
	for i := range 10 {
		requeue.Add(queue, requeue.PriorityDue, request("a", i))
	}
	for range 3 {
		queue.Get()
	}
	requeue.Add(queue, requeue.PriorityEdit, request("a", 9))
	if got, _ := queue.Get(); got != request("a", 9) {
		t.Errorf("got %v, want the edit", got)
	}
}

// TestFairQueueLosesNothing makes workers process requests of three namespaces while some of the requests are added
// again.
func TestFairQueueLosesNothing(t *testing.T) {
	t.Parallel()
	const workers, each = 5, 300
	queue := newFairQueue(t, workers)
	var mu sync.Mutex
	running, again := make(map[ctrl.Request]bool), make(map[ctrl.Request]int)
	var left sync.WaitGroup
	left.Add(3 * each * 2)
	for range workers {
		go func() {
			for {
				got, shutdown := queue.Get()
				if shutdown {
					return
				}
				mu.Lock()
				if running[got] {
					t.Errorf("%v is handed out twice at the same time", got)
				}
				running[got] = true
				again[got]++
				first := again[got] == 1
				mu.Unlock()
				if first {
					requeue.Add(queue, requeue.PriorityEdit, got)
				}
				mu.Lock()
				delete(running, got)
				mu.Unlock()
				queue.Done(got)
				left.Done()
			}
		}()
	}
	for i := range each {
		for _, namespace := range []string{"a", "b", "c"} {
			requeue.Add(queue, requeue.PriorityNew, request(namespace, i))
		}
	}
	left.Wait()
}
