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

package controllers

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

// setFinalizer puts our finalizer on a map, or takes it off. It makes no request if that is so already.
func (r *StakeholderMapReconciler) setFinalizer(ctx context.Context, m *v1alpha1.StakeholderMap, wanted bool) error {
	seen := apply.SeenAs(names.KindMap, m)
	written, err := putFinalizer(ctx, r.Client, &r.overwrites, m, finalizerWrite{mapFinalizers(m), v1alpha1.TargetsFinalizer, wanted}, r.Clock.Now())
	key := client.ObjectKeyFromObject(m)
	switch {
	case written && !m.DeletionTimestamp.IsZero() && len(m.Finalizers) == 0:
		r.Applier.Writes.Released(key, names.KindMap, key, m.UID)
	case written:
		r.Applier.Writes.Done(key, names.KindMap, key, m.ResourceVersion)
	}
	return apply.ExplainConflict(ctx, r.Applier.Live, seen, err)
}

// finalizerWrite is whether an object should have a finalizer.
type finalizerWrite struct {
	// part is what of the object that concerns.
	part      apply.Part
	finalizer string
	wanted    bool
}

// putFinalizer puts a finalizer on an object, or takes it off, and says whether it made a request for that, which it
// does not if that is so already. The error is an *apply.DisputeError if another writer has undone that again and again.
// It is no server-side apply, as status is: a finalizer that a user has copied into a manifest would have two
// owners, and the object could never be deleted.
func putFinalizer(
	ctx context.Context, writer client.Writer, overwrites *apply.Overwrites, object client.Object, w finalizerWrite, now time.Time,
) (written bool, err error) {
	is := slices.Contains(object.GetFinalizers(), w.finalizer)
	if is == w.wanted {
		return false, nil
	}
	wanted := apply.Digest(object.GetGeneration(), w.wanted)
	if held := overwrites.HeldBack(w.part, wanted, strconv.FormatBool(is), now); held != nil {
		return false, held
	}
	// A list of finalizers is replaced as a whole, so nobody else may have changed it meanwhile.
	patch := client.MergeFromWithOptions(copyOf(object), client.MergeFromWithOptimisticLock{})
	changed := copyOf(object)
	if w.wanted {
		controllerutil.AddFinalizer(changed, w.finalizer)
	} else {
		controllerutil.RemoveFinalizer(changed, w.finalizer)
	}
	err = writer.Patch(ctx, changed, patch, apply.FieldOwner)
	if apierrors.IsNotFound(err) && !w.wanted {
		// It was the last finalizer when it was taken off before, and the cache still shows the object.
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("write finalizer: %w", err)
	}
	if overwrites.Wrote(w.part, wanted, strconv.FormatBool(is), strconv.FormatBool(w.wanted), now) {
		logDispute(ctx, w.part)
	}
	object.SetFinalizers(changed.GetFinalizers())
	object.SetResourceVersion(changed.GetResourceVersion())
	return true, nil
}

func copyOf(object client.Object) client.Object {
	return object.DeepCopyObject().(client.Object) //nolint:errcheck,forcetypeassert // a copy of one is one
}
