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

// Package optionalwatch watches objects that the operator needs only while the policy says so, and whose kind may not be
// installed or whose reading may be refused. It is apart from the operator's own cache, which has to know everything before
// the operator works.
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

// ErrNotSynced says that what is watched will be known soon.
var ErrNotSynced = errors.New("it is not known yet")

// Watch keeps objects in memory from when Start is called until Stop is. Several goroutines may use it.
type Watch struct {
	// Config and Options are how they are watched. Only objects under ByObject can be read.
	Config  *rest.Config
	Options cache.Options
	// Handlers are told of each object of a kind that comes, goes or changes.
	Handlers map[client.Object]toolscache.ResourceEventHandler
	// Indexes are added for every kind.
	Indexes map[string]client.IndexerFunc
	// Explain says what it means that the API server refuses, and what a user can do about it.
	Explain func(refused error) error
	// OnStateChange is called when everything is known, with nil, and when the API server begins to refuse, with what Explain says.
	// It returns at once.
	OnStateChange func(w *Watch, refused error)

	mu        sync.Mutex
	cache     cache.Cache
	informers []cache.Informer
	stop      context.CancelFunc
	// refused is why the API server lets us watch nothing, or nil.
	refused error
}

// Start watches, unless it does already, until Stop is called or the program ends. If the API server has refused, it starts
// afresh: no event says that it does no longer. The error says that a kind is not installed, or is that of the cache; a
// refusal comes later, from Reader.
func (w *Watch) Start(ctx context.Context) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.cache != nil && w.refused == nil {
		return nil
	}
	w.end()
	// It lives longer than the reconcile that starts it.
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
			w.settle(ctx, w.Explain(err))
		}
		toolscache.DefaultWatchErrorHandler(handled, r, err)
	}
	objects, err := cache.New(w.Config, options)
	if err != nil {
		return err
	}
	informers, err := w.inform(ctx, objects)
	if err != nil {
		return err
	}
	w.cache, w.informers = objects, informers
	go func() {
		// It ends with its context, and says nothing then.
		_ = objects.Start(ctx)
	}()
	go func() {
		if objects.WaitForCacheSync(ctx) {
			w.settle(ctx, nil)
		}
	}()
	return nil
}

// inform adds the indexes and the handlers to a cache.
func (w *Watch) inform(ctx context.Context, objects cache.Cache) ([]cache.Informer, error) {
	informers := make([]cache.Informer, 0, len(w.Handlers))
	for object, handler := range w.Handlers {
		for field, index := range w.Indexes {
			if err := objects.IndexField(ctx, object, field, index); err != nil {
				return nil, err
			}
		}
		informer, err := objects.GetInformer(ctx, object, cache.BlockUntilSynced(false))
		if err != nil {
			return nil, err
		}
		if _, err := informer.AddEventHandler(handler); err != nil {
			return nil, err
		}
		informers = append(informers, informer)
	}
	return informers, nil
}

// settle notes what the API server has said to the watch of a context. Being refused again is no news.
func (w *Watch) settle(ctx context.Context, refused error) {
	w.mu.Lock()
	news := ctx.Err() == nil && (refused == nil || w.refused == nil)
	if news {
		w.refused = refused
	}
	w.mu.Unlock()
	if news {
		w.OnStateChange(w, refused)
	}
}

// Stop ends the watch, if there is one.
func (w *Watch) Stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.end()
	w.refused = nil
}

func (w *Watch) end() {
	if w.stop != nil {
		w.stop()
	}
	w.cache, w.informers, w.stop = nil, nil, nil
}

// Reader reads what is watched. It is nil, without an error, if nothing is. The error is ErrNotSynced, or why the API server
// refuses.
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

// Cached reads what is known, which may have changed since if the API server refuses, and says whether it is all there was.
// It is nil if nothing is watched.
func (w *Watch) Cached() (reader client.Reader, all bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.cache == nil {
		return nil, false
	}
	for _, informer := range w.informers {
		if !informer.HasSynced() {
			return w.cache, false
		}
	}
	return w.cache, true
}

// Refused is why the API server lets us watch nothing, or nil.
func (w *Watch) Refused() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.refused
}

// ClearRefusal is for when another request has shown that the API server refuses no longer. The watch goes on by itself, and what
// it knows is gone by meanwhile.
func (w *Watch) ClearRefusal() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.refused = nil
}
