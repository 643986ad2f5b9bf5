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
	"cmp"

	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/utils/third_party/forked/golang/btree"
	ctrl "sigs.k8s.io/controller-runtime"
)

// heldRequests are the requests of a namespace that wait because the namespace uses its share of the workers. As in the queue, each
// request occurs once, with its highest priority.
type heldRequests struct {
	byRequest map[ctrl.Request]heldRequest
	inOrder   *btree.BTree[heldRequest]
	// forward has the held requests that were added to the queue again and have not started yet.
	forward sets.Set[ctrl.Request]
	// count is the number of the next request. Numbers start at 1.
	count int
}

type heldRequest struct {
	ctrl.Request

	priority, number int
}

func newHeldRequests() *heldRequests {
	return &heldRequests{
		byRequest: make(map[ctrl.Request]heldRequest),
		forward:   sets.New[ctrl.Request](),
		count:     1,
		inOrder: btree.New(32, func(a, b heldRequest) bool {
			return cmp.Or(cmp.Compare(b.priority, a.priority), cmp.Compare(a.number, b.number)) < 0
		}),
	}
}

// add holds a request, and reports whether it is new. A held request keeps its position unless its priority rises.
func (h *heldRequests) add(request ctrl.Request, priority int) bool {
	had, ok := h.byRequest[request]
	if ok && had.priority >= priority {
		return false
	}
	h.inOrder.Delete(had)
	held := heldRequest{request, priority, h.count}
	h.count++
	h.byRequest[request] = held
	h.inOrder.ReplaceOrInsert(held)
	return !ok
}

// highest returns the higher one of a priority and that with which a request is held.
func (h *heldRequests) highest(request ctrl.Request, priority int) int {
	if held, ok := h.byRequest[request]; ok {
		return max(priority, held.priority)
	}
	return priority
}

// remove drops a request, and reports whether it was held.
func (h *heldRequests) remove(request ctrl.Request) bool {
	held, ok := h.byRequest[request]
	delete(h.byRequest, request)
	h.inOrder.Delete(held)
	return ok
}

// first returns the oldest request of the highest priority. The caller makes sure that there is one.
func (h *heldRequests) first() heldRequest {
	first, _ := h.inOrder.Min()
	return first
}

func (h *heldRequests) isEmpty() bool { return len(h.byRequest) == 0 }
