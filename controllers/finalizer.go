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

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
)

// setFinalizer puts our finalizer on a map, or takes it off. It makes no request if that is so already.
func (r *StakeholderMapReconciler) setFinalizer(ctx context.Context, m *v1alpha1.StakeholderMap, wanted bool) error {
	written, err := putFinalizer(ctx, r.Client, m, v1alpha1.TargetsFinalizer, wanted)
	if written {
		r.Applier.Writes.Done(client.ObjectKeyFromObject(m), kindMap, client.ObjectKeyFromObject(m), m.ResourceVersion)
	}
	return err
}

// putFinalizer puts a finalizer on an object, or takes it off, and says whether it made a request for that, which it
// does not if that is so already. Unlike everything else it is no server-side apply: a finalizer that somebody has copied
// into a manifest would have two owners, and the object could never be deleted.
func putFinalizer(ctx context.Context, writer client.Writer, object client.Object, finalizer string, wanted bool) (written bool, err error) {
	if slices.Contains(object.GetFinalizers(), finalizer) == wanted {
		return false, nil
	}
	// A list of finalizers is replaced as a whole, so nobody else may have changed it meanwhile.
	patch := client.MergeFromWithOptions(copyOf(object), client.MergeFromWithOptimisticLock{})
	changed := copyOf(object)
	if wanted {
		controllerutil.AddFinalizer(changed, finalizer)
	} else {
		controllerutil.RemoveFinalizer(changed, finalizer)
	}
	err = writer.Patch(ctx, changed, patch, apply.FieldOwner)
	if apierrors.IsNotFound(err) && !wanted {
		// It was the last finalizer when it was taken off before, and the cache still shows the object.
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("write finalizer: %w", err)
	}
	object.SetFinalizers(changed.GetFinalizers())
	object.SetResourceVersion(changed.GetResourceVersion())
	return true, nil
}

func copyOf(object client.Object) client.Object {
	return object.DeepCopyObject().(client.Object) //nolint:errcheck,forcetypeassert // a copy of one is one
}
