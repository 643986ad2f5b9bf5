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

// Package namespaces reads namespaces from the cache.
package namespaces

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/targets"
)

// TargetsIndex is the cache index by which maps and namespaces find each other, see package targets.
const TargetsIndex = "stakeholders.dev/targets"

// IndexMap is the indexer of maps for TargetsIndex.
func IndexMap(object client.Object) []string {
	m, ok := object.(*v1alpha1.StakeholderMap)
	if !ok {
		return nil
	}
	return targets.MapKeys(m)
}

// IndexNamespace is the indexer of namespaces for TargetsIndex.
func IndexNamespace(object client.Object) []string { return targets.NamespaceKeys(object) }

// Metadata returns an empty namespace for metadata-only reads.
func Metadata() *metav1.PartialObjectMetadata {
	ns := &metav1.PartialObjectMetadata{}
	ns.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind("Namespace"))
	return ns
}

// Strip is a cache transform of namespaces, and of other objects with the annotation that accepts maps. Clusters can have tens
// of thousands of namespaces with many annotations, so it keeps only the fields that the operator reads.
func Strip(object any) (any, error) {
	ns, ok := object.(*metav1.PartialObjectMetadata)
	if !ok {
		return object, nil
	}
	var annotations map[string]string
	if accepts, ok := ns.Annotations[v1alpha1.AcceptMapsFrom]; ok {
		annotations = map[string]string{v1alpha1.AcceptMapsFrom: accepts}
	}
	ns.ObjectMeta = metav1.ObjectMeta{
		Namespace: ns.Namespace, Name: ns.Name, UID: ns.UID, ResourceVersion: ns.ResourceVersion, DeletionTimestamp: ns.DeletionTimestamp,
		Labels: ns.Labels, Annotations: annotations,
	}
	return ns, nil
}

// IsTerminating reports whether the cache shows that a namespace is being deleted. Nothing can be created there, and
// everything in it is about to be deleted.
func IsTerminating(ctx context.Context, reader client.Reader, name string) bool {
	ns := Metadata()
	err := reader.Get(ctx, client.ObjectKey{Name: name}, ns)
	return err == nil && ns.DeletionTimestamp != nil
}

// Source implements targets.Source with the cache.
type Source struct {
	Context context.Context //nolint:containedctx // lives for one reconcile
	Reader  client.Reader
}

var _ targets.Source = Source{}

// ByName implements targets.Source.
func (s Source) ByName(name string) (metav1.Object, error) {
	ns := Metadata()
	if err := s.Reader.Get(s.Context, client.ObjectKey{Name: name}, ns); apierrors.IsNotFound(err) {
		return nil, nil
	} else if err != nil {
		return nil, fmt.Errorf("read namespace %s: %w", name, err)
	}
	return ns, nil
}

// ByKey implements targets.Source.
func (s Source) ByKey(key string, f func(metav1.Object)) error {
	list := &metav1.PartialObjectMetadataList{}
	list.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind("NamespaceList"))
	if err := s.Reader.List(s.Context, list, client.MatchingFields{TargetsIndex: key}, client.UnsafeDisableDeepCopy); err != nil {
		return fmt.Errorf("find namespaces: %w", err)
	}
	for i := range list.Items {
		f(&list.Items[i])
	}
	return nil
}
