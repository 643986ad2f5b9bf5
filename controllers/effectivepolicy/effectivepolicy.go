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

// Package effectivepolicy says by which policy maps are judged.
package effectivepolicy

import (
	"context"
	"fmt"
	"sync"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
)

var (
	// DeclaredKey names the policy of the platform team.
	DeclaredKey = client.ObjectKey{Name: v1alpha1.PolicyName}
	// InForceKey names the policy whose status the operator keeps.
	InForceKey = client.ObjectKey{Name: v1alpha1.PolicyInForceName}
)

// Memory remembers what was in force, because the policy in-force can be deleted and its status with it. It is used
// by several goroutines.
type Memory struct {
	mu   sync.Mutex
	last *v1alpha1.StakeholderPolicyStatus
}

// Known is the status of the policy in-force or, while it is missing or nothing has been written into it, what it was.
// State is nil if it is missing. The second result says whether anything is known.
func (m *Memory) Known(state *v1alpha1.StakeholderPolicy) (v1alpha1.StakeholderPolicyStatus, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if state != nil && HasStatus(state) {
		m.last = state.Status.DeepCopy()
	}
	if m.last == nil {
		return v1alpha1.StakeholderPolicyStatus{}, false
	}
	return *m.last.DeepCopy(), true
}

// Forget is for a policy in-force that was deleted together with the platform team's: that takes everything back.
func (m *Memory) Forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.last = nil
}

// HasStatus says whether the operator has written the status of a policy.
func HasStatus(policy *v1alpha1.StakeholderPolicy) bool {
	return meta.FindStatusCondition(policy.Status.Conditions, v1alpha1.ConditionValid) != nil
}

// Spec is the policy that maps are judged by: the last valid one, as the status of the policy in-force has it,
// so that admission and every replica go by the same one. It is nil if the defaults are in force. In a new or restored
// cluster, or after the policy in-force was deleted, it is what that is going to say: maps do not follow the
// defaults in between.
func (m *Memory) Spec(ctx context.Context, reader client.Reader) (*v1alpha1.StakeholderPolicySpec, error) {
	state, err := Read(ctx, reader, InForceKey)
	if err != nil {
		return nil, err
	}
	if known, ok := m.Known(state); ok {
		return known.InForce.Spec, nil
	}
	declared, err := Read(ctx, reader, DeclaredKey)
	if err != nil || declared == nil || !declared.DeletionTimestamp.IsZero() || len(validate.Policy(declared.Spec)) > 0 {
		return nil, err
	}
	return declared.Spec, nil
}

// Read reads a policy from the cache. It is nil if there is none.
func Read(ctx context.Context, reader client.Reader, key client.ObjectKey) (*v1alpha1.StakeholderPolicy, error) {
	policy := &v1alpha1.StakeholderPolicy{}
	if err := reader.Get(ctx, key, policy); apierrors.IsNotFound(err) {
		return nil, nil //nolint:nilnil // nil is how there is none
	} else if err != nil {
		return nil, fmt.Errorf("read policy %s: %w", key.Name, err)
	}
	return policy, nil
}
