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

// Package optionalwatch watches objects that the operator needs only if the policy says so. Their kind may not be
// installed, and the API server may refuse to let the operator read them. So they are not in the operator's own cache,
// which must sync before the operator starts.
package optionalwatch

import (
	"context"
	"errors"
	"sync"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/rest"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// ErrNotSynced means that the watch has not synced yet.
var ErrNotSynced = errors.New("it is not known yet")

// Watch caches objects from Start until Stop. It is safe for concurrent use.
type Watch struct {
	// Config and Options configure the cache. Only kinds in Options.ByObject can be read.
	Config  *rest.Config
	Options cache.Options
	// Changes get the events of each kind.
	Changes map[client.Object]Change
	// Indexes are added for every kind.
	Indexes map[string]client.IndexerFunc
	// Explain wraps the error of the API server's refusal with its meaning and what a user can do about it.
	Explain func(refused error) error
	// OnStateChange is called with nil when the watch has synced, and with the result of Explain when the API server
	// begins to refuse. It must return at once.
	OnStateChange func(w *Watch, refused error)

	mu     sync.Mutex
	cache  cache.Cache
	synced bool
	stop   context.CancelFunc
	// refused is why the API server refuses the watch, or nil.
	refused error
}

// Start starts watching, until Stop is called or the program ends. It does nothing if the watch runs. If the API server
// has refused the watch, Start restarts it, because no event follows when a refusal ends. The error is that of the
// cache, or means that a kind is not installed. Reader returns a later refusal.
func (w *Watch) Start(ctx context.Context) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.cache != nil && w.refused == nil {
		return nil
	}
	w.reset()
	// The watch outlives the reconcile that starts it.
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	if err := w.start(ctx); err != nil {
		stop()
		return err
	}
	w.stop = stop
	return nil
}

func (w *Watch) start(ctx context.Context) error {
	options := w.Options
	options.ReaderFailOnMissingInformer = true
	options.DefaultWatchErrorHandler = func(handled context.Context, r *toolscache.Reflector, err error) {
		if apierrors.IsForbidden(err) {
			w.setState(ctx, w.Explain(err))
		}
		toolscache.DefaultWatchErrorHandler(handled, r, err)
	}
	objects, err := cache.New(w.Config, options)
	if err != nil {
		return err
	}
	if err := w.inform(ctx, objects); err != nil {
		return err
	}
	w.cache = objects
	go func() {
		// Start returns nil when its context ends.
		_ = objects.Start(ctx)
	}()
	go func() {
		if objects.WaitForCacheSync(ctx) {
			w.setState(ctx, nil)
		}
	}()
	return nil
}

// inform adds the indexes and event handlers to a cache.
func (w *Watch) inform(ctx context.Context, objects cache.Cache) error {
	for object, change := range w.Changes {
		for field, index := range w.Indexes {
			if err := objects.IndexField(ctx, object, field, index); err != nil {
				return err
			}
		}
		informer, err := objects.GetInformer(ctx, object, cache.BlockUntilSynced(false))
		if err != nil {
			return err
		}
		if _, err := informer.AddEventHandler(change); err != nil {
			return err
		}
	}
	return nil
}

// setState records the result of the sync, or a refusal, of the watch with a context. Repeated refusals are ignored.
func (w *Watch) setState(ctx context.Context, refused error) {
	w.mu.Lock()
	changed := ctx.Err() == nil && (refused == nil || w.refused == nil)
	if changed {
		w.refused = refused
		w.synced = w.synced || refused == nil
	}
	w.mu.Unlock()
	if changed {
		w.OnStateChange(w, refused)
	}
}

// Stop stops the watch. It does nothing if the watch does not run.
func (w *Watch) Stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.reset()
	w.refused = nil
}

func (w *Watch) reset() {
	if w.stop != nil {
		w.stop()
	}
	w.cache, w.synced, w.stop = nil, false, nil
}

// Reader returns a reader of the cache, or nil and no error if nothing is watched. The error is ErrNotSynced, or why
// the API server refuses.
func (w *Watch) Reader() (client.Reader, error) {
	if err := w.Refused(); err != nil {
		return nil, err
	}
	reader, all := w.Cached()
	if reader != nil && !all {
		return nil, ErrNotSynced
	}
	return reader, nil
}

// Cached returns a reader of the cache, and whether the cache has synced. Its objects can be stale if the API server
// refuses the watch. The reader is nil if nothing is watched.
func (w *Watch) Cached() (reader client.Reader, all bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.cache, w.synced
}

// Refused returns why the API server refuses the watch, or nil.
func (w *Watch) Refused() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.refused
}

// ClearRefusal drops the refusal. Call it after another request has shown that the API server no longer refuses. The
// watch recovers by itself, and its cache can be read in the meantime.
func (w *Watch) ClearRefusal() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.refused = nil
}
