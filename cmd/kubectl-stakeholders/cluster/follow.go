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
	"errors"
	"net"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
	toolswatch "k8s.io/client-go/tools/watch"
	"k8s.io/klog/v2"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// ErrDeleted says that a request was deleted while it was followed.
var ErrDeleted = errors.New("it was deleted")

// reconnect is how long Follow waits for an API server that does not answer.
const reconnect = time.Second

// Follow calls seenEnough with a request as it is, and with each later state, until it reports true. It watches and
// does not poll. It outlasts an API server that is away for some time. The error is ErrDeleted if the request was deleted, and
// that of the context if it ends.
func (c *Cluster) Follow(ctx context.Context, key client.ObjectKey, seenEnough func(*v1alpha1.StakeholderRequest) bool) error {
	r, began := &v1alpha1.StakeholderRequest{}, false
	// Without a logger: the watcher logs what this function handles.
	ctx = klog.NewContext(ctx, klog.Logger{})
	for {
		err := c.Get(ctx, key, r)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case began && apierrors.IsNotFound(err):
			return ErrDeleted
		case began && isTransient(err):
			if err := sleep(ctx, reconnect); err != nil {
				return err
			}
			continue
		case err != nil:
			return err
		}
		began = true
		if seenEnough(r) {
			return nil
		}
		if done, err := c.followFrom(ctx, r, seenEnough); done || err != nil {
			return err
		}
	}
}

// followFrom follows a request from a state on. It returns without an error if the state is too old to go on from.
func (c *Cluster) followFrom(ctx context.Context, from *v1alpha1.StakeholderRequest, seenEnough func(*v1alpha1.StakeholderRequest) bool) (done bool, err error) {
	watcher, err := toolswatch.NewRetryWatcherWithContext(ctx, from.ResourceVersion, requestWatcher{c, client.ObjectKeyFromObject(from)})
	if err != nil {
		return false, err
	}
	defer watcher.Stop()
	for {
		select {
		case <-ctx.Done():
			return false, ctx.Err()
		case event, open := <-watcher.ResultChan():
			if !open {
				return false, ctx.Err()
			}
			switch event.Type {
			case watch.Added, watch.Modified:
				if r, ok := event.Object.(*v1alpha1.StakeholderRequest); ok && seenEnough(r) {
					return true, nil
				}
			case watch.Deleted:
				return false, ErrDeleted
			case watch.Error:
				if err := apierrors.FromObject(event.Object); apierrors.IsForbidden(err) || apierrors.IsUnauthorized(err) {
					return false, err
				}
				return false, nil
			case watch.Bookmark:
			}
		}
	}
}

// requestWatcher watches one request.
type requestWatcher struct {
	cluster *Cluster
	key     client.ObjectKey
}

// WatchWithContext implements cache.WatcherWithContext.
func (w requestWatcher) WatchWithContext(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
	watcher, err := w.cluster.Watch(ctx, &v1alpha1.StakeholderRequestList{}, client.InNamespace(w.key.Namespace),
		client.MatchingFields{"metadata.name": w.key.Name}, &client.ListOptions{Raw: &options})
	var status apierrors.APIStatus
	if (apierrors.IsResourceExpired(err) || apierrors.IsGone(err)) && errors.As(err, &status) {
		// The retrying watcher would try the same again and again. As an event, it ends it.
		events := make(chan watch.Event, 1)
		events <- watch.Event{Type: watch.Error, Object: new(status.Status())}
		return watch.NewProxyWatcher(events), nil
	}
	return watcher, err
}

// isTransient reports whether the API server may answer again soon.
func isTransient(err error) bool {
	var network net.Error
	return errors.As(err, &network) || apierrors.IsServiceUnavailable(err) || apierrors.IsServerTimeout(err) || apierrors.IsTimeout(err) ||
		apierrors.IsTooManyRequests(err) || apierrors.IsInternalError(err)
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
