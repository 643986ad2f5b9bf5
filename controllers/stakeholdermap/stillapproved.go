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

package stakeholdermap

import (
	"context"
	"fmt"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/approvals"
)

// confirmationTTL is how long an answer of the API server about an approval stays valid. Meanwhile it can be opened in many namespaces.
const confirmationTTL = time.Second

// confirmer asks the API server whether an approval still stands, before it is opened somewhere. The watch of requests may have stopped,
// and another replica may already have closed the approval. It is safe for concurrent use.
type confirmer struct {
	live client.Reader
	// requests are those about the map that were approved, from the cache. They must not be changed.
	requests []v1alpha1.StakeholderRequest
	m        types.UID
	now      time.Time

	mu        sync.Mutex
	confirmed map[approvals.Approval]confirmation
}

// confirmation is an answer of the API server.
type confirmation struct {
	asked time.Time
	err   error
}

// stillApproved returns an apply.ErrStale if no request has approved this any more, or the error of a request to the API server.
func (c *confirmer) stillApproved(ctx context.Context, a approvals.Approval) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if last, ok := c.confirmed[a]; ok && time.Since(last.asked) < confirmationTTL {
		return last.err
	}
	if c.confirmed == nil {
		c.confirmed = make(map[approvals.Approval]confirmation)
	}
	asked := time.Now()
	err := c.ask(ctx, a)
	c.confirmed[a] = confirmation{asked, err}
	return err
}

// ask looks for one request that has approved this. An outcome and what it is about never change, so the request only has to be there.
func (c *confirmer) ask(ctx context.Context, a approvals.Approval) error {
	for i := range c.requests {
		r := &c.requests[i]
		if r.Spec.Topic != a.Topic || r.Spec.Subject != a.Subject || !approvals.IsValid(r, c.m, c.now) {
			continue
		}
		live := &metav1.PartialObjectMetadata{}
		live.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind("StakeholderRequest"))
		err := c.live.Get(ctx, client.ObjectKeyFromObject(r), live)
		switch {
		case client.IgnoreNotFound(err) != nil:
			return fmt.Errorf("read StakeholderRequest %s/%s: %w", r.Namespace, r.Name, err)
		case apierrors.IsNotFound(err), live.UID != r.UID, live.DeletionTimestamp != nil:
		default:
			return nil
		}
	}
	// Its watch event brings the next reconcile.
	return fmt.Errorf("the request that has approved it is gone: %w", apply.ErrStale)
}
