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
	"fmt"
	"slices"
	"strconv"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/log"
)

// FinalizerWrite is the addition or removal of a finalizer.
type FinalizerWrite struct {
	// Part names the finalizers of the object, for Rewrites.
	Part      Part
	Finalizer string
	Wanted    bool
}

// WriteFinalizer adds a finalizer to an object, or removes it, and reports whether it made a request. It makes none if
// nothing has to change. The error is a *DisputeError if another writer has undone the change repeatedly. Unlike
// status, finalizers are not written by server-side apply: a finalizer that a user has copied into a manifest would
// have two owners, and the object could never be deleted.
func WriteFinalizer(
	ctx context.Context, writer client.Writer, rewrites *Rewrites, object client.Object, w FinalizerWrite,
) (written bool, err error) {
	is := slices.Contains(object.GetFinalizers(), w.Finalizer)
	if is == w.Wanted {
		return false, nil
	}
	write := Write{Wanted: Digest(object.GetGeneration(), w.Wanted), Before: strconv.FormatBool(is), After: strconv.FormatBool(w.Wanted)}
	if held := rewrites.HeldBack(w.Part.Key, w.Part, write.Wanted, write.Before); held != nil {
		return false, held
	}
	// The patch replaces the whole list of finalizers, so it must fail if another writer has changed the list in the
	// meantime.
	patch := client.MergeFromWithOptions(copyOf(object), client.MergeFromWithOptimisticLock{})
	changed := copyOf(object)
	if w.Wanted {
		controllerutil.AddFinalizer(changed, w.Finalizer)
	} else {
		controllerutil.RemoveFinalizer(changed, w.Finalizer)
	}
	err = writer.Patch(ctx, changed, patch, FieldOwner)
	if apierrors.IsNotFound(err) && !w.Wanted {
		// The operator has already removed it as the last finalizer, and the cache still shows the object.
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("write finalizer: %w", err)
	}
	if rewrites.Record(w.Part.Key, w.Part, write) {
		LogDispute(ctx, w.Part)
	}
	object.SetFinalizers(changed.GetFinalizers())
	object.SetResourceVersion(changed.GetResourceVersion())
	return true, nil
}

func copyOf(object client.Object) client.Object {
	return object.DeepCopyObject().(client.Object) //nolint:errcheck,forcetypeassert // a copy of one is one
}

// LogDispute logs that another writer keeps changing a part of an object.
func LogDispute(ctx context.Context, part Part) {
	log.FromContext(ctx).Info("Another writer keeps changing what the operator writes, so the operator writes it after a delay",
		"part", part.Kind, "object", part.Key)
}

// CountDisputes returns the number of disputes in a result, by the cause of the change: "admission" or "writer".
func CountDisputes(result Result) map[string]int {
	return map[string]int{"admission": len(result.In(Altered)), "writer": len(result.In(Contested))}
}
