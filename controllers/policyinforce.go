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

package controllers

import (
	"context"
	"fmt"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
)

var (
	// policyKey names the policy of the platform team.
	policyKey = client.ObjectKey{Name: v1alpha1.PolicyName}
	// inForceKey names the policy whose status the operator keeps.
	inForceKey = client.ObjectKey{Name: v1alpha1.PolicyInForceName}
)

// deletionGrace is how long a policy stays in force after its deletion. Tools that replace an object delete it and
// create it again: kubectl replace --force, Argo CD with Replace=true, Terraform, a restore. Without the grace, every
// map would follow the defaults in between, and people would lose rights that they are to keep.
const deletionGrace = 2 * time.Minute

// policyMemory remembers what was in force, because the policy in-force can be deleted and its status with it. It is used
// by several goroutines.
type policyMemory struct {
	mu   sync.Mutex
	last *v1alpha1.StakeholderPolicyStatus
}

// known is the status of the policy in-force or, while it is missing or nothing has been written into it, what it was.
// State is nil if it is missing. The second result says whether anything is known.
func (p *policyMemory) known(state *v1alpha1.StakeholderPolicy) (v1alpha1.StakeholderPolicyStatus, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if state != nil && judged(state) {
		p.last = state.Status.DeepCopy()
	}
	if p.last == nil {
		return v1alpha1.StakeholderPolicyStatus{}, false
	}
	return *p.last.DeepCopy(), true
}

// forget is for a policy in-force that was deleted together with the platform team's: that takes everything back.
func (p *policyMemory) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last = nil
}

// judged says whether the operator has written the status of a policy.
func judged(policy *v1alpha1.StakeholderPolicy) bool {
	return meta.FindStatusCondition(policy.Status.Conditions, v1alpha1.ConditionValid) != nil
}

// policyInForce is the policy that maps are judged by: the last valid one, as the status of the policy in-force has it,
// so that admission and every replica go by the same one. It is nil if the defaults are in force. In a new or restored
// cluster, or after the policy in-force was deleted, it is what that is going to say: maps do not follow the
// defaults in between.
func policyInForce(ctx context.Context, reader client.Reader, memory *policyMemory) (*v1alpha1.StakeholderPolicySpec, error) {
	state, err := readPolicy(ctx, reader, inForceKey)
	if err != nil {
		return nil, err
	}
	if known, ok := memory.known(state); ok {
		return known.InForce.Spec, nil
	}
	declared, err := readPolicy(ctx, reader, policyKey)
	if err != nil || declared == nil || !declared.DeletionTimestamp.IsZero() || len(validate.Policy(declared.Spec)) > 0 {
		return nil, err
	}
	return declared.Spec, nil
}

// readPolicy reads a policy from the cache. It is nil if there is none.
func readPolicy(ctx context.Context, reader client.Reader, key client.ObjectKey) (*v1alpha1.StakeholderPolicy, error) {
	policy := &v1alpha1.StakeholderPolicy{}
	if err := reader.Get(ctx, key, policy); apierrors.IsNotFound(err) {
		return nil, nil //nolint:nilnil // nil is how there is none
	} else if err != nil {
		return nil, fmt.Errorf("read policy %s: %w", key.Name, err)
	}
	return policy, nil
}

// nextInForce says which policy should be in force, and until when if there is none any more, given what is in force.
// Declared is the platform team's policy, or nil if there is none.
func nextInForce(
	is v1alpha1.StakeholderPolicyStatus, declared *v1alpha1.StakeholderPolicy, valid bool, now time.Time,
) (v1alpha1.PolicyInForce, *metav1.Time) {
	switch {
	case declared != nil && valid:
		return v1alpha1.PolicyInForce{Generation: declared.Generation, Spec: declared.Spec}, nil
	case declared != nil:
		// The last valid one stays.
		return is.InForce, nil
	case is.InForce.Spec == nil:
		// That said what the defaults say.
		return v1alpha1.PolicyInForce{}, nil
	case is.InForceUntil == nil:
		// Status holds whole seconds.
		until := metav1.NewTime(now.Add(deletionGrace).Truncate(time.Second))
		return is.InForce, &until
	case now.Before(is.InForceUntil.Time):
		return is.InForce, is.InForceUntil
	default:
		return v1alpha1.PolicyInForce{}, nil
	}
}
