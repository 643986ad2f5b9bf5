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

package suite

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// PutPolicy writes the platform team's policy, whether there is one or not.
func (s *Suite) PutPolicy(ctx context.Context, spec *v1alpha1.StakeholderPolicySpec) (*v1alpha1.StakeholderPolicy, error) {
	policy := &v1alpha1.StakeholderPolicy{}
	// The operator writes status at any time.
	err := retry.RetryOnConflict(retry.DefaultBackoff, func() error {
		err := s.Admin.Get(ctx, client.ObjectKey{Name: v1alpha1.PolicyName}, policy)
		if apierrors.IsNotFound(err) {
			policy = &v1alpha1.StakeholderPolicy{ObjectMeta: metav1.ObjectMeta{Name: v1alpha1.PolicyName}, Spec: spec}
			return s.Admin.Create(ctx, policy)
		}
		if err != nil {
			return err
		}
		policy.Spec = spec
		return s.Admin.Update(ctx, policy)
	})
	return policy, err
}

// PolicyInForce is the policy whose status says which policy is in force.
func (s *Suite) PolicyInForce(ctx context.Context) (*v1alpha1.StakeholderPolicy, error) {
	state := &v1alpha1.StakeholderPolicy{}
	return state, s.Admin.Get(ctx, client.ObjectKey{Name: v1alpha1.PolicyInForceName}, state)
}

// WaitPolicyInForce waits until what a policy says is in force. Nil is no policy: the defaults.
func (s *Suite) WaitPolicyInForce(ctx context.Context, policy *v1alpha1.StakeholderPolicy) error {
	var want v1alpha1.PolicyInForce
	if policy != nil {
		want = v1alpha1.PolicyInForce{Generation: policy.Generation, Spec: policy.Spec}
	}
	return controlplane.WaitFor(ctx, Patience, fmt.Sprintf("generation %d of the policy is in force", want.Generation), func() error {
		state, err := s.PolicyInForce(ctx)
		if err == nil && !equality.Semantic.DeepEqual(state.Status.InForce, want) {
			err = fmt.Errorf("in force is %+v", state.Status.InForce)
		}
		return err
	})
}
