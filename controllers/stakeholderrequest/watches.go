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

package stakeholderrequest

import (
	"context"

	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/admissionpolicy"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/approvals"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/requests"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/requeue"
)

// requestEvents requeues a request that has changed. Answers come first, then new requests.
func requestEvents() requeue.OnChange {
	return func(_ context.Context, before, after client.Object, initial bool, queue requeue.Queue) {
		object, priority := after, requeue.PriorityNew
		switch {
		case after == nil:
			object = before
		case initial:
			priority = requeue.PriorityStart
		case before != nil && before.GetGeneration() != after.GetGeneration():
			priority = requeue.PriorityDue
		}
		requeue.Add(queue, priority, ctrl.Request{NamespacedName: client.ObjectKeyFromObject(object)})
	}
}

// mapEvents requeues the requests about a map when something else is in force for it. The reconciler of maps tells by the revision in
// status. It adds requests without an outcome, and, if the map has come or gone, those that were approved.
func mapEvents(reader client.Reader) requeue.OnChange {
	return func(ctx context.Context, before, after client.Object, initial bool, queue requeue.Queue) {
		was, is := asMap(before), asMap(after)
		var lists []lister
		switch {
		case initial:
			// Every request is in the queue already.
		case was == nil || is == nil || was.UID != is.UID || was.DeletionTimestamp.IsZero() != is.DeletionTimestamp.IsZero():
			lists = []lister{requests.Open, requests.Approved}
		case was.Generation != is.Generation, was.Status.RoutingRevision != is.Status.RoutingRevision:
			lists = []lister{requests.Open}
		}
		if is == nil {
			is = was
		}
		for _, found := range lists {
			enqueue(ctx, queue, requeue.PriorityNew, func() ([]v1alpha1.StakeholderRequest, error) {
				return found(ctx, reader, client.ObjectKeyFromObject(is))
			})
		}
	}
}

type lister = func(context.Context, client.Reader, types.NamespacedName) ([]v1alpha1.StakeholderRequest, error)

func asMap(object client.Object) *v1alpha1.StakeholderMap {
	m, _ := object.(*v1alpha1.StakeholderMap)
	return m
}

// policyEvents requeues every request without an outcome when the admission policy has changed, once every API server has read it:
// answers count only under a policy under which the operator has seen the request before.
func policyEvents(reader client.Reader, requeuer *requeue.Requeuer) requeue.OnChange {
	return func(ctx context.Context, before, after client.Object, initial bool, _ requeue.Queue) {
		if initial || before != nil && after != nil && before.GetUID() == after.GetUID() && before.GetGeneration() == after.GetGeneration() {
			return
		}
		all := &v1alpha1.StakeholderRequestList{}
		if err := reader.List(ctx, all, client.UnsafeDisableDeepCopy); err != nil {
			log.FromContext(ctx).Error(err, "Cannot find the requests that a change concerns")
			return
		}
		for i := range all.Items {
			if requests.IsOpen(&all.Items[i]) {
				requeuer.After(admissionpolicy.Settles, client.ObjectKeyFromObject(&all.Items[i]))
			}
		}
	}
}

// RequeueApproved has approved requests about a map reconciled: those whose approval is concerned by a change of what is open.
func RequeueApproved(
	ctx context.Context, reader client.Reader, requeuer *requeue.Requeuer, m types.NamespacedName, concerns func(approvals.Approval) bool,
) {
	approved, err := requests.Approved(ctx, reader, m)
	if err != nil {
		// The cache is in memory, so this error is a bug. The next start repairs its effect.
		log.FromContext(ctx).Error(err, "Cannot find the requests that a change concerns")
		return
	}
	for i := range approved {
		if r := &approved[i]; concerns(approvals.Approval{Topic: r.Spec.Topic, Subject: r.Spec.Subject}) {
			requeuer.Now(client.ObjectKeyFromObject(r))
		}
	}
}

// enqueue adds the requests that find returns.
func enqueue(ctx context.Context, queue requeue.Queue, priority int, find func() ([]v1alpha1.StakeholderRequest, error)) {
	found, err := find()
	if err != nil {
		log.FromContext(ctx).Error(err, "Cannot find the requests that a change concerns")
		return
	}
	for i := range found {
		requeue.Add(queue, priority, ctrl.Request{NamespacedName: client.ObjectKeyFromObject(&found[i])})
	}
}
