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
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/controller/priorityqueue"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/requeue"
)

func request(namespace string, i int) ctrl.Request {
	return ctrl.Request{NamespacedName: types.NamespacedName{Namespace: namespace, Name: fmt.Sprintf("map-%d", i)}}
}

// newFairQueue returns a queue that has handed out one request. Everything that is added before the next Get is then in
// order.
func newFairQueue(t *testing.T) *requeue.FairQueue {
	t.Helper()
	queue, ok := requeue.NewFairQueue("test-"+t.Name(), requeue.RateLimiter()).(*requeue.FairQueue)
	if !ok {
		t.Fatal("it is another queue")
	}
	t.Cleanup(queue.ShutDown)
	return queue
}

// TestFairQueue has one author edit many maps, and another edit one map a moment later. A window of a third one ends.
func TestFairQueue(t *testing.T) {
	t.Parallel()
	const flood = 500
	queue := newFairQueue(t)
	for i := range flood {
		requeue.Add(queue, requeue.PriorityEdit, request("flood", i))
	}
	requeue.Add(queue, requeue.PriorityNew, request("new", 0))
	requeue.Add(queue, requeue.PriorityDue, request("due", 0))
	requeue.Add(queue, requeue.PriorityEdit, request("other", 0))
	position := make(map[string]int)
	for i := range flood + 3 {
		got, _, _ := queue.GetWithPriority()
		queue.Done(got)
		if _, ok := position[got.Namespace]; !ok || got.Namespace == "flood" {
			position[got.Namespace] = i
		}
	}
	if position["other"] > 2 {
		t.Errorf("the edit of another author comes after %d of the flood", position["other"])
	}
	if position["due"] > requeue.PriorityEdit {
		t.Errorf("what is due in another namespace comes after %d of the flood", position["due"])
	}
	if position["new"] < position["flood"] {
		t.Errorf("a new map, at %d, comes before an edit, at %d", position["new"], position["flood"])
	}
}

// TestBacklogEnds checks that a backlog ends when its requests are handed out, and that delayed requests do not count.
func TestBacklogEnds(t *testing.T) {
	t.Parallel()
	queue := newFairQueue(t)
	for i := range 20 {
		requeue.Add(queue, requeue.PriorityEdit, request("a", i))
	}
	for range 20 {
		got, _ := queue.Get()
		queue.Done(got)
	}
	for i := range 20 {
		priority := requeue.PriorityDue
		queue.AddWithOpts(priorityqueue.AddOpts{After: time.Hour, Priority: &priority}, request("a", i))
	}
	requeue.Add(queue, requeue.PriorityEdit, request("a", 100))
	if _, priority, _ := queue.GetWithPriority(); priority != requeue.PriorityEdit {
		t.Errorf("without a backlog the priority is %d, want %d", priority, requeue.PriorityEdit)
	}
}
