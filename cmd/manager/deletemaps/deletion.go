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

package deletemaps

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

const (
	// pageSize is how many objects are listed, and then deleted, at a time.
	pageSize = 500
	// deletionsAtOnce bounds the requests that run at the same time.
	deletionsAtOnce = 16
	// retryInterval is the time between two attempts if a request fails or a watch ends. A ServiceAccount that was created a moment ago
	// can lack its rights at first.
	retryInterval = time.Second
)

// deletion deletes the objects of a kind, also those that are created until it ends.
type deletion struct {
	client       client.WithWatch
	kind, plural string
	propagation  metav1.DeletionPropagation
	// concerns selects the objects to delete.
	concerns func(*metav1.PartialObjectMetadata) bool

	// remaining are the objects that exist, as far as is known.
	remaining map[types.UID]types.NamespacedName
	// found is true if there was an object to delete. gone is true if no object remained, and err is the last problem.
	found, gone bool
	err         error
}

// run returns when all objects are gone, or when ctx is done.
func (d *deletion) run(ctx context.Context) {
	// It ends with an error only when ctx is done, and then gone is false.
	_ = wait.PollUntilContextCancel(ctx, retryInterval, true, func(ctx context.Context) (bool, error) {
		err := d.attempt(ctx)
		// An interrupted request says nothing about the problem.
		if ctx.Err() == nil {
			d.err = err
		}
		return d.gone, nil
	})
}

// attempt deletes all objects, and returns when they are gone, or when a request has failed or the watch has ended.
func (d *deletion) attempt(ctx context.Context) error {
	version, err := d.deleteListed(ctx)
	if meta.IsNoMatchError(err) || apierrors.IsNotFound(err) {
		// The kind is not installed.
		d.gone = true
		return nil
	}
	if err != nil {
		return err
	}
	if d.gone = len(d.remaining) == 0; d.gone {
		return nil
	}
	events, err := d.client.Watch(ctx, d.list(), &client.ListOptions{Raw: &metav1.ListOptions{ResourceVersion: version}})
	if err != nil {
		return fmt.Errorf("watch: %w", err)
	}
	defer events.Stop()
	for event := range events.ResultChan() {
		if err := d.follow(ctx, event); err != nil {
			return err
		}
		if d.gone = len(d.remaining) == 0; d.gone {
			return nil
		}
	}
	return nil
}

// deleteListed deletes the objects that exist, and returns the resource version of their list.
func (d *deletion) deleteListed(ctx context.Context) (version string, err error) {
	remaining := map[types.UID]types.NamespacedName{}
	list := d.list()
	var errs []error
	for more := true; more; more = list.Continue != "" {
		if err := d.client.List(ctx, list, client.Limit(pageSize), client.Continue(list.Continue)); err != nil {
			return "", fmt.Errorf("list: %w", err)
		}
		var group errgroup.Group
		group.SetLimit(deletionsAtOnce)
		for i := range list.Items {
			object := &list.Items[i]
			if !d.concerns(object) {
				continue
			}
			remaining[object.UID] = client.ObjectKeyFromObject(object)
			d.found = true
			if object.DeletionTimestamp.IsZero() {
				group.Go(func() error { return d.delete(ctx, client.ObjectKeyFromObject(object)) })
			}
		}
		// One that cannot be deleted does not keep the others.
		errs = append(errs, group.Wait())
	}
	d.remaining = remaining
	return list.ResourceVersion, errors.Join(errs...)
}

// follow keeps remaining current, and deletes what was created again.
func (d *deletion) follow(ctx context.Context, event watch.Event) error {
	object, ok := event.Object.(*metav1.PartialObjectMetadata)
	if !ok {
		return fmt.Errorf("watch: %w", apierrors.FromObject(event.Object))
	}
	if !d.concerns(object) {
		return nil
	}
	if event.Type == watch.Deleted {
		delete(d.remaining, object.UID)
		return nil
	}
	d.remaining[object.UID] = client.ObjectKeyFromObject(object)
	if event.Type == watch.Added && object.DeletionTimestamp.IsZero() {
		return d.delete(ctx, client.ObjectKeyFromObject(object))
	}
	return nil
}

func (d *deletion) delete(ctx context.Context, key types.NamespacedName) error {
	// The response to a deletion that waits is a whole object.
	object := &unstructured.Unstructured{}
	object.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind(d.kind))
	object.SetNamespace(key.Namespace)
	object.SetName(key.Name)
	if err := client.IgnoreNotFound(d.client.Delete(ctx, object, client.PropagationPolicy(d.propagation))); err != nil {
		return fmt.Errorf("delete %s: %w", nameOf(key), err)
	}
	return nil
}

// list is an empty list of metadata of the kind.
func (d *deletion) list() *metav1.PartialObjectMetadataList {
	list := &metav1.PartialObjectMetadataList{}
	list.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind(d.kind + "List"))
	return list
}
