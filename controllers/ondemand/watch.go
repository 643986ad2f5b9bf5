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

// Package ondemand keeps objects in memory that the operator needs only while the policy says so, and that it may not
// always read. It is apart from the operator's own cache, which has to know everything before the operator works.
package ondemand

import (
	"context"
	"errors"
	"fmt"
	"sync"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/rest"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// ErrUnknown says that what is watched will be known soon.
var ErrUnknown = errors.New("it is not known yet")

// Watch keeps objects in memory from when Follow is called until Leave is.
type Watch struct {
	// Config and Options are how they are watched. Only objects under ByObject can be read.
	Config  *rest.Config
	Options cache.Options
	// Handlers are told of each object of a kind that comes, goes or changes.
	Handlers map[client.Object]toolscache.ResourceEventHandler
	// Indexes are added for every kind.
	Indexes map[string]client.IndexerFunc
	// Refused says, before what the API server has answered, what the operator may not do, and what to do about it.
	Refused string
	// Settled is called when everything is known, and when it turns out that it cannot be. It returns at once.
	Settled func()

	mu        sync.Mutex
	cache     cache.Cache
	informers []cache.Informer
	stop      context.CancelFunc
	// refused is what the API server has said that lets us watch nothing, or nil.
	refused error
}

// Follow watches, if nobody does yet, until Leave is called or the program ends. If the API server has refused, it starts
// afresh: only so it comes out that it does no longer. The error is that of the cache; that the API server
// refuses comes out later, from Reader.
func (w *Watch) Follow(ctx context.Context) error {
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
			w.settle(ctx, fmt.Errorf("%s: %w", w.Refused, err))
		}
		toolscache.DefaultWatchErrorHandler(handled, r, err)
	}
	objects, err := cache.New(w.Config, options)
	if err != nil {
		return fmt.Errorf("make a cache: %w", err)
	}
	var informers []cache.Informer
	for object, handler := range w.Handlers {
		for field, index := range w.Indexes {
			if err := objects.IndexField(ctx, object, field, index); err != nil {
				return fmt.Errorf("index %T: %w", object, err)
			}
		}
		informer, err := objects.GetInformer(ctx, object, cache.BlockUntilSynced(false))
		if err == nil {
			_, err = informer.AddEventHandler(handler)
		}
		if err != nil {
			return fmt.Errorf("watch %T: %w", object, err)
		}
		informers = append(informers, informer)
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

// settle notes what the API server has said to the watch of a context. Being refused again is no news.
func (w *Watch) settle(ctx context.Context, refused error) {
	w.mu.Lock()
	news := ctx.Err() == nil && (refused == nil || w.refused == nil)
	if news {
		w.refused = refused
	}
	w.mu.Unlock()
	if news {
		w.Settled()
	}
}

// Leave ends the watch, if there is one.
func (w *Watch) Leave() {
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

// Reader reads what is watched. It is nil, without an error, if nothing is. The error is ErrUnknown, or what the API server
// has said.
func (w *Watch) Reader() (client.Reader, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.refused != nil:
		return nil, w.refused
	case w.cache == nil:
		return nil, nil //nolint:nilnil // as documented
	}
	for _, informer := range w.informers {
		if !informer.HasSynced() {
			return nil, ErrUnknown
		}
	}
	return w.cache, nil
}
