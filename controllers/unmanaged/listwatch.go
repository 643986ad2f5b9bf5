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

package unmanaged

import (
	"context"
	"fmt"
	"sync"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	toolscache "k8s.io/client-go/tools/cache"
)

// pageSize is the maximum number of objects of a list in memory at once. An object can have 1.5 MB in etcd. Decoded, a
// list of short strings or labels takes eight times that.
const pageSize = 16

// filteredLister lists in pages and returns only the grants. client-go would load every object of the list before it
// looks at the first, both for a list and for a stream.
type filteredLister struct {
	*toolscache.ListWatch
	// grantOf returns the grant of an object, and false if it is none.
	grantOf func(object any) (Grant, bool)
	// reading is locked while a page is in memory.
	reading sync.Locker
}

// grantItem is an item of a filtered list. It has the grant and the key of an object, which itself can be large.
type grantItem struct {
	metav1.PartialObjectMetadata
	grant Grant
}

// DeepCopyObject implements runtime.Object.
func (l *grantItem) DeepCopyObject() runtime.Object {
	return &grantItem{PartialObjectMetadata: *l.DeepCopy(), grant: l.grant}
}

// IsWatchListSemanticsUnSupported makes client-go list: it would collect the whole stream of a watch list.
func (filteredLister) IsWatchListSemanticsUnSupported() bool { return true }

// ListWithContext returns the grants of all pages, at most maxGrants, with the resource version of the list. It ignores
// client-go's options: with the resource version that they can contain, the API server ignores the limit. If the list
// changes too often to be read to its end, the error makes client-go retry.
func (f filteredLister) ListWithContext(ctx context.Context, _ metav1.ListOptions) (runtime.Object, error) {
	all := &metav1.List{}
	for next := ""; ; {
		page, err := f.appendPage(ctx, all, next)
		if err != nil {
			return nil, err
		}
		if next = page.Continue; next == "" {
			all.ResourceVersion = page.ResourceVersion
			return all, nil
		}
	}
}

// appendPage appends the grants of one page, and returns its metadata.
func (f filteredLister) appendPage(ctx context.Context, all *metav1.List, next string) (metav1.ListMeta, error) {
	f.reading.Lock()
	defer f.reading.Unlock()
	page, err := f.ListWatch.ListWithContext(ctx, metav1.ListOptions{Limit: pageSize, Continue: next})
	if err != nil {
		return metav1.ListMeta{}, err
	}
	err = meta.EachListItem(page, func(object runtime.Object) error {
		if g, ok := f.grantOf(object); ok && len(all.Items) < maxGrants {
			item := &grantItem{grant: g}
			item.Namespace, item.Name = g.Namespace, g.Name
			all.Items = append(all.Items, runtime.RawExtension{Object: item})
		}
		return nil
	})
	if err != nil {
		return metav1.ListMeta{}, fmt.Errorf("read a page: %w", err)
	}
	list, err := meta.ListAccessor(page)
	if err != nil {
		return metav1.ListMeta{}, fmt.Errorf("read a page: %w", err)
	}
	return metav1.ListMeta{ResourceVersion: list.GetResourceVersion(), Continue: list.GetContinue()}, nil
}
