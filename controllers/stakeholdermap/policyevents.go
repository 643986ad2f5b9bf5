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

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/requeue"
)

// policyEvents requeues every map when another policy is in force. Maps for which that makes no difference make no request,
// and an edited map does not wait behind the others. When the operator starts, every map is in the queue already.
func policyEvents(reader client.Reader) onChange {
	return func(ctx context.Context, before, after client.Object, initial bool, queue requeue.Queue) {
		if !initial && !equality.Semantic.DeepEqual(inForce(before), inForce(after)) {
			enqueueMaps(ctx, reader, queue, requeue.PriorityStart, anyMap)
		}
	}
}

// inForce returns what a policy says is in force, or nil: the defaults.
func inForce(object client.Object) *v1alpha1.StakeholderPolicySpec {
	policy, ok := object.(*v1alpha1.StakeholderPolicy)
	if !ok || policy.Name != v1alpha1.PolicyInForceName {
		return nil
	}
	return policy.Status.InForce.Spec
}
