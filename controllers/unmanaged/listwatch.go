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
	"k8s.io/apimachinery/pkg/watch"
	toolscache "k8s.io/client-go/tools/cache"
)

// pageSize is how many objects of a list are in memory at once. One can have 1.5 MB in etcd, and eight times that when it is
// decoded, as a list of short texts or as labels.
const pageSize = 16

// filtered lists in pages, and returns of each page only the grants. client-go would have every object of the list in
// memory before the first is looked at, whether it comes as a list or as a stream.
type filtered struct {
	toolscache.ListerWatcherWithContext
	of func(object any) (Grant, bool)
	// reading is held while a page is in memory.
	reading sync.Locker
}

// listed is a grant in a list, without the object that makes it, which can be large.
type listed struct {
	metav1.PartialObjectMetadata
	grant Grant
}

// DeepCopyObject implements runtime.Object.
func (l *listed) DeepCopyObject() runtime.Object {
	return &listed{PartialObjectMetadata: *l.DeepCopy(), grant: l.grant}
}

// IsWatchListSemanticsUnSupported keeps client-go from taking the list as a stream, which it collects as a whole.
func (filtered) IsWatchListSemanticsUnSupported() bool { return true }

// ListWithContext returns a list of the grants only, up to as many as are kept. Its resource version is that of the whole
// list. The options are client-go's: with the resource version that they can name, the API server ignores a limit. A list
// that was changed too often to be read to its end is an error, and is tried again.
func (f filtered) ListWithContext(ctx context.Context, _ metav1.ListOptions) (runtime.Object, error) {
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

// appendPage appends the grants of one page, and returns the metadata of the page.
func (f filtered) appendPage(ctx context.Context, all *metav1.List, next string) (metav1.ListMeta, error) {
	f.reading.Lock()
	defer f.reading.Unlock()
	page, err := f.ListerWatcherWithContext.ListWithContext(ctx, metav1.ListOptions{Limit: pageSize, Continue: next})
	if err != nil {
		return metav1.ListMeta{}, err
	}
	err = meta.EachListItem(page, func(object runtime.Object) error {
		if g, is := f.of(object); is && len(all.Items) < maxGrants {
			item := &listed{grant: g}
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

// List implements toolscache.Lister.
func (f filtered) List(options metav1.ListOptions) (runtime.Object, error) {
	return f.ListWithContext(context.Background(), options)
}

// Watch implements toolscache.Watcher.
func (f filtered) Watch(options metav1.ListOptions) (watch.Interface, error) {
	return f.WatchWithContext(context.Background(), options)
}
