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

// send brings an output to what is desired: see writeObject. Have is what was seen, or nil. It returns what the API server has stored,
// nil if nothing was, and says whether that is what was sent. The error is a *DisputeError if the output is not to be written
// now, or does not stay as it is written.
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

// isFixed says whether an object can only be created anew: a ConfigMap is immutable, or the object has another controller.
func (s *Session) isFixed(object client.Object) bool {
	table, ok := object.(*corev1.ConfigMap)
	return ok && table.Immutable != nil && *table.Immutable || s.hasForeignController(object)
}

// writeObject brings an output to what is desired, by one request, and returns what the API server answers. It creates the output
// if have is nil, and otherwise changes the very version of it that was seen: the request fails with a conflict if the object
// has changed since, or another one has taken its place. The request may have been delayed, and another replica may have
// enforced a later edit meanwhile.
//
// An object that exists although none was seen is left alone. The error is a *ForeignError if it is not the map's, and
// ErrStaleRetry if it is, or if the object that was seen is gone.
func (s *Session) writeObject(ctx context.Context, desired, have client.Object) (answer client.Object, err error) {
	part := partOf(desired)
	seen := Seen{Kind: part.Kind, Key: part.Key}
	if have != nil {
		seen = SeenAs(part.Kind, have)
	}
	release, err := s.roomFor(ctx, desired)
	if err != nil {
		return nil, err
	}
	defer release()
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
	// The answer is read into what was sent. It takes its place as a whole, because the operator talks protobuf.
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
		// Only a new one can be in force, and there cannot be one until this one is gone.
		return nil, &ForeignError{Part: part, Held: true}
	}
	// The next reconcile looks at it by its name.
	s.hidden.add(s.owner.NamespacedName(), part)
	return nil, fmt.Errorf("it exists, and the cache does not show it: %w", ErrStaleRetry)
}

// change makes the content of an object exactly what is desired, for every field manager, and leaves alone what
// others have added to its metadata. A strategic merge patch does both in one request. A replacement would have to have the
// others' metadata, which the cache does not keep, and the operator would need the right to update.
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
		// Where there is no data at all, Kubernetes leaves out what should replace it.
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

// exactly is the strategic merge patch that brings an object to what is desired. Kubernetes merges labels, annotations and
// owner references, by their UID, and replaces rules and subjects; data it replaces if it is told to.
func exactly(desired, have client.Object) map[string]any {
	meta := map[string]any{
		"uid": have.GetUID(), "resourceVersion": have.GetResourceVersion(),
		"labels": desired.GetLabels(), "annotations": desired.GetAnnotations(),
	}
	if owners := desired.GetOwnerReferences(); len(owners) > 0 {
		// None at all would take away the others'.
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
