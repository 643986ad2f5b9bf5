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

// Package effectivepolicy determines which policy applies to maps.
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
	// DeclaredKey is the key of the platform team's policy.
	DeclaredKey = client.ObjectKey{Name: v1alpha1.PolicyName}
	// InForceKey is the key of the policy whose status the operator maintains.
	InForceKey = client.ObjectKey{Name: v1alpha1.PolicyInForceName}
)

// Memory remembers which policy was in force, because a user can delete the policy in-force and its status with it. It
// is safe for concurrent use.
type Memory struct {
	mu   sync.Mutex
	last *v1alpha1.StakeholderPolicyStatus
}

// Known returns the status of the policy in-force or, while it is missing or has no status yet, the last one. State is
// nil if it is missing. The second result is false if nothing is known.
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

// Forget drops the remembered status. Call it when the policy in-force was deleted together with the platform team's:
// that resets everything.
func (m *Memory) Forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.last = nil
}

// HasStatus reports whether the operator has written the status of a policy.
func HasStatus(policy *v1alpha1.StakeholderPolicy) bool {
	return meta.FindStatusCondition(policy.Status.Conditions, v1alpha1.ConditionValid) != nil
}

// Spec returns the policy that applies to maps: the last valid one in the status of the policy in-force, so that
// admission and all replicas use the same. It is nil for the defaults. If that status is missing, as in a new or
// restored cluster, Spec returns the policy that the status will have. So maps do not follow the defaults until then.
// The error is that of reading from the cache.
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

// Read reads a policy from the cache. It returns nil if there is none.
func Read(ctx context.Context, reader client.Reader, key client.ObjectKey) (*v1alpha1.StakeholderPolicy, error) {
	policy := &v1alpha1.StakeholderPolicy{}
	if err := reader.Get(ctx, key, policy); apierrors.IsNotFound(err) {
		return nil, nil //nolint:nilnil // nil means that there is none
	} else if err != nil {
		return nil, fmt.Errorf("read policy %s: %w", key.Name, err)
	}
	return policy, nil
}
