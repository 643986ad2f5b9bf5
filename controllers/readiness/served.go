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

package readiness

import (
	"context"
	"fmt"
	"sync/atomic"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/log"
)

// Informer is an informer that detects when the API server stops serving its kind. HasSynced alone stays true when a
// CRD is deleted: the informer keeps its objects and retries the watch forever.
type Informer struct {
	cache.Informer
	kind    string
	version func() string
	// lostAt is the resource version at which the API server stopped serving the kind.
	lostAt atomic.Pointer[string]
}

// NewInformer wraps an informer of a kind. Call it before the informer starts. The error means that the informer has no
// watch error handler, or that it has already started.
func NewInformer(informer cache.Informer, kind string) (*Informer, error) {
	shared, ok := informer.(toolscache.SharedIndexInformer)
	if !ok {
		return nil, fmt.Errorf("the informer of %s is a %T, of which it is not known whether its kind is served", kind, informer)
	}
	s := &Informer{Informer: informer, kind: kind, version: shared.LastSyncResourceVersion}
	if err := shared.SetWatchErrorHandlerWithContext(s.watchFailed); err != nil {
		return nil, fmt.Errorf("watch %s: %w", kind, err)
	}
	return s, nil
}

// watchFailed handles the error of a list or a watch. Only Not Found means that the kind is not served. Other failures
// pass soon, and must not make every replica unready together with the API server.
func (s *Informer) watchFailed(ctx context.Context, r *toolscache.Reflector, err error) {
	if apierrors.IsNotFound(err) {
		s.lost()
		if err := s.served(); err != nil {
			// /readyz and the manager's log omit the reason.
			log.FromContext(ctx).Error(err, "The operator is not ready")
		}
	}
	toolscache.DefaultWatchErrorHandler(ctx, r, err)
}

func (s *Informer) lost() {
	version := s.version()
	s.lostAt.Store(&version)
}

// served returns an error if the kind is known not to be served. Once it is served again, a list returns a later
// version.
func (s *Informer) served() error {
	if at := s.lostAt.Load(); at != nil && *at == s.version() {
		return fmt.Errorf("the API server does not serve the kind %s: install config/crd", s.kind)
	}
	return nil
}
