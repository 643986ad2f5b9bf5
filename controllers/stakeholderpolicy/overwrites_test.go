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
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/events"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/argocd"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/effectivepolicy"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render/rbaccsv"
)

// TestOverwrittenPolicyStatus is TestOverwrittenStatus for the two policies.
func TestOverwrittenPolicyStatus(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		// overwritten is the policy whose status another writer changes.
		overwritten string
		change      func(*v1alpha1.StakeholderPolicyStatus)
	}{
		"what is in force":                      {v1alpha1.PolicyInForceName, func(s *v1alpha1.StakeholderPolicyStatus) { s.InForce = v1alpha1.PolicyInForce{} }},
		"the conditions of the policy in force": {v1alpha1.PolicyInForceName, func(s *v1alpha1.StakeholderPolicyStatus) { s.Conditions = nil }},
		"the conditions of the policy":          {v1alpha1.PolicyName, func(s *v1alpha1.StakeholderPolicyStatus) { s.Conditions = nil }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newPolicyWorld(t)
			if err := w.Create(t.Context(), &v1alpha1.StakeholderPolicy{ObjectMeta: metav1.ObjectMeta{Name: v1alpha1.PolicyName, Generation: 1}}); err != nil {
				t.Fatal(err)
			}
			w.settle()
			recorder := events.NewFakeRecorder(1000)
			w.r.status.writer.Recorder = recorder
			writes := 0
			for range 300 {
				policy := w.get(tc.overwritten)
				tc.change(&policy.Status)
				if err := w.Status().Update(t.Context(), policy); err != nil {
					t.Fatal(err)
				}
				result, err := w.r.Reconcile(t.Context(), ctrl.Request{NamespacedName: effectivepolicy.DeclaredKey})
				if err != nil {
					t.Fatal(err)
				}
				if w.get(tc.overwritten).ResourceVersion != policy.ResourceVersion {
					// The write triggers another reconcile.
					writes++
				} else if result.RequeueAfter <= 0 || result.RequeueAfter > time.Minute {
					t.Fatalf("the status in dispute is looked at after %s", result.RequeueAfter)
				}
				w.clock.SetTime(w.clock.Now().Add(200 * time.Millisecond))
			}
			if writes < 8 || writes > 30 {
				t.Errorf("a minute has made %d writes of status", writes)
			}
			var told []string
			for len(recorder.Events) > 0 {
				told = append(told, <-recorder.Events)
			}
			if !contains(told, "Warning Contested", "the status of StakeholderPolicy "+tc.overwritten) {
				t.Errorf("events are %q", told)
			}
		})
	}
}

// TestContestedPolicyFinalizerDelaysNoRevocation has another writer remove the finalizer from the policy in-force again
// and again. Removals in Argo CD happen nevertheless.
func TestContestedPolicyFinalizerDelaysNoRevocation(t *testing.T) {
	t.Parallel()
	w := newPolicyWorld(t)
	w.r.outputs.argoCD.writer = &argocd.Writer{Live: w.Client, Client: w.Client, Requeue: func([]types.NamespacedName) {}}
	configMap := &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Namespace: "argocd", Name: rbaccsv.ConfigMapName}, Data: map[string]string{rbaccsv.PolicyKey: "g, carla, role:x\n"},
	}
	state := &v1alpha1.StakeholderPolicy{ObjectMeta: metav1.ObjectMeta{Name: v1alpha1.PolicyInForceName}}
	for _, object := range []client.Object{configMap, state} {
		if err := w.Create(t.Context(), object); err != nil {
			t.Fatal(err)
		}
	}
	for range 10 {
		state.Finalizers = nil
		if err := w.Update(t.Context(), state); err != nil {
			t.Fatal(err)
		}
		if err := w.r.status.setFinalizer(t.Context(), state, true); len(apply.ResultOf(err).Failures()) > 0 {
			t.Fatal(err)
		}
	}
	state.Finalizers = nil
	state.Status.InForce = v1alpha1.PolicyInForce{Generation: 1, Spec: &v1alpha1.StakeholderPolicySpec{Outputs: v1alpha1.PolicyOutputs{Kargo: v1alpha1.Enabled}}}
	state.Status.ArgoCD.Namespace = "argocd"
	_, _, result := w.r.outputs.write(t.Context(), state)
	if len(result.Disputes()) != 1 || len(result.Failures()) > 0 {
		t.Errorf("a finalizer in dispute is told as %v", result)
	}
	if err := w.Get(t.Context(), client.ObjectKeyFromObject(configMap), configMap); err != nil {
		t.Fatal(err)
	}
	if left, ok := configMap.Data[rbaccsv.PolicyKey]; ok {
		t.Errorf("Argo CD still has %q", left)
	}
}
