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

	"k8s.io/apimachinery/pkg/api/equality"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/requeue"
)

// policyEvents requeues every map when another policy is in force. Maps for which that makes no difference make no request,
// and an edited map does not wait behind the others.
type policyEvents struct{ reader client.Reader }

var _ handler.EventHandler = policyEvents{}

func inForce(object client.Object) *v1alpha1.StakeholderPolicySpec {
	policy, ok := object.(*v1alpha1.StakeholderPolicy)
	if !ok || policy.Name != v1alpha1.PolicyInForceName {
		return nil
	}
	return policy.Status.InForce.Spec
}

// Create requeues the maps if a policy appears with something in force. When the operator starts, every map is in the queue
// already.
func (h policyEvents) Create(ctx context.Context, e event.CreateEvent, queue requeue.Queue) {
	if !e.IsInInitialList {
		h.changed(ctx, nil, inForce(e.Object), queue)
	}
}

// Update requeues the maps if something else is in force.
func (h policyEvents) Update(ctx context.Context, e event.UpdateEvent, queue requeue.Queue) {
	h.changed(ctx, inForce(e.ObjectOld), inForce(e.ObjectNew), queue)
}

// Delete requeues the maps: the defaults are in force.
func (h policyEvents) Delete(ctx context.Context, e event.DeleteEvent, queue requeue.Queue) {
	h.changed(ctx, inForce(e.Object), nil, queue)
}

// Generic implements handler.EventHandler. There are no such events.
func (policyEvents) Generic(context.Context, event.GenericEvent, requeue.Queue) {}

func (h policyEvents) changed(
	ctx context.Context, before, after *v1alpha1.StakeholderPolicySpec, queue requeue.Queue,
) {
	if equality.Semantic.DeepEqual(before, after) {
		return
	}
	var list v1alpha1.StakeholderMapList
	// From the cache, and without copies: only the names are read.
	if err := h.reader.List(ctx, &list, client.UnsafeDisableDeepCopy); err != nil {
		// The cache is in memory; this is a mistake in the program, and the next start mends it.
		log.FromContext(ctx).Error(err, "Cannot find the maps that the policy is about")
		return
	}
	for i := range list.Items {
		requeue.Add(queue, requeue.PriorityStart, requestOf(&list.Items[i]))
	}
}
