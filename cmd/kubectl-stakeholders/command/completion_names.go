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

package command

import (
	"cmp"
	"context"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/cluster"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/manifest"
)

// mostMaps is how many maps are read for completion at most: they can be large.
const mostMaps = 100

// productNames returns the products that a user may mean by the beginning of a name.
func (e *environment) productNames(ctx context.Context, s *source, toComplete string) []string {
	if s != nil && s.offline() {
		return namesOf(e.mapsInFiles(ctx, s), strings.Contains(toComplete, "/"))
	}
	return e.namesInCluster(ctx, "StakeholderMap", toComplete)
}

// namesInCluster returns the objects that a user may mean by the beginning of a name: those of the namespace that is typed, or those of
// the current namespace by name and others as namespace/name.
func (e *environment) namesInCluster(ctx context.Context, kind, toComplete string, options ...client.ListOption) []string {
	c, err := e.connect(false)
	if err != nil {
		return nil
	}
	if namespace, _, hasNamespace := strings.Cut(toComplete, "/"); hasNamespace {
		return namesOf(metadataOf(ctx, c, kind, append(options, client.InNamespace(namespace))...), true)
	}
	own := namesOf(metadataOf(ctx, c, kind, append(options, client.InNamespace(c.Namespace))...), false)
	if c.NamespaceGiven || toComplete == "" && len(own) > 0 {
		return own
	}
	return append(own, namesOf(metadataOf(ctx, c, kind, options...), true)...)
}

// namesOf returns the names of objects as a user types them.
func namesOf[O client.Object](objects []O, withNamespace bool) []string {
	names := make([]string, len(objects))
	for i, o := range objects {
		names[i] = o.GetName()
		if withNamespace {
			names[i] = o.GetNamespace() + "/" + names[i]
		}
	}
	return names
}

// metadataOf reads the metadata of the objects of a kind that the user may list, and not the rest, which can be large.
func metadataOf(ctx context.Context, c *cluster.Cluster, kind string, options ...client.ListOption) []*metav1.PartialObjectMetadata {
	list := &metav1.PartialObjectMetadataList{}
	list.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind(kind + "List"))
	if err := c.List(ctx, list, append(options, client.Limit(mostCompletions))...); err != nil {
		return nil
	}
	out := make([]*metav1.PartialObjectMetadata, len(list.Items))
	for i := range list.Items {
		out[i] = &list.Items[i]
	}
	return out
}

// topicNames returns the topics of a product.
func (e *environment) topicNames(ctx context.Context, s *source, name string) []string {
	s = sourceOnce(s)
	if slices.Contains(s.files.Names, manifest.Stdin) {
		return nil
	}
	p, err := e.product(ctx, s, name)
	if err != nil {
		return nil
	}
	names := make([]string, len(p.Table.Topics))
	for i := range p.Table.Topics {
		names[i] = p.Table.Topics[i].Name
	}
	return names
}

// sourceOnce returns a source that names each file once. While it completes, cobra parses all flags twice, and adds to lists.
func sourceOnce(s *source) *source {
	if s == nil {
		return &source{}
	}
	once := *s
	once.files.Names = nil
	for _, name := range s.files.Names {
		if !slices.Contains(once.files.Names, name) {
			once.files.Names = append(once.files.Names, name)
		}
	}
	return &once
}

// productTopics returns the products with a slash, and their topics as soon as the product is complete.
func (e *environment) productTopics(ctx context.Context, s *source, toComplete string) []string {
	slash := strings.LastIndex(toComplete, "/")
	if slash < 0 {
		return withSlash(e.productNames(ctx, s, toComplete))
	}
	product := toComplete[:slash]
	var names []string
	for _, topic := range e.topicNames(ctx, s, product) {
		names = append(names, product+"/"+topic)
	}
	if !strings.Contains(product, "/") {
		names = append(names, withSlash(e.productNames(ctx, s, toComplete))...)
	}
	return names
}

func withSlash(names []string) []string {
	for i := range names {
		names[i] += "/"
	}
	return names
}

// someMaps returns the maps of the files, or up to mostMaps of the cluster, those of the current namespace first.
func (e *environment) someMaps(ctx context.Context, s *source) []*v1alpha1.StakeholderMap {
	if s != nil && s.offline() {
		return e.mapsInFiles(ctx, s)
	}
	c, err := e.connect(false)
	if err != nil {
		return nil
	}
	out := mapsIn(ctx, c, c.Namespace, mostMaps)
	if missing := mostMaps - len(out); missing > 0 && !c.NamespaceGiven {
		out = append(out, mapsIn(ctx, c, metav1.NamespaceAll, int64(missing))...)
	}
	return out
}

// mapsIn returns the first maps of a namespace, or of all, if the user may list them.
func mapsIn(ctx context.Context, c *cluster.Cluster, namespace string, most int64) []*v1alpha1.StakeholderMap {
	list := &v1alpha1.StakeholderMapList{}
	if err := c.List(ctx, list, client.InNamespace(namespace), client.Limit(most)); err != nil {
		return nil
	}
	out := make([]*v1alpha1.StakeholderMap, len(list.Items))
	for i := range list.Items {
		out[i] = &list.Items[i]
	}
	return out
}

// mapsInFiles returns the maps before the first problem in the files. Standard input belongs to the shell while it
// completes.
func (e *environment) mapsInFiles(ctx context.Context, s *source) []*v1alpha1.StakeholderMap {
	if slices.Contains(s.files.Names, manifest.Stdin) {
		return nil
	}
	var out []*v1alpha1.StakeholderMap
	_ = sourceOnce(s).files.Read(ctx, nil, func(d *manifest.Document) error {
		if !d.IsMap() || len(out) == mostCompletions {
			return nil
		}
		if m, err := decodeMap(ctx, d); err == nil {
			m.Namespace = cmp.Or(m.Namespace, e.defaultNamespace())
			out = append(out, m)
		}
		return nil
	})
	return out
}
