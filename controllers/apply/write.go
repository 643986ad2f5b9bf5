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
	"encoding/json"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"
)

// send writes an output: see writeObject. Have is the observed object, or nil. It returns the stored object, or nil if
// nothing was stored, and reports whether that is what was sent. The error is a *DisputeError if the output must not be
// written yet, or if it is in dispute after the write.
func send[T any, P interface {
	*T
	client.Object
}](ctx context.Context, s *Session, desired, have P) (answer P, exact bool, err error) {
	part, wanted, is := partOf(desired), fingerprint(desired, desired), absent
	var seen client.Object
	if have != nil {
		seen, is = have, fingerprint(have, desired)
	}
	if err := s.heldBack(part, wanted, is); err != nil {
		return nil, false, err
	}
	// Also around a deletion, so that a table does not stay deleted until there is room for the new one.
	release, err := s.roomFor(ctx, desired)
	if err != nil {
		return nil, false, err
	}
	defer release()
	if seen != nil && s.isFixed(seen) {
		if err := s.replace(ctx, seen); err != nil {
			return nil, false, err
		}
		seen = nil
	}
	stored, err := s.writeObject(ctx, desired, seen)
	if err != nil {
		return nil, false, err
	}
	exact, err = s.recordAnswer(part, wanted, desired, stored)
	return stored.(P), exact, err //nolint:errcheck,forcetypeassert // an answer is of the kind that was sent
}

// isFixed reports whether an object cannot be changed, so that it has to be deleted and created again: it is an
// immutable ConfigMap, or has another controller.
func (s *Session) isFixed(object client.Object) bool {
	table, ok := object.(*corev1.ConfigMap)
	return ok && table.Immutable != nil && *table.Immutable || s.hasForeignController(object)
}

// writeObject writes an output in one request, and returns the answer of the API server. It creates the output if have
// is nil. Otherwise it changes exactly the observed version: the request fails with a conflict if the object has
// changed since or was replaced. That matters because the request may be delayed while another replica enforces a later
// edit.
//
// writeObject does not touch an object that exists although have is nil. The error is a *ForeignError if that object is
// not the map's, and ErrStaleRetry if it is, or if the observed object no longer exists.
func (s *Session) writeObject(ctx context.Context, desired, have client.Object) (answer client.Object, err error) {
	part := partOf(desired)
	seen := Seen{Kind: part.Kind, Key: part.Key}
	if have != nil {
		seen = SeenAs(part.Kind, have)
	}
	err = s.request(ctx, func() (err error) {
		if have == nil {
			answer, err = s.create(ctx, desired)
		} else {
			answer, err = s.change(ctx, desired, have)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("write %s %s: %w", part.Kind, part.Key.Name, s.explain(ctx, seen, err))
	}
	if part.Key.Namespace != s.owner.Namespace {
		s.wroteInOtherNamespace.Store(true)
	}
	s.Writes.RecordWrite(s.owner.NamespacedName(), part, answer.GetResourceVersion())
	log.FromContext(ctx).Info("Written", "kind", part.Kind, "object", part.Key, "created", have == nil)
	return answer, nil
}

func (s *Session) create(ctx context.Context, desired client.Object) (client.Object, error) {
	// The client decodes the answer into the copy, and replaces it as a whole, because the operator uses protobuf.
	answer := copyOf(desired)
	err := s.Writer.Create(ctx, answer, FieldOwner)
	if !apierrors.IsAlreadyExists(err) {
		return answer, err
	}
	part := partOf(desired)
	existing := newObject(part)
	found, err := s.observeLive(ctx, existing)
	switch {
	case err != nil:
		return nil, err
	case !found:
		return nil, fmt.Errorf("it was deleted in the meantime: %w", ErrStaleRetry)
	case released(s.owner, existing):
		// The output has to be created again, which is not possible before this object is removed.
		return nil, &ForeignError{Part: part, Held: true}
	}
	// The next reconcile reads it by its name.
	s.hidden.add(s.owner.NamespacedName(), part)
	return nil, fmt.Errorf("it exists, and the cache does not show it: %w", ErrStaleRetry)
}

// change makes the content of an object exactly the desired one, including fields of other field managers. It keeps the
// metadata that other writers have added. A strategic merge patch does both in one request. An update would need that
// other metadata, which the cache does not keep, and the right to update.
func (s *Session) change(ctx context.Context, desired, have client.Object) (client.Object, error) {
	answer, err := s.patch(ctx, desired, exactly(desired, have))
	if apierrors.IsNotFound(err) {
		s.current.doubt()
		return nil, fmt.Errorf("it was deleted in the meantime: %w", ErrStaleRetry)
	}
	if err != nil {
		return nil, err
	}
	wanted, ok := desired.(*corev1.ConfigMap)
	if is, isTable := answer.(*corev1.ConfigMap); ok && isTable && len(is.Data) == 0 && len(wanted.Data) > 0 {
		// If the object has no data at all, Kubernetes ignores a patch that replaces it.
		return s.patch(ctx, desired, map[string]any{
			"metadata": map[string]any{"uid": is.UID, "resourceVersion": is.ResourceVersion}, "data": wanted.Data,
		})
	}
	return answer, nil
}

func (s *Session) patch(ctx context.Context, desired client.Object, patch map[string]any) (client.Object, error) {
	content, err := json.Marshal(patch)
	if err != nil {
		return nil, fmt.Errorf("encode the patch: %w", err)
	}
	answer := newObject(partOf(desired))
	return answer, s.Writer.Patch(ctx, answer, client.RawPatch(types.StrategicMergePatchType, content), FieldOwner)
}

// exactly returns the strategic merge patch that makes an object the desired one. Kubernetes merges labels, annotations
// and, by UID, owner references. It replaces rules and subjects. It replaces data only because the patch says so.
func exactly(desired, have client.Object) map[string]any {
	meta := map[string]any{
		"uid": have.GetUID(), "resourceVersion": have.GetResourceVersion(),
		"labels": desired.GetLabels(), "annotations": desired.GetAnnotations(),
	}
	if owners := desired.GetOwnerReferences(); len(owners) > 0 {
		// A null list would remove the references of other writers.
		meta["ownerReferences"] = owners
	}
	patch := map[string]any{"metadata": meta}
	switch desired := desired.(type) {
	case *corev1.ConfigMap:
		// No key of a ConfigMap can have a dollar sign.
		data := map[string]any{"$patch": "replace"}
		for key, value := range desired.Data {
			data[key] = value
		}
		patch["data"], patch["binaryData"] = data, nil
	case *corev1.ServiceAccount:
		patch["automountServiceAccountToken"] = desired.AutomountServiceAccountToken
	case *rbacv1.Role:
		patch["rules"] = append([]rbacv1.PolicyRule{}, desired.Rules...)
	case *rbacv1.RoleBinding:
		patch["subjects"] = append([]rbacv1.Subject{}, desired.Subjects...)
	}
	return patch
}
