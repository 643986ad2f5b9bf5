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
	"time"

	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/approvals"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/requests"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/requeue"
)

// requestEvents requeues the map of a request for which what it opens has changed. Most events of requests, such as answers, are
// about requests that open nothing. The requests that exist when the operator starts requeue no map, because every map is
// reconciled then.
func requestEvents() onChange {
	return func(_ context.Context, before, after client.Object, initial bool, queue requeue.Queue) {
		was, is := openingOf(before), openingOf(after)
		if initial || was == is {
			return
		}
		if was != (opening{}) {
			requeue.Add(queue, requeue.PriorityEdit, ctrl.Request{NamespacedName: was.of})
		}
		if is != (opening{}) && is.of != was.of {
			requeue.Add(queue, requeue.PriorityDue, ctrl.Request{NamespacedName: is.of})
		}
	}
}

// opening is everything about a request by which approvals are selected. It is empty if the request opens nothing.
type opening struct {
	of types.NamespacedName
	approvals.Approval
	name, mapUID          string
	decidedAt, validUntil time.Time
}

// openingOf returns what a request opens before its end. The object may be nil.
func openingOf(object client.Object) opening {
	r, ok := object.(*v1alpha1.StakeholderRequest)
	if !ok || !approvals.IsValid(r, types.UID(r.Status.MapUID), time.Time{}) {
		return opening{}
	}
	out := opening{
		of: requests.MapOf(r), Approval: approvals.Approval{Topic: r.Spec.Topic, Subject: r.Spec.Subject}, name: r.Name, mapUID: r.Status.MapUID,
		decidedAt: r.Status.DecidedAt.UTC(),
	}
	if until := r.Status.ValidUntil; until != nil {
		out.validUntil = until.UTC()
	}
	return out
}
