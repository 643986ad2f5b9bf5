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
	"errors"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/cache"
)

// informer implements only HasSynced.
type informer struct {
	cache.Informer
	synced bool
}

func (i *informer) HasSynced() bool { return i.synced }

func TestReadiness(t *testing.T) {
	t.Parallel()
	caches := &informer{}
	version := ""
	served := &Informer{Informer: caches, kind: "StakeholderMap", version: func() string { return version }}
	check := Check{served}
	if err := check.Ready(nil); !errors.Is(err, errCachesNotSynced) {
		t.Errorf("before the caches are synced: %v", err)
	}
	caches.synced = true
	if err := check.Ready(nil); err != nil {
		t.Errorf("with synced caches: %v", err)
	}
	version = "7"
	served.watchFailed(t.Context(), &toolscache.Reflector{}, errors.New("connection refused"))
	if err := check.Ready(nil); err != nil {
		t.Errorf("when the API server restarts: %v", err)
	}
	notFound := apierrors.NewNotFound(schema.GroupResource{Group: "stakeholders.dev", Resource: "stakeholdermaps"}, "")
	served.watchFailed(t.Context(), &toolscache.Reflector{}, notFound)
	if err := check.Ready(nil); err == nil || !strings.Contains(err.Error(), "does not serve the kind StakeholderMap") {
		t.Errorf("when the CRD is gone: %v", err)
	}
	version = "9"
	if err := check.Ready(nil); err != nil {
		t.Errorf("when the kind is served again: %v", err)
	}
}
