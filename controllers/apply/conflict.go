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
	"errors"
	"net/http"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// LastingConflictError is a conflict that no other writer has caused: the object has not changed since it was read.
// Admission can answer with a conflict, for example that of hierarchical namespaces. An immediate retry gets the same
// answer, so this error counts as a failure.
type LastingConflictError struct{ error }

// Unwrap returns the conflict.
func (e *LastingConflictError) Unwrap() error { return e.error }

// isRefused reports whether the API server or its admission has refused a write because of its content. The same write
// would be refused again, while another one, such as a deletion, may pass. A failure of the server itself is no
// refusal. Only the code is checked: many webhooks give no reason that Kubernetes defines and no code, and then the API
// server answers 400.
func isRefused(err error) bool {
	if _, lasting := errors.AsType[*LastingConflictError](err); lasting {
		return true
	}
	var status apierrors.APIStatus
	if !errors.As(err, &status) {
		return false
	}
	switch code := status.Status().Code; code {
	case http.StatusUnauthorized, http.StatusNotFound, http.StatusRequestTimeout, http.StatusConflict, http.StatusGone, http.StatusTooManyRequests:
		return false
	default:
		return code >= http.StatusBadRequest && code < http.StatusInternalServerError
	}
}

// Seen is the state of an object on which a write was based.
type Seen struct {
	Kind string
	Key  types.NamespacedName
	// UID is "" if there was no such object.
	UID types.UID
	// ResourceVersion is "" if the write did not depend on it.
	ResourceVersion string
}

// SeenAs returns the state of an object for a write that depends on its resource version.
func SeenAs(kind string, object client.Object) Seen {
	return Seen{Kind: kind, Key: client.ObjectKeyFromObject(object), UID: object.GetUID(), ResourceVersion: object.GetResourceVersion()}
}

// seenByUID is SeenAs for a write that depends only on the object's UID.
func seenByUID(object client.Object) Seen {
	return Seen{Kind: kindOf(object), Key: client.ObjectKeyFromObject(object), UID: object.GetUID()}
}

// ExplainConflict checks after a conflict whether the object has changed since the write read it. It returns a
// *LastingConflictError if it has not. It returns any other error unchanged.
func ExplainConflict(ctx context.Context, live client.Reader, seen Seen, err error) error {
	if !apierrors.IsConflict(err) {
		return err
	}
	now := &metav1.PartialObjectMetadata{}
	now.SetGroupVersionKind(groupVersionOf(seen.Kind).WithKind(seen.Kind))
	if failed := client.IgnoreNotFound(live.Get(ctx, seen.Key, now)); failed != nil {
		// The next reconcile checks again.
		return err
	}
	if now.UID != seen.UID || seen.ResourceVersion != "" && now.ResourceVersion != seen.ResourceVersion {
		return err
	}
	return &LastingConflictError{err}
}
