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
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/validation"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
)

// EachMap calls f for every map of a namespace, or of all if namespace is "". It holds one chunk of them at a time.
func (c *Cluster) EachMap(ctx context.Context, namespace string, f func(*v1alpha1.StakeholderMap) error) error {
	each := func(list *v1alpha1.StakeholderMapList) error { return eachItem(list.Items, f) }
	newList := func() *v1alpha1.StakeholderMapList { return &v1alpha1.StakeholderMapList{} }
	return eachChunk(ctx, c, "list StakeholderMaps"+in(namespace), each, newList, client.InNamespace(namespace))
}

func in(namespace string) string {
	if namespace == "" {
		return " in all namespaces"
	}
	return " in namespace " + namespace
}

// EachMapAllowed calls f for every map in all namespaces or, if the user may not list these, in the cluster's namespace. It
// returns the namespace then.
func (c *Cluster) EachMapAllowed(ctx context.Context, f func(*v1alpha1.StakeholderMap) error) (namespace string, err error) {
	if err := c.EachMap(ctx, "", f); !IsForbidden(err) {
		return "", err
	}
	return c.Namespace, c.EachMap(ctx, c.Namespace, f)
}

// eachMapAsked is EachMapAllowed, but only for the namespace of -n if there is one.
func (c *Cluster) eachMapAsked(ctx context.Context, f func(*v1alpha1.StakeholderMap) error) (namespace string, err error) {
	if c.NamespaceGiven {
		return c.Namespace, c.EachMap(ctx, c.Namespace, f)
	}
	return c.EachMapAllowed(ctx, f)
}

// FindMap returns the map of the product that a user names.
func (c *Cluster) FindMap(ctx context.Context, name string) (*v1alpha1.StakeholderMap, error) {
	key, isKey := c.MapKey(name)
	var notRead error
	if isKey {
		m := &v1alpha1.StakeholderMap{}
		err := c.Get(ctx, key, m)
		if err == nil {
			return m, nil
		}
		notRead = c.Explain("read StakeholderMap "+key.String(), err)
		if !apierrors.IsNotFound(err) && !apierrors.IsForbidden(err) || isKindMissing(err) {
			return nil, notRead
		}
	}
	found, err := c.searchMap(ctx, name)
	if err != nil && IsForbidden(notRead) {
		// What a user may list says nothing about a map that they may not read.
		return nil, notRead
	}
	return found, err
}

// MapKey returns the key of the map if the name can be one.
func (c *Cluster) MapKey(name string) (key client.ObjectKey, ok bool) {
	name = strings.TrimPrefix(name, product.MapKind+"/")
	key = client.ObjectKey{Namespace: c.Namespace, Name: name}
	if namespace, mapName, found := strings.Cut(name, "/"); found {
		key = client.ObjectKey{Namespace: namespace, Name: mapName}
		ok = len(validation.IsDNS1123Label(namespace)) == 0
	} else {
		ok = true
	}
	return key, ok && len(validation.IsDNS1123Subdomain(key.Name)) == 0
}

// searchMap looks through all maps that the user may list.
func (c *Cluster) searchMap(ctx context.Context, name string) (*v1alpha1.StakeholderMap, error) {
	search := product.NewSearch(name, c.Namespace)
	kept := map[product.Candidate]*v1alpha1.StakeholderMap{}
	read := 0
	each := func(m *v1alpha1.StakeholderMap) error {
		read++
		if c.Progress != nil {
			c.Progress(read)
		}
		candidate := product.Candidate{Namespace: m.Namespace, Name: m.Name, DisplayName: m.Spec.Product.DisplayName}
		if search.Add(candidate) && len(kept) == 0 {
			// Only one match is an answer, so that the first is enough.
			kept[candidate] = m.DeepCopy()
		}
		return nil
	}
	namespace, err := c.eachMapAsked(ctx, each)
	if err != nil {
		return nil, err
	}
	candidate, err := search.Result(strings.TrimSpace(in(namespace)), "")
	if err != nil {
		return nil, err
	}
	if m, ok := kept[candidate]; ok {
		return m, nil
	}
	m := &v1alpha1.StakeholderMap{}
	key := client.ObjectKey{Namespace: candidate.Namespace, Name: candidate.Name}
	return m, c.Explain("read StakeholderMap "+key.String(), c.Get(ctx, key, m))
}
