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

package command

import (
	"context"
	"errors"
	"fmt"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/cluster"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/inquiry"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/requests"
)

// routedWithin is how long a command waits until the operator has sent a request to its parties. The operator needs milliseconds.
const routedWithin = 10 * time.Second

// followUntilSeen returns a request as soon as the operator has seen it in this generation, and has opened what it approves, or as it
// is after some seconds, or if the user may not watch requests.
func followUntilSeen(ctx context.Context, c *cluster.Cluster, r *v1alpha1.StakeholderRequest) *v1alpha1.StakeholderRequest {
	ctx, cancel := context.WithTimeout(ctx, routedWithin)
	defer cancel()
	seen := r
	_ = c.Follow(ctx, client.ObjectKeyFromObject(r), func(is *v1alpha1.StakeholderRequest) bool {
		seen = is.DeepCopy()
		isOpening := is.Status.Outcome == v1alpha1.OutcomeApproved && !inquiry.ProgressOf(is).Ended
		return is.Status.ObservedGeneration >= r.Generation && !isOpening
	})
	return seen
}

// followToEnd waits until a request has ended, and says on standard error what it waits for whenever that changes. A timeout of 0
// is none. The error says why it did not end well: with CodeNo if the answer is no, and with CodeCluster if there is no answer.
func (e *environment) followToEnd(ctx context.Context, c *cluster.Cluster, key client.ObjectKey, timeout time.Duration) (*v1alpha1.StakeholderRequest, error) {
	parent := ctx
	if timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, timeout)
		defer cancel()
	}
	var last *v1alpha1.StakeholderRequest
	said := ""
	err := c.Follow(ctx, key, func(r *v1alpha1.StakeholderRequest) bool {
		last = r.DeepCopy()
		progress := inquiry.ProgressOf(r)
		if !progress.Ended && progress.Message != "" && progress.Message != said {
			said = progress.Message
			e.Say("Waiting", said)
		}
		return progress.Ended
	})
	name := key.String()
	switch {
	case err == nil:
		return last, badEnd(last)
	case errors.Is(err, cluster.ErrDeleted):
		return last, failure.Cluster("request %s was deleted while it waited for an answer", name)
	case parent.Err() != nil:
		return last, failure.Cluster("interrupted. Request %s stays open. %s", name, howToGoOn(key))
	case errors.Is(err, context.DeadlineExceeded):
		return last, failure.Cluster("no outcome within %s. Request %s stays open. %s", timeout, name, howToGoOn(key))
	default:
		return last, c.Explain("wait for request "+name, err)
	}
}

// badEnd returns the error for a request that has ended otherwise than the user hoped, or nil. One that can never be decided is no "no".
func badEnd(r *v1alpha1.StakeholderRequest) error {
	fail := failure.No
	if requests.IsOpen(r) {
		fail = failure.Cluster
	}
	if progress := inquiry.ProgressOf(r); !progress.Well {
		return fail("request %s: %s", client.ObjectKeyFromObject(r), progress.Message)
	}
	return nil
}

// howToGoOn says how to wait for a request that is there, and how to end it.
func howToGoOn(key client.ObjectKey) string {
	return fmt.Sprintf("Go on waiting with `kubectl wait --for=condition=Decided sreq/%s -n %s --timeout=24h`, or end it with `kubectl stakeholders withdraw %s`",
		key.Name, key.Namespace, key)
}
