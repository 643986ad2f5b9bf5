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

// Package kargo watches the ServiceAccounts by which Kargo recognizes the stakeholders of a product.
package kargo

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/optionalwatch"
)

// NewWatch returns a watch over the ServiceAccounts with our label. It calls changed with the map of each
// ServiceAccount that is added, changed or deleted, and known when the watch has synced or is refused.
func NewWatch(ctx context.Context, mgr ctrl.Manager, changed func(types.NamespacedName), known func()) *optionalwatch.Watch {
	handle := func(account client.Object) {
		if key, ok := apply.MapOf(account); ok {
			changed(key)
		}
	}
	return &optionalwatch.Watch{
		Config: mgr.GetConfig(),
		Options: cache.Options{
			Scheme: mgr.GetScheme(), Mapper: mgr.GetRESTMapper(), HTTPClient: mgr.GetHTTPClient(),
			ByObject: map[client.Object]cache.ByObject{&corev1.ServiceAccount{}: {Label: apply.Selector(), Transform: apply.StripAccount}},
		},
		Changes: map[client.Object]optionalwatch.Change{&corev1.ServiceAccount{}: func(before, after client.Object) {
			for _, account := range []client.Object{before, after} {
				if account != nil {
					handle(account)
				}
			}
		}},
		Indexes: map[string]client.IndexerFunc{apply.MapIndex: apply.IndexByMap},
		Explain: func(refused error) error {
			return fmt.Errorf("the operator may not keep ServiceAccounts for Kargo; install the component kargo-accounts: %w", refused)
		},
		OnStateChange: func(watch *optionalwatch.Watch, _ error) {
			known()
			// An event can be handled before the watch has synced. ServiceAccounts of a map that no longer exists cause no
			// other event.
			eachAccount(ctx, watch, handle)
		},
	}
}

// eachAccount calls f with every ServiceAccount in the cache.
func eachAccount(ctx context.Context, watch *optionalwatch.Watch, f func(client.Object)) {
	reader, err := watch.Reader()
	if err != nil || reader == nil {
		return
	}
	var list corev1.ServiceAccountList
	// Read from the cache without copies, because only names are kept.
	if err := reader.List(ctx, &list, client.UnsafeDisableDeepCopy); err != nil {
		log.FromContext(ctx).Error(err, "Cannot find the maps that have ServiceAccounts")
		return
	}
	for i := range list.Items {
		f(&list.Items[i])
	}
}
