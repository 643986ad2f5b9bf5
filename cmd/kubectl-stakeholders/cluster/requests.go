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

package cluster

import (
	"context"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
)

// Request returns a request. If there is none, the error names those with a similar name.
func (c *Cluster) Request(ctx context.Context, key client.ObjectKey) (*v1alpha1.StakeholderRequest, error) {
	r := &v1alpha1.StakeholderRequest{}
	err := c.Get(ctx, key, r)
	if apierrors.IsNotFound(err) && !isKindMissing(err) {
		return nil, failure.Usage("no request %s%s.%s", key.Name, in(key.Namespace), c.similarRequests(ctx, key))
	}
	return r, c.Explain("read StakeholderRequest "+key.String(), err)
}

// similarRequests suggests requests of a namespace with a similar name.
func (c *Cluster) similarRequests(ctx context.Context, key client.ObjectKey) string {
	nearest := product.NearestTo(key.Name)
	add := func(list *metav1.PartialObjectMetadataList) error {
		for i := range list.Items {
			nearest.Add(list.Items[i].Name, list.Items[i].Name)
		}
		return nil
	}
	newList := func() *metav1.PartialObjectMetadataList {
		list := &metav1.PartialObjectMetadataList{}
		list.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind("StakeholderRequestList"))
		return list
	}
	if err := eachChunk(ctx, c, "list StakeholderRequests", add, newList, client.InNamespace(key.Namespace)); err != nil {
		return ""
	}
	if suggestion := nearest.Suggestion(); suggestion != "" {
		return suggestion
	}
	return " `kubectl stakeholders requests --all` shows all. For another namespace, write namespace/name"
}

// EachRequest calls f for every request of a namespace, or of all if namespace is "", that the fields select. It holds one chunk
// of them at a time.
func (c *Cluster) EachRequest(ctx context.Context, namespace string, fields client.MatchingFields, f func(*v1alpha1.StakeholderRequest) error) error {
	each := func(list *v1alpha1.StakeholderRequestList) error { return eachItem(list.Items, f) }
	newList := func() *v1alpha1.StakeholderRequestList { return &v1alpha1.StakeholderRequestList{} }
	options := []client.ListOption{client.InNamespace(namespace)}
	if len(fields) > 0 {
		options = append(options, fields)
	}
	return eachChunk(ctx, c, "list StakeholderRequests"+in(namespace), each, newList, options...)
}
