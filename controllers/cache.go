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
	"fmt"

	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/apiutil"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/admissionpolicy"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/namespaces"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/readiness"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/requests"
)

// CacheOptions returns options of a cache that keeps only what the operator needs: maps, requests and the policy, outputs
// with the label of a map, the admission policy of requests, and the parts of namespaces on which maps depend. Reading any other
// kind from the cache is an error.
func CacheOptions() cache.Options {
	options := cache.Options{
		ReaderFailOnMissingInformer: true,
		DefaultTransform:            cache.TransformStripManagedFields(),
		ByObject:                    map[client.Object]cache.ByObject{},
	}
	for _, object := range apply.Outputs() {
		options.ByObject[object] = cache.ByObject{Label: apply.Selector(), Transform: apply.Strip}
	}
	options.ByObject[&v1alpha1.StakeholderMap{}] = cache.ByObject{Transform: stripMap}
	options.ByObject[&v1alpha1.StakeholderRequest{}] = cache.ByObject{Transform: requests.Strip}
	for _, object := range admissionpolicy.Objects() {
		options.ByObject[object] = cache.ByObject{Label: labels.SelectorFromSet(labels.Set{admissionpolicy.Label: admissionpolicy.LabelValue})}
	}
	options.ByObject[namespaces.Metadata()] = cache.ByObject{Transform: namespaces.Strip}
	return options
}

// indexAcrossNamespaces is cache.IndexField for an index that is never queried for a single namespace. IndexField would
// add a second key for each object, which takes as much memory as the first. The names are those that
// controller-runtime's cache looks up.
func indexAcrossNamespaces(ctx context.Context, c cache.Cache, object client.Object, field string, index client.IndexerFunc) error {
	informer, err := c.GetInformer(ctx, object, cache.BlockUntilSynced(false))
	if err != nil {
		return err
	}
	return informer.AddIndexers(toolscache.Indexers{"field:" + field: func(object any) ([]string, error) {
		indexed, ok := object.(client.Object)
		if !ok {
			return nil, fmt.Errorf("%T is no object", object)
		}
		keys := index(indexed)
		for i := range keys {
			keys[i] = "__all_namespaces/" + keys[i]
		}
		return keys, nil
	}})
}

// startInformers adds the indexes, and returns the informers of all kinds that are watched.
func startInformers(ctx context.Context, c cache.Cache, scheme *runtime.Scheme) ([]*readiness.Informer, error) {
	for _, object := range apply.Outputs() {
		if err := indexAcrossNamespaces(ctx, c, object, apply.MapIndex, apply.IndexByMap); err != nil {
			return nil, fmt.Errorf("index %T: %w", object, err)
		}
	}
	if err := c.IndexField(ctx, &v1alpha1.StakeholderMap{}, namespaces.TargetsIndex, namespaces.IndexMap); err != nil {
		return nil, fmt.Errorf("index maps by target namespaces: %w", err)
	}
	if err := indexAcrossNamespaces(ctx, c, &v1alpha1.StakeholderRequest{}, requests.MapIndex, requests.IndexByMap); err != nil {
		return nil, fmt.Errorf("index requests by map: %w", err)
	}
	if err := c.IndexField(ctx, namespaces.Metadata(), namespaces.TargetsIndex, namespaces.IndexNamespace); err != nil {
		return nil, fmt.Errorf("index namespaces by labels: %w", err)
	}
	var informers []*readiness.Informer
	kinds := append(apply.Outputs(), &v1alpha1.StakeholderMap{}, &v1alpha1.StakeholderPolicy{}, &v1alpha1.StakeholderRequest{}, namespaces.Metadata())
	for _, object := range admissionpolicy.Objects() {
		kinds = append(kinds, object)
	}
	for _, object := range kinds {
		informer, err := c.GetInformer(ctx, object, cache.BlockUntilSynced(false))
		if err != nil {
			return nil, fmt.Errorf("watch %T: %w", object, err)
		}
		kind, err := apiutil.GVKForObject(object, scheme)
		if err != nil {
			return nil, fmt.Errorf("watch %T: %w", object, err)
		}
		served, err := readiness.NewInformer(informer, kind.Kind)
		if err != nil {
			return nil, err
		}
		informers = append(informers, served)
	}
	return informers, nil
}
