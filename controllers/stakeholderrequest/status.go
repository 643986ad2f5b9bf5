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

package stakeholderrequest

import (
	"context"
	"errors"
	"fmt"

	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/requests"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/statuswriter"
)

// kindRequest is the kind of requests.
const kindRequest = "StakeholderRequest"

// errChanged says that a request has changed since it was read. A watch event brings the next reconcile.
var errChanged = errors.New("the request has changed since it was read")

// statusWriter writes the status of requests.
type statusWriter struct {
	writer *statuswriter.Writer
	// writes remembers what the cache does not show yet. A reconcile that went by an older state would write the same again.
	writes apply.Writes
}

// isStale reports whether a request, as read from the cache, is older than the last write of its status.
func (w *statusWriter) isStale(r *v1alpha1.StakeholderRequest) bool {
	return w.writes.RecordRead(client.ObjectKeyFromObject(r), kindRequest, r) != nil
}

// forget drops a request that is gone.
func (w *statusWriter) forget(key types.NamespacedName) { w.writes.Forget(key) }

// write writes a status if it differs from the one of the request, and reports whether it did. The error is errChanged if the
// request has changed since it was read: an answer may have come or gone, so it has to be decided anew. It is an
// *apply.DisputeError if another writer has undone the same again and again.
func (w *statusWriter) write(ctx context.Context, r *v1alpha1.StakeholderRequest, next v1alpha1.StakeholderRequestStatus) (written bool, err error) {
	if equality.Semantic.DeepEqual(r.Status, next) {
		return false, nil
	}
	change := statuswriter.Change{Object: r, Before: contentOf(r.Status), After: contentOf(next)}
	if held := w.writer.HeldBack(change); held != nil {
		return false, held
	}
	if !requests.IsOpen(r) {
		if next, err = w.complete(ctx, r, next); err != nil {
			return false, err
		}
	}
	change.Status = &next
	resourceVersion, blind, err := w.apply(ctx, r, change)
	switch {
	case apierrors.IsNotFound(err), errors.Is(err, errChanged):
		return false, errChanged
	case apply.StateOf(err) == apply.Raced:
		w.writer.Wrote(ctx, change, "")
		return false, errChanged
	case err != nil:
		w.writer.RecordRefusal(r, err)
		return false, fmt.Errorf("write status: %w", err)
	}
	w.writer.Wrote(ctx, change, change.After)
	key := client.ObjectKeyFromObject(r)
	record := w.writes.RecordWrite
	if blind {
		record = w.writes.RecordBlindWrite
	}
	record(key, apply.Part{Kind: kindRequest, Key: key}, resourceVersion)
	return true, nil
}

// labelWrites is how often a write is repeated because only the metadata of the request has changed. A user who may answer a request may
// label it, and must not be able to delay its outcome by that.
const labelWrites = 5

// apply writes a status to the request as it was read: neither what is asked and answered nor the status has changed. It returns the new
// resource version of the request, and whether its metadata was changed since it was read.
func (w *statusWriter) apply(ctx context.Context, r *v1alpha1.StakeholderRequest, change statuswriter.Change) (version string, blind bool, err error) {
	seen := r
	for range labelWrites {
		version, err = w.writer.Apply(ctx, change, seen.ResourceVersion)
		if !apierrors.IsConflict(err) {
			return version, seen != r, err
		}
		live := &v1alpha1.StakeholderRequest{}
		if failed := w.writer.Live.Get(ctx, client.ObjectKeyFromObject(r), live); failed != nil {
			return "", false, err
		}
		if live.UID == seen.UID && live.ResourceVersion == seen.ResourceVersion {
			return "", false, apply.ExplainConflict(ctx, w.writer.Live, apply.SeenAs(kindRequest, seen), err)
		}
		if live.UID != r.UID || live.Generation != r.Generation || !live.DeletionTimestamp.IsZero() || !sameStatus(r, live) {
			return "", false, err
		}
		seen = live
	}
	return "", false, fmt.Errorf("another writer keeps changing it: %w", errChanged)
}

// sameStatus reports whether a request from the API server has the status of one from the cache, which keeps only a part of it once
// there is an outcome.
func sameStatus(cached, live *v1alpha1.StakeholderRequest) bool {
	stripped, err := requests.Strip(live.DeepCopy())
	if err != nil {
		return false
	}
	again, ok := stripped.(*v1alpha1.StakeholderRequest)
	return ok && equality.Semantic.DeepEqual(cached.Status, again.Status)
}

// complete adds to the status of a request with an outcome what the cache does not keep. Only the conditions can change.
func (w *statusWriter) complete(ctx context.Context, r *v1alpha1.StakeholderRequest, next v1alpha1.StakeholderRequestStatus) (v1alpha1.StakeholderRequestStatus, error) {
	live := &v1alpha1.StakeholderRequest{}
	if err := w.writer.Live.Get(ctx, client.ObjectKeyFromObject(r), live); apierrors.IsNotFound(err) {
		return next, errChanged
	} else if err != nil {
		return next, fmt.Errorf("read request: %w", err)
	}
	if live.UID != r.UID || live.Generation != r.Generation || !sameStatus(r, live) {
		return next, errChanged
	}
	complete := live.Status
	complete.Conditions, complete.ObservedGeneration = next.Conditions, next.ObservedGeneration
	return complete, nil
}

// contentOf is a digest of a status without the times of its conditions, which are others each time that a condition is put back.
func contentOf(status v1alpha1.StakeholderRequestStatus) string {
	status.Conditions = messages.WithoutTimes(status.Conditions)
	return apply.Digest(status)
}
