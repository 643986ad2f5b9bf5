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

// Package readiness checks whether a replica of the operator can do its work.
package readiness

import (
	"errors"
	"net/http"
)

var errCachesNotSynced = errors.New("the caches are not synced yet")

// Check answers the readiness probe.
type Check []*Informer

// Ready is a healthz.Checker. A replica is not ready while its caches are not synced, or the API server does not serve
// a kind that it needs. It need not be the leader: in a rolling update, the new replica would otherwise wait for the
// lease of the old one, which stays until the new one is ready. The leader's workers start at once, because its caches
// are synced by then.
func (c Check) Ready(*http.Request) error {
	for _, informer := range c {
		if err := informer.served(); err != nil {
			return err
		}
		if !informer.HasSynced() {
			return errCachesNotSynced
		}
	}
	return nil
}
