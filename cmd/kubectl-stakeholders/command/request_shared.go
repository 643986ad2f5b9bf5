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
	"context"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/cluster"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/inquiry"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
)

// requestKey returns the key of the request that a user names.
func requestKey(c *cluster.Cluster, text string) (client.ObjectKey, error) {
	namespace, name, err := inquiry.Key(text, c.Namespace)
	if err != nil {
		return client.ObjectKey{}, failure.Usage("%w", err)
	}
	return client.ObjectKey{Namespace: namespace, Name: name}, nil
}

// askedMap is what the user may read of the map that a request asks about.
type askedMap struct {
	inquiry.Map

	// read says whether the user may read the map. If not, Map is empty.
	read bool
	// product of the map, or nil if the map does not exist.
	product *product.Product
}

// readAskedMap reads the map that a request asks about. A map that does not exist has no UID.
func readAskedMap(ctx context.Context, c *cluster.Cluster, key client.ObjectKey, now time.Time) (askedMap, error) {
	m := &v1alpha1.StakeholderMap{}
	switch err := c.Get(ctx, key, m); {
	case apierrors.IsForbidden(err):
		return askedMap{}, nil
	case apierrors.IsNotFound(err):
		return askedMap{read: true}, nil
	case err != nil:
		return askedMap{}, c.Explain("read StakeholderMap "+key.String(), err)
	}
	p, err := c.Product(ctx, m, nil, now, false)
	if err != nil {
		return askedMap{}, err
	}
	return askedMap{Map: inquiry.Map{UID: m.UID, Table: p.Table}, read: true, product: p}, nil
}

// knows reports whether the table says who is asked about a topic, or that there is no such topic.
func (m *askedMap) knows(topic string) bool {
	if m.product == nil {
		return m.read
	}
	_, listed := m.product.Topic(topic)
	return listed || m.product.Lacks(topic)
}
