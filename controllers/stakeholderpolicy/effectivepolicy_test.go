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

package stakeholderpolicy

import (
	"testing"

	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/effectivepolicy"
)

// broken is a policy that is not valid.
func broken() *v1alpha1.StakeholderPolicySpec {
	return &v1alpha1.StakeholderPolicySpec{HandleSystems: []v1alpha1.HandleSystem{{Name: "slack", Pattern: "("}}}
}

// wantInForce checks by which policy a map is judged now.
func (w *policyWorld) wantInForce(reason string, memory *effectivepolicy.Memory, forbidden bool) {
	w.Helper()
	spec, err := memory.Spec(w.Context(), w)
	if err != nil {
		w.Fatal(err)
	}
	if got := spec.OverlapTreatment(v1alpha1.MarketB2B) == v1alpha1.OverlapForbid; got != forbidden {
		w.Errorf("%s: that the policy is in force is %t, want %t", reason, got, forbidden)
	}
}

// removeInForce deletes the policy in-force.
func (w *policyWorld) removeInForce() {
	w.Helper()
	if err := w.Delete(w.Context(), w.get(v1alpha1.PolicyInForceName)); err != nil {
		w.Fatal(err)
	}
}

// TestMapsNeverFollowTheDefaultsInBetween : the policy in-force is missing in a new or restored cluster, and where a user has
// deleted it. Maps that followed the defaults until it is there would give and take rights for that moment.
func TestMapsNeverFollowTheDefaultsInBetween(t *testing.T) {
	t.Parallel()
	t.Run("new or restored cluster", func(t *testing.T) {
		t.Parallel()
		w := newPolicyWorld(t)
		for _, name := range []string{v1alpha1.PolicyName, v1alpha1.PolicyInForceName} {
			policy := &v1alpha1.StakeholderPolicy{}
			policy.Name = name
			if name == v1alpha1.PolicyName {
				policy.Generation = 1
				policy.Spec = forbid(v1alpha1.MarketB2B)
			}
			if err := w.Create(t.Context(), policy); err != nil {
				t.Fatal(err)
			}
			w.wantInForce("with "+name, &effectivepolicy.Memory{}, true)
		}
		if state := w.settle(); state.Status.InForce.Spec.OverlapTreatment(v1alpha1.MarketB2B) != v1alpha1.OverlapForbid {
			t.Errorf("in force is %+v", state.Status.InForce)
		}
	})
	t.Run("with an invalid policy", func(t *testing.T) {
		t.Parallel()
		w := newPolicyWorld(t)
		policy := &v1alpha1.StakeholderPolicy{Spec: broken()}
		policy.Name = v1alpha1.PolicyName
		policy.Spec.Overlaps = forbid(v1alpha1.MarketB2B).Overlaps
		if err := w.Create(t.Context(), policy); err != nil {
			t.Fatal(err)
		}
		w.wantInForce("with an invalid policy that was never in force", &effectivepolicy.Memory{}, false)
	})
	t.Run("in-force deleted", func(t *testing.T) {
		t.Parallel()
		w := newPolicyWorld(t)
		w.put(forbid(v1alpha1.MarketB2B))
		w.removeInForce()
		w.wantInForce("deleted", w.r.config.Policies, true)
		w.settle()
		w.wantInForce("made again", &effectivepolicy.Memory{}, true)
		// What is in force cannot be told from the platform team's policy any more.
		w.put(broken())
		w.removeInForce()
		w.wantInForce("deleted, beside an invalid policy", w.r.config.Policies, true)
		w.settle()
		w.wantInForce("made again beside an invalid policy", &effectivepolicy.Memory{}, true)
	})
	t.Run("both deleted", func(t *testing.T) {
		t.Parallel()
		w := newPolicyWorld(t)
		w.put(forbid(v1alpha1.MarketB2B))
		w.removeInForce()
		if err := w.Delete(t.Context(), w.get(v1alpha1.PolicyName)); err != nil {
			t.Fatal(err)
		}
		w.settle()
		w.wantInForce("both are deleted, which takes everything back", w.r.config.Policies, false)
	})
}

// TestDeletedInForceKeepsOutputs : the outputs for tools stay while the platform team's policy exists.
func TestDeletedInForceKeepsOutputs(t *testing.T) {
	t.Parallel()
	w := newPolicyWorld(t)
	_, state := w.put(forbid(v1alpha1.MarketB2B))
	state.Finalizers = []string{v1alpha1.OutputsFinalizer}
	if err := w.Update(t.Context(), state); err != nil {
		t.Fatal(err)
	}
	state.Status.ArgoCD.Namespace = "argocd"
	if err := w.Status().Update(t.Context(), state); err != nil {
		t.Fatal(err)
	}
	w.removeInForce()
	request := ctrl.Request{NamespacedName: effectivepolicy.InForceKey}
	if _, err := w.r.Reconcile(t.Context(), request); err != nil {
		t.Fatal(err)
	}
	if w.get(v1alpha1.PolicyInForceName) != nil {
		t.Error("the policy in-force waits for its outputs to be removed")
	}
	if known, _ := w.r.config.Policies.Known(nil); known.ArgoCD.Namespace != "argocd" {
		t.Errorf("what is written for Argo CD is forgotten: %+v", known)
	}
}
