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

package stakeholdermap

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/namespaces"
)

// TableInForce returns the routing table that is in force for a map, or nil if there is none: the map was never valid, or its last
// valid table is lost. It decides as Reconcile does and writes nothing. UID is "" if there is no such map, or if the map or its
// namespace is being deleted. It reads the cache, and for an invalid map the published table, which may take one request. The error
// is apply.ErrStaleRetry as long as the cache does not show what the operator has written last to the status of an invalid map.
func (r *Reconciler) TableInForce(
	ctx context.Context, key types.NamespacedName,
) (uid types.UID, generation int64, table *routing.RoutingTable, err error) {
	m := &v1alpha1.StakeholderMap{}
	if err := r.config.Client.Get(ctx, key, m); apierrors.IsNotFound(err) {
		return "", 0, nil, nil
	} else if err != nil {
		return "", 0, nil, fmt.Errorf("read map: %w", err)
	}
	if !m.DeletionTimestamp.IsZero() || namespaces.IsTerminating(ctx, r.config.Client, m.Namespace) {
		return "", 0, nil, nil
	}
	seen, err := r.observer.observe(ctx, r.enforcer.session(m), m, r.config.Clock.Now())
	switch {
	case err != nil:
		return "", 0, nil, err
	case seen.IsInvalid() && r.config.Applier.Writes.IsStale(key, names.KindMap, m):
		// The status says which table was last valid.
		return "", 0, nil, apply.ErrStaleRetry
	case seen.unreadable != nil:
		return "", 0, nil, seen.unreadable
	}
	return m.UID, m.Generation, decide(m, seen).table, nil
}
