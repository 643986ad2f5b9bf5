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
	"time"

	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/source"
)

// alarm has a map looked at again at a moment even if this look has failed. What a failed reconcile asks
// for besides is ignored, and it is tried again ever more rarely, up to a quarter of an hour apart: a window
// must not stay open for that long because something else of the map cannot be written.
type alarm struct {
	queue interface {
		AddAfter(request ctrl.Request, after time.Duration)
	}
}

// source hands the controller's queue over when it starts, before any worker does.
func (a *alarm) source() source.Source {
	return source.Func(func(_ context.Context, queue workqueue.TypedRateLimitingInterface[ctrl.Request]) error {
		a.queue = queue
		return nil
	})
}

// set rings after a while, or not at all after no time. Of several moments for one map the queue keeps the
// earliest.
func (a *alarm) set(request ctrl.Request, after time.Duration) {
	if a != nil && after > 0 {
		a.queue.AddAfter(request, after)
	}
}
