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

package apply

import (
	"context"
	"sync"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/lru"
	"sigs.k8s.io/controller-runtime/pkg/client"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

const (
	// rememberedTables is the number of published tables kept in memory. rememberedBytes is the maximum size of each: 4
	// MiB in all.
	rememberedTables = 64
	rememberedBytes  = 64 << 10
)

// published caches routing tables that were read from the API server. So another reconcile of an invalid map makes no
// request while its ConfigMap has not changed. The zero value is ready for use. It is safe for concurrent use.
type published struct {
	once   sync.Once
	tables *lru.Cache
}

// publishedTable is the table of a ConfigMap of this UID, at this version.
type publishedTable struct {
	uid             types.UID
	resourceVersion string
	document        string
}

func (p *published) cache() *lru.Cache {
	p.once.Do(func() { p.tables = lru.New(rememberedTables) })
	return p.tables
}

// PublishedTable returns the document in the map's routing ConfigMap. The cache has no data, so PublishedTable reads it
// from the API server, unless it has read the version in the cache before. It returns "" if there is no ConfigMap, or
// no table in it. The error is a *ForeignError if the ConfigMap is not the map's. It can be called while another session of
// the map makes writes.
func (s *Session) PublishedTable(ctx context.Context) (string, error) {
	key := s.owner.NamespacedName()
	current := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: s.owner.Namespace, Name: names.ConfigMapName(s.owner.Name)}}
	seen := &corev1.ConfigMap{}
	if err := s.Cache.Get(ctx, client.ObjectKeyFromObject(current), seen); err == nil && !s.Writes.IsStale(key, kindConfigMap, seen) {
		known, _ := s.published.cache().Get(key)
		if table, ok := known.(publishedTable); ok && table.uid == seen.UID && table.resourceVersion == seen.ResourceVersion && s.owns(seen) {
			return table.document, nil
		}
	}
	if found, err := s.observeLive(ctx, current); err != nil || !found {
		return "", err
	}
	document := current.Data[routing.DocumentKey]
	if len(document) <= rememberedBytes {
		s.published.cache().Add(key, publishedTable{uid: current.UID, resourceVersion: current.ResourceVersion, document: document})
	}
	return document, nil
}
