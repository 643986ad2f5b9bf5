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

// Package statuswriter writes the status and the finalizers of the operator's own kinds, which other writers can change too.
package statuswriter

import (
	"context"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/events"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
)

// Writer writes the status and the finalizers of the objects of one kind. It delays writes that another writer keeps undoing.
type Writer struct {
	Kind     string
	Client   client.Client
	Live     client.Reader
	Recorder events.EventRecorder
	// Rewrites remembers the writes of several contents.
	Rewrites apply.Rewrites
}

// Change is the next status of an object.
type Change struct {
	Object client.Object
	// Status points to the next status.
	Status any
	// Before and After are digests of the current and of the next status, without what differs each time, such as times.
	Before, After string
}

// wanted includes the generation, so that no edit is held back.
func (c *Change) wanted() string { return apply.Digest(c.Object.GetGeneration(), c.After) }

// StatusOf returns what messages call the status of objects of a kind.
func StatusOf(kind string) string { return "the status of " + kind }

// Status names the status of an object.
func (w *Writer) Status(object client.Object) apply.Part {
	return apply.Part{Kind: StatusOf(w.Kind), Key: client.ObjectKeyFromObject(object)}
}

// Finalizers names the finalizers of an object.
func (w *Writer) Finalizers(object client.Object) apply.Part {
	return apply.Part{Kind: "the finalizers of " + w.Kind, Key: client.ObjectKeyFromObject(object)}
}

// HeldBack returns an *apply.DisputeError if a status must not be written yet, because another writer keeps undoing it.
func (w *Writer) HeldBack(c Change) error {
	part := w.Status(c.Object)
	return w.Rewrites.HeldBack(part.Key, part, c.wanted(), c.Before)
}

// Apply writes a status. It returns the new resource version of the object. The error is a conflict if the object does
// not have the given resource version: it has changed since it was read, or was deleted and created again. The UID alone
// does not cause a conflict, because the API server ignores it when it writes the status of a custom resource.
func (w *Writer) Apply(ctx context.Context, c Change, resourceVersion string) (string, error) {
	status, err := runtime.DefaultUnstructuredConverter.ToUnstructured(c.Status)
	if err != nil {
		return "", fmt.Errorf("encode status: %w", err)
	}
	applied := &unstructured.Unstructured{Object: map[string]any{"status": status}}
	applied.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind(w.Kind))
	applied.SetNamespace(c.Object.GetNamespace())
	applied.SetName(c.Object.GetName())
	applied.SetUID(c.Object.GetUID())
	applied.SetResourceVersion(resourceVersion)
	err = w.Client.Status().Apply(ctx, client.ApplyConfigurationFromUnstructured(applied), apply.FieldOwner, client.ForceOwnership)
	// The client decodes the answer into what was sent.
	return applied.GetResourceVersion(), err
}

// Wrote remembers a write. Is has Change.After, or is empty if another writer was faster. If another writer keeps changing
// the status, an event and the log say so, because that writer changes what status says.
func (w *Writer) Wrote(ctx context.Context, c Change, is string) {
	part := w.Status(c.Object)
	if w.Rewrites.Record(part.Key, part, apply.Write{Wanted: c.wanted(), Before: c.Before, After: is}) {
		apply.LogDispute(ctx, part)
		w.warn(c.Object, v1alpha1.ReasonContested, w.Rewrites.Dispute(part.Key, part))
	}
}

// RecordRefusal records an event if the API server has refused a status, because status cannot report that.
func (w *Writer) RecordRefusal(object client.Object, err error) {
	if apply.StateOf(err) == apply.Refused {
		w.warn(object, v1alpha1.ReasonApplyFailed, err)
	}
}

func (w *Writer) warn(object client.Object, reason string, err error) {
	messages.Record(w.Recorder, object, corev1.EventTypeWarning, reason, "WriteStatus", err.Error())
}

// WriteFinalizer adds a finalizer to an object, or removes it, and reports whether it made a request for that.
func (w *Writer) WriteFinalizer(ctx context.Context, object client.Object, finalizer string, wanted bool) (written bool, err error) {
	change := apply.FinalizerWrite{Part: w.Finalizers(object), Finalizer: finalizer, Wanted: wanted}
	return apply.WriteFinalizer(ctx, w.Client, &w.Rewrites, object, change)
}

// Disputes returns the disputes about some parts. It takes those of the last writes from written, which have the time of
// the next attempt.
func (w *Writer) Disputes(written apply.Result, parts ...apply.Part) apply.Result {
	found := written.Disputes()
	for _, part := range parts {
		known := slices.ContainsFunc(found, func(o apply.Outcome) bool { return o.Kind == part.Kind && o.Key == part.Key })
		if !known {
			found = append(found, apply.ResultOf(w.Rewrites.Dispute(part.Key, part))...)
		}
	}
	return found
}

// Forget drops everything about an object that no longer exists.
func (w *Writer) Forget(key types.NamespacedName) { w.Rewrites.Forget(key) }
