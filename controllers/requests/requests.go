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

// Package requests finds StakeholderRequests in the cache, by the map that they ask about.
package requests

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/intern"
)

// MapIndex is the cache's index of requests by map and state. IndexByMap computes its keys. Requests that have ended in any
// other way than by an approval are not indexed: nothing changes for them any more.
const MapIndex = "stakeholders.dev/request-map"

// The states of requests that are indexed.
const (
	open     = "open"
	approved = "approved"
)

// IndexByMap returns the key of a request in MapIndex.
func IndexByMap(object client.Object) []string {
	r, ok := object.(*v1alpha1.StakeholderRequest)
	if !ok {
		return nil
	}
	switch {
	case IsOpen(r):
		return []string{key(open, MapOf(r))}
	case r.Status.Outcome == v1alpha1.OutcomeApproved:
		return []string{key(approved, MapOf(r))}
	default:
		return nil
	}
}

func key(state string, m types.NamespacedName) string { return state + "/" + m.String() }

// IsOpen reports whether a request has no outcome yet.
func IsOpen(r *v1alpha1.StakeholderRequest) bool {
	return r.Status.Outcome == "" || r.Status.Outcome == v1alpha1.OutcomePending
}

// MapOf returns the map that a request asks about.
func MapOf(r *v1alpha1.StakeholderRequest) types.NamespacedName {
	return types.NamespacedName{Namespace: r.Namespace, Name: r.Spec.Map}
}

// Open lists the requests about a map that have no outcome yet. They belong to the cache, so they must not be changed.
func Open(ctx context.Context, reader client.Reader, m types.NamespacedName) ([]v1alpha1.StakeholderRequest, error) {
	return list(ctx, reader, client.MatchingFields{MapIndex: key(open, m)})
}

// Approved lists the requests about a map that were approved, in force or not. They belong to the cache, so they must not be
// changed.
func Approved(ctx context.Context, reader client.Reader, m types.NamespacedName) ([]v1alpha1.StakeholderRequest, error) {
	return list(ctx, reader, client.MatchingFields{MapIndex: key(approved, m)})
}

func list(ctx context.Context, reader client.Reader, selected client.MatchingFields) ([]v1alpha1.StakeholderRequest, error) {
	found := &v1alpha1.StakeholderRequestList{}
	if err := reader.List(ctx, found, selected, client.UnsafeDisableDeepCopy); err != nil {
		return nil, fmt.Errorf("list StakeholderRequests: %w", err)
	}
	return found.Items, nil
}

// Strip is the cache transform of requests. It drops what no decision depends on, such as the description, and replaces comments by
// digests: a comment tells two answers of a person apart. Client-go may call it with what it has returned before.
func Strip(object any) (any, error) {
	stored, ok := object.(*v1alpha1.StakeholderRequest)
	if !ok {
		return object, nil
	}
	stored.ManagedFields, stored.Annotations, stored.Labels, stored.OwnerReferences = nil, nil, nil, nil
	stored.Spec.Title, stored.Spec.Description, stored.Spec.Links = "", "", nil
	if !IsOpen(stored) {
		stored.Spec.Responses, stored.Status.Decisions, stored.Status.Unverified = nil, nil, nil
	}
	if !IsOpen(stored) && stored.Status.Outcome != v1alpha1.OutcomeApproved {
		// It opens nothing.
		stored.Spec.Subject = ""
	}
	// Decoding allocates spare capacity in lists. A copy has none.
	r := stored.DeepCopy()
	for _, text := range []*string{&r.APIVersion, &r.Kind, &r.Namespace, &r.Spec.Map, &r.Spec.Topic, &r.Spec.RequestedBy, &r.Status.MapUID, &r.Status.Admission} {
		*text = intern.String(*text)
	}
	for i := range r.Spec.Responses {
		r.Spec.Responses[i].Comment = digestOf(r.Spec.Responses[i].Comment)
	}
	for i := range r.Status.Conditions {
		c := &r.Status.Conditions[i]
		c.Type, c.Reason, c.Message = intern.String(c.Type), intern.String(c.Reason), intern.String(c.Message)
	}
	r.Status.To = intern.Strings(r.Status.To)
	r.Status.EscalatedTo = intern.Strings(r.Status.EscalatedTo)
	return r, nil
}

const (
	// digestPrefix begins the digest of a comment, and digestLength is its length.
	digestPrefix = "sha256:"
	digestLength = len(digestPrefix) + 16
)

// digestOf returns a digest of a comment. The digest of a digest, and of no comment, is the same. Its form must never change, because
// statuses have digests of it.
func digestOf(comment string) string {
	if comment == "" || len(comment) == digestLength && strings.HasPrefix(comment, digestPrefix) {
		return comment
	}
	sum := sha256.Sum256([]byte(comment))
	return digestPrefix + hex.EncodeToString(sum[:8])
}
