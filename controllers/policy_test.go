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
	"fmt"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/client-go/tools/events"
	"k8s.io/client-go/util/workqueue"
	testingclock "k8s.io/utils/clock/testing"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/event"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/metrics"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/ondemand"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// TestPolicyTakesEffect has a map follow the policy in force.
func TestPolicyTakesEffect(t *testing.T) {
	w := newWorld(t, fixtures.Minimal(), fixtures.Now)
	w.settle()
	before := w.get().Status
	security := v1alpha1.Topic{Name: "security-exception", Class: v1alpha1.ClassApproval, To: fixtures.Roles(v1alpha1.RoleCustomer)}
	w.putPolicy(&v1alpha1.StakeholderPolicySpec{Topics: []v1alpha1.Topic{security}})
	w.settle()
	after := w.get().Status
	if *after.Topics != *before.Topics+1 || after.RoutingRevision == before.RoutingRevision {
		t.Errorf("with a topic of the policy the map has %d topics and revision %s, before it had %d and %s",
			*after.Topics, after.RoutingRevision, *before.Topics, before.RoutingRevision)
	}
	w.putPolicy(&v1alpha1.StakeholderPolicySpec{
		Topics:        []v1alpha1.Topic{security},
		HandleSystems: []v1alpha1.HandleSystem{{Name: "pager", RequiredFor: fixtures.Roles(v1alpha1.RoleCustomer)}},
	})
	w.settle()
	if reason := w.reason(v1alpha1.ConditionReady); reason != "False "+string(v1alpha1.HandleMissing) {
		t.Errorf("without a required handle Ready is %s", reason)
	}
	if kept := w.get().Status.RoutingRevision; kept != after.RoutingRevision {
		t.Errorf("a policy that makes the map invalid changed its table from %s to %s", after.RoutingRevision, kept)
	}
	w.putPolicy(nil)
	w.settle()
	if back := w.get().Status; back.RoutingRevision != before.RoutingRevision || w.reason(v1alpha1.ConditionReady) != "True Ready" {
		t.Errorf("without a policy the map is %s, revision %s, want Ready and %s", w.reason(v1alpha1.ConditionReady), back.RoutingRevision, before.RoutingRevision)
	}
}

// policyWorld is a policy in a cluster without an API server.
type policyWorld struct {
	*testing.T
	client.Client
	r *StakeholderPolicyReconciler
}

func newPolicyWorld(t *testing.T) *policyWorld {
	t.Helper()
	c := fake.NewClientBuilder().WithScheme(worldScheme()).WithStatusSubresource(&v1alpha1.StakeholderPolicy{}).Build()
	return &policyWorld{t, c, &StakeholderPolicyReconciler{
		Client: c, Recorder: events.NewFakeRecorder(100), Clock: testingclock.NewFakePassiveClock(fixtures.Now), Board: metrics.NewBoard(testingclock.NewFakePassiveClock(fixtures.Now)),
		Kargo: &ondemand.Watch{},
	}}
}

func (w *policyWorld) reconcile() *v1alpha1.StakeholderPolicy {
	w.Helper()
	if _, err := w.r.Reconcile(w.Context(), ctrl.Request{NamespacedName: policyKey}); err != nil {
		w.Fatal(err)
	}
	policy := &v1alpha1.StakeholderPolicy{}
	if err := w.Get(w.Context(), policyKey, policy); err != nil {
		w.Fatal(err)
	}
	return policy
}

// put writes a spec and reconciles.
func (w *policyWorld) put(spec *v1alpha1.StakeholderPolicySpec) *v1alpha1.StakeholderPolicy {
	w.Helper()
	policy := w.reconcile()
	policy.Spec = spec
	policy.Generation++
	if err := w.Update(w.Context(), policy); err != nil {
		w.Fatal(err)
	}
	return w.reconcile()
}

func forbid(market v1alpha1.Market) *v1alpha1.StakeholderPolicySpec {
	return &v1alpha1.StakeholderPolicySpec{Overlaps: []v1alpha1.MarketOverlap{{Market: market, Treatment: v1alpha1.OverlapForbid}}}
}

// TestLastValidPolicyStays puts policies in force, one after another, of which one is invalid.
func TestLastValidPolicyStays(t *testing.T) {
	w := newPolicyWorld(t)
	if made := w.reconcile(); made.Spec != nil {
		t.Errorf("the policy that the operator makes asks for %v, want nothing", made.Spec)
	}
	first := w.put(forbid(v1alpha1.MarketB2B))
	if got := first.Status.InForce; got.Generation != first.Generation || got.Spec.OverlapTreatment(v1alpha1.MarketB2B) != v1alpha1.OverlapForbid {
		t.Errorf("in force is %v, want what was written", got)
	}
	version := first.ResourceVersion
	if again := w.reconcile(); again.ResourceVersion != version {
		t.Errorf("another look wrote again")
	}
	broken := forbid(v1alpha1.MarketB2C)
	broken.HandleSystems = []v1alpha1.HandleSystem{{Name: "slack", Pattern: "("}}
	second := w.put(broken)
	if got := second.Status.InForce; got.Generation != first.Generation || got.Spec.OverlapTreatment(v1alpha1.MarketB2C) != v1alpha1.OverlapAllow {
		t.Errorf("in force is %v, want the last valid policy", got)
	}
	for _, conditionType := range []string{v1alpha1.ConditionValid, v1alpha1.ConditionReady} {
		c := meta.FindStatusCondition(second.Status.Conditions, conditionType)
		if c == nil || c.Status != "False" || c.Reason != v1alpha1.ReasonPolicyInvalid || c.ObservedGeneration != second.Generation ||
			!strings.Contains(c.Message, "spec.handleSystems[0].pattern") || !strings.Contains(c.Message, fmt.Sprintf("generation %d stays", first.Generation)) {
			t.Errorf("%s of an invalid policy is %v", conditionType, c)
		}
	}
	// An operator that starts now knows it too.
	w.r.Clock = testingclock.NewFakePassiveClock(fixtures.Now.Add(time.Hour))
	spec, err := policyInForce(t.Context(), w)
	if err != nil || spec.OverlapTreatment(v1alpha1.MarketB2B) != v1alpha1.OverlapForbid {
		t.Errorf("after a restart %v (%v) is in force, want the last valid policy", spec, err)
	}
	third := w.put(nil)
	if got := third.Status.InForce; got.Generation != third.Generation || got.Spec != nil {
		t.Errorf("in force is %v, want an empty policy", got)
	}
}

// TestPolicyEvents has maps looked at when something else is in force, and only then.
func TestPolicyEvents(t *testing.T) {
	w := newWorld(t, fixtures.Minimal(), fixtures.Now)
	with := func(spec *v1alpha1.StakeholderPolicySpec, message string) *v1alpha1.StakeholderPolicy {
		policy := &v1alpha1.StakeholderPolicy{}
		policy.Name = v1alpha1.PolicyName
		policy.Status.InForce = v1alpha1.PolicyInForce{Generation: int64(len(message)), Spec: spec}
		return policy
	}
	b2b, internal := forbid(v1alpha1.MarketB2B), forbid(v1alpha1.MarketInternal)
	cases := map[string]struct {
		reason string
		event  func(policyEvents, requestQueue)
		want   bool
	}{
		"initial": {"every map is looked at anyway when the operator starts", func(h policyEvents, q requestQueue) {
			h.Create(t.Context(), event.CreateEvent{Object: with(b2b, ""), IsInInitialList: true}, q)
		}, false},
		"created empty": {"the defaults stay in force", func(h policyEvents, q requestQueue) {
			h.Create(t.Context(), event.CreateEvent{Object: with(nil, "")}, q)
		}, false},
		"created": {"something is in force", func(h policyEvents, q requestQueue) {
			h.Create(t.Context(), event.CreateEvent{Object: with(b2b, "")}, q)
		}, true},
		"status": {"what is in force is what was", func(h policyEvents, q requestQueue) {
			h.Update(t.Context(), event.UpdateEvent{ObjectOld: with(b2b, ""), ObjectNew: with(b2b.DeepCopy(), "another")}, q)
		}, false},
		"changed": {"something else is in force", func(h policyEvents, q requestQueue) {
			h.Update(t.Context(), event.UpdateEvent{ObjectOld: with(b2b, ""), ObjectNew: with(internal, "")}, q)
		}, true},
		"deleted": {"the defaults are in force", func(h policyEvents, q requestQueue) {
			h.Delete(t.Context(), event.DeleteEvent{Object: with(b2b, "")}, q)
		}, true},
		"deleted empty": {"the defaults stay in force", func(h policyEvents, q requestQueue) {
			h.Delete(t.Context(), event.DeleteEvent{Object: with(nil, "")}, q)
		}, false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			queue := workqueue.NewTypedRateLimitingQueue(workqueue.DefaultTypedControllerRateLimiter[ctrl.Request]())
			defer queue.ShutDown()
			tc.event(policyEvents{w.client}, queue)
			if got := queue.Len() == 1; got != tc.want {
				t.Errorf("%s: %d maps are looked at", tc.reason, queue.Len())
			}
		})
	}
}
