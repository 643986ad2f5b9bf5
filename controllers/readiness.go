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
	"errors"
	"net/http"
	"sync"

	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/source"
)

// canary is a request for no map: that a worker answers it is the proof that workers run.
var canary = ctrl.Request{}

var (
	errCachesNotSynced = errors.New("the caches are not synced yet")
	errWorkersNotRun   = errors.New("elected, but the workers do not run yet")
)

// readiness knows whether the reconciler can do its work.
type readiness struct {
	informers []*servedInformer
	elected   <-chan struct{}
	once      sync.Once
	working   chan struct{}
}

func newReadiness(elected <-chan struct{}, informers []*servedInformer) *readiness {
	return &readiness{informers: informers, elected: elected, working: make(chan struct{})}
}

// source puts the canary into the controller's queue when it starts.
func (*readiness) source() source.Source {
	return source.Func(func(_ context.Context, queue workqueue.TypedRateLimitingInterface[ctrl.Request]) error {
		queue.Add(canary)
		return nil
	})
}

// whenWorking calls f in the elected replica once workers run, so that what it enqueues is not lost.
func (r *readiness) whenWorking(f func(context.Context)) manager.RunnableFunc {
	return func(ctx context.Context) error {
		select {
		case <-r.working:
			f(ctx)
		case <-ctx.Done():
		}
		return nil
	}
}

func (r *readiness) workersRun() { r.once.Do(func() { close(r.working) }) }

// check is a healthz.Checker. No replica is ready while a kind that it works with is not served. A replica that is not elected is ready when its caches are synced, so
// that it can take over at once: were it not, a rolling update would wait forever for a new replica
// that in turn waits for the old one to give up the lease.
func (r *readiness) check(*http.Request) error {
	for _, informer := range r.informers {
		if err := informer.served(); err != nil {
			return err
		}
		if !informer.HasSynced() {
			return errCachesNotSynced
		}
	}
	select {
	case <-r.elected:
	default:
		return nil
	}
	select {
	case <-r.working:
		return nil
	default:
		return errWorkersNotRun
	}
}
