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

package controllers

import (
	"context"
	"sync/atomic"
	"time"

	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/source"
)

// nudge has a controller look at something although nothing that it watches has changed. Before the controller runs
// it does nothing: everything is looked at then.
type nudge struct {
	queue atomic.Pointer[requestQueue]
}

// source hands the controller's queue over when it starts.
func (n *nudge) source() source.Source {
	return source.Func(func(_ context.Context, queue requestQueue) error {
		n.queue.Store(&queue)
		return nil
	})
}

// after has something looked at after a while. Of several moments for one key the queue keeps the earliest.
func (n *nudge) after(wait time.Duration, keys ...types.NamespacedName) {
	queue := n.queue.Load()
	if queue == nil {
		return
	}
	for _, key := range keys {
		(*queue).AddAfter(ctrl.Request{NamespacedName: key}, wait)
	}
}
