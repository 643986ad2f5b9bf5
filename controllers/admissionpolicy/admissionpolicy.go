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

// Package admissionpolicy knows whether the API server checks who writes StakeholderRequests. A request says in whose name it was
// made and answered, and only admission can know whether that is true.
package admissionpolicy

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/decide"
)

const (
	// Label marks the admission policy of requests and its binding, because an installation can rename them.
	Label = "stakeholders.dev/admission"
	// LabelValue is the value of Label.
	LabelValue = "request-authors"
	// proofTTL is how long a dry run proves that the API server evaluates the policy. To change that, an API server has to be restarted
	// with other flags.
	proofTTL = time.Minute
	// maxProofs bounds the proofs that are remembered.
	maxProofs = 1024
	// Settles is how long after a change of the policy every API server has certainly read it. They read changes once a second.
	Settles = 3 * time.Second
	// nobody is a user name that no API server gives to anybody.
	nobody = "stakeholders.dev/nobody"
)

// Kinds of the objects that the API server needs to check a request.
const (
	kindPolicy  = "ValidatingAdmissionPolicy"
	kindBinding = "ValidatingAdmissionPolicyBinding"
)

// Objects returns an empty object of each kind, for metadata-only reads.
func Objects() []*metav1.PartialObjectMetadata {
	policy, binding := &metav1.PartialObjectMetadata{}, &metav1.PartialObjectMetadata{}
	policy.SetGroupVersionKind(admissionregistrationv1.SchemeGroupVersion.WithKind(kindPolicy))
	binding.SetGroupVersionKind(admissionregistrationv1.SchemeGroupVersion.WithKind(kindBinding))
	return []*metav1.PartialObjectMetadata{policy, binding}
}

// Checker says whether the admission policy is in force. It is safe for concurrent use.
type Checker struct {
	// Cache reads the metadata of the policy and its binding without a request. It may be late.
	Cache client.Reader
	// Live reads them from the API server.
	Live client.Reader
	// Writer makes the dry run that proves that the policy is evaluated.
	Writer client.Writer
	Clock  clock.PassiveClock

	mu sync.Mutex
	// proved has when a dry run has proved that a revision is in force in a namespace.
	proved map[proof]time.Time
}

// proof is about one namespace, because a binding can leave some out.
type proof struct{ revision, namespace string }

// Known returns the revision of the policy according to the cache, or "" if there is none.
func (c *Checker) Known(ctx context.Context) (string, error) {
	found, err := list(ctx, c.Cache)
	if err != nil {
		return "", err
	}
	return found.revision(), nil
}

// ChangedAt returns when the policy or its binding was changed last, or the zero time if there is none.
func (c *Checker) ChangedAt(ctx context.Context) (time.Time, error) {
	found, err := c.read(ctx)
	return found.changed(), err
}

// Check asks the API server whether the policy is in force for a request. If the policy has changed a moment ago, so that some API
// server may not have read it, Check returns how long to wait before asking again.
//
// The policy is in force if it and its binding exist, and the API server refuses what it has to refuse: a dry run writes an
// answer in the name of nobody. A caller that calls Check after reading the request knows: if the revision is the one of the last
// time, the policy was never gone in between.
func (c *Checker) Check(ctx context.Context, r *v1alpha1.StakeholderRequest) (decide.Admission, time.Duration, error) {
	found, err := c.read(ctx)
	if err != nil {
		return decide.Admission{}, 0, err
	}
	revision := found.revision()
	if revision == "" {
		return decide.Admission{}, 0, nil
	}
	since := found.changed().Add(Settles)
	if wait := since.Sub(c.Clock.Now()); wait > 0 {
		return decide.Admission{}, min(wait, Settles), nil
	}
	if proved, err := c.prove(ctx, r, revision, found.policies); err != nil || !proved {
		return decide.Admission{}, 0, err
	}
	return decide.Admission{Revision: revision, Since: since}, 0, nil
}

// prove reports whether a dry run has proved that a revision is in force, now or a moment ago.
func (c *Checker) prove(ctx context.Context, r *v1alpha1.StakeholderRequest, revision string, policies []metav1.PartialObjectMetadata) (bool, error) {
	now, of := c.Clock.Now(), proof{revision, r.Namespace}
	c.mu.Lock()
	at, known := c.proved[of]
	c.mu.Unlock()
	if known && now.Sub(at) < proofTTL {
		return true, nil
	}
	refused, err := c.probe(ctx, r, policies)
	if err != nil || !refused {
		return false, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.proved == nil || len(c.proved) >= maxProofs {
		c.proved = make(map[proof]time.Time)
	}
	c.proved[of] = now
	return true, nil
}

// probe reports whether one of the policies refuses an answer in another user's name. Nothing is stored, whether it does or not.
func (c *Checker) probe(ctx context.Context, r *v1alpha1.StakeholderRequest, policies []metav1.PartialObjectMetadata) (bool, error) {
	patch := fmt.Appendf(nil, `{"metadata":{"uid":%q},"spec":{"responses":[{"by":%q,"verdict":%q}]}}`, r.UID, nobody, v1alpha1.VerdictComment)
	target := &v1alpha1.StakeholderRequest{ObjectMeta: metav1.ObjectMeta{Namespace: r.Namespace, Name: r.Name}}
	err := c.Writer.Patch(ctx, target, client.RawPatch(types.MergePatchType, patch), client.DryRunAll, apply.FieldOwner)
	if err == nil {
		return false, nil
	}
	byPolicy := slices.ContainsFunc(policies, func(p metav1.PartialObjectMetadata) bool {
		return strings.Contains(err.Error(), fmt.Sprintf("%s '%s'", kindPolicy, p.Name))
	})
	if byPolicy && (apierrors.IsForbidden(err) || apierrors.IsInvalid(err)) {
		return true, nil
	}
	return false, fmt.Errorf("prove by a dry run that the admission policy of requests is in force: %w", err)
}

// objects are the policies and bindings with our label. Usually there is one of each.
type objects struct {
	policies, bindings []metav1.PartialObjectMetadata
}

// list reads those that a reader has.
func list(ctx context.Context, reader client.Reader) (objects, error) {
	var lists [2][]metav1.PartialObjectMetadata
	for i, kind := range []string{kindPolicy, kindBinding} {
		found := &metav1.PartialObjectMetadataList{}
		found.SetGroupVersionKind(admissionregistrationv1.SchemeGroupVersion.WithKind(kind + "List"))
		if err := reader.List(ctx, found, client.MatchingLabels{Label: LabelValue}); err != nil {
			return objects{}, fmt.Errorf("read the admission policy of requests: %w", err)
		}
		lists[i] = found.Items
	}
	return objects{lists[0], lists[1]}, nil
}

// read reads them from the API server, by the names that the cache knows. A list would take up to 100 ms: the API server answers it
// only once its own cache is up to date.
func (c *Checker) read(ctx context.Context) (objects, error) {
	cached, err := list(ctx, c.Cache)
	if err != nil {
		return objects{}, err
	}
	if cached.revision() == "" {
		return list(ctx, c.Live)
	}
	policies, err := c.get(ctx, kindPolicy, cached.policies)
	if err != nil {
		return objects{}, err
	}
	bindings, err := c.get(ctx, kindBinding, cached.bindings)
	return objects{policies, bindings}, err
}

// get reads those of some objects that still exist and have our label.
func (c *Checker) get(ctx context.Context, kind string, named []metav1.PartialObjectMetadata) ([]metav1.PartialObjectMetadata, error) {
	var out []metav1.PartialObjectMetadata
	for i := range named {
		object := metav1.PartialObjectMetadata{}
		object.SetGroupVersionKind(admissionregistrationv1.SchemeGroupVersion.WithKind(kind))
		err := c.Live.Get(ctx, client.ObjectKey{Name: named[i].Name}, &object)
		if client.IgnoreNotFound(err) != nil {
			return nil, fmt.Errorf("read the admission policy of requests: %w", err)
		}
		if err == nil && object.Labels[Label] == LabelValue {
			out = append(out, object)
		}
	}
	return out, nil
}

// all returns those that are not being deleted.
func (o *objects) all() []metav1.PartialObjectMetadata {
	return slices.DeleteFunc(slices.Concat(o.policies, o.bindings), func(p metav1.PartialObjectMetadata) bool { return p.DeletionTimestamp != nil })
}

// revision returns a digest of what identifies the content of the policies and bindings, or "" if there is no policy or no binding.
func (o *objects) revision() string {
	if len(o.policies) == 0 || len(o.bindings) == 0 {
		return ""
	}
	var ids []string
	for _, p := range o.all() {
		ids = append(ids, fmt.Sprintf("%s/%d", p.UID, p.Generation))
	}
	slices.Sort(ids)
	sum := sha256.Sum256([]byte(strings.Join(ids, " ")))
	return hex.EncodeToString(sum[:8])
}

// changed returns when one of them was changed last, as far as the API server has noted it.
func (o *objects) changed() time.Time {
	var latest time.Time
	for _, p := range o.all() {
		times := []time.Time{p.CreationTimestamp.Time}
		for _, entry := range p.ManagedFields {
			// Labels and annotations say nothing, and the API server notes warnings of the type check in the status.
			if entry.Time != nil && entry.Subresource == "" && (entry.FieldsV1 == nil || strings.Contains(entry.FieldsV1.GetRawString(), `"f:spec"`)) {
				times = append(times, entry.Time.Time)
			}
		}
		for _, t := range times {
			if t.After(latest) {
				latest = t
			}
		}
	}
	return latest
}
