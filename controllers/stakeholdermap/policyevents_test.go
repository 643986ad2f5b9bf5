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
	"testing"

	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/event"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/requeue"
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

// TestPolicyEvents has maps looked at when something else is in force, and only then.
func TestPolicyEvents(t *testing.T) {
	w := newWorld(t, fixtures.Minimal(), fixtures.Now)
	with := func(spec *v1alpha1.StakeholderPolicySpec, message string) *v1alpha1.StakeholderPolicy {
		policy := &v1alpha1.StakeholderPolicy{}
		policy.Name = v1alpha1.PolicyInForceName
		policy.Status.InForce = v1alpha1.PolicyInForce{Generation: int64(len(message)), Spec: spec}
		return policy
	}
	b2b, internal := &v1alpha1.StakeholderPolicySpec{Overlaps: []v1alpha1.MarketOverlap{{Market: v1alpha1.MarketB2B, Treatment: v1alpha1.OverlapForbid}}}, &v1alpha1.StakeholderPolicySpec{Overlaps: []v1alpha1.MarketOverlap{{Market: v1alpha1.MarketInternal, Treatment: v1alpha1.OverlapForbid}}}
	cases := map[string]struct {
		reason string
		event  func(onChange, requeue.Queue)
		want   bool
	}{
		"initial": {"every map is looked at anyway when the operator starts", func(h onChange, q requeue.Queue) {
			h.Create(t.Context(), event.CreateEvent{Object: with(b2b, ""), IsInInitialList: true}, q)
		}, false},
		"created empty": {"the defaults stay in force", func(h onChange, q requeue.Queue) {
			h.Create(t.Context(), event.CreateEvent{Object: with(nil, "")}, q)
		}, false},
		"created": {"something is in force", func(h onChange, q requeue.Queue) {
			h.Create(t.Context(), event.CreateEvent{Object: with(b2b, "")}, q)
		}, true},
		"status": {"what is in force is what was", func(h onChange, q requeue.Queue) {
			h.Update(t.Context(), event.UpdateEvent{ObjectOld: with(b2b, ""), ObjectNew: with(b2b.DeepCopy(), "another")}, q)
		}, false},
		"changed": {"something else is in force", func(h onChange, q requeue.Queue) {
			h.Update(t.Context(), event.UpdateEvent{ObjectOld: with(b2b, ""), ObjectNew: with(internal, "")}, q)
		}, true},
		"deleted": {"the defaults are in force", func(h onChange, q requeue.Queue) {
			h.Delete(t.Context(), event.DeleteEvent{Object: with(b2b, "")}, q)
		}, true},
		"deleted empty": {"the defaults stay in force", func(h onChange, q requeue.Queue) {
			h.Delete(t.Context(), event.DeleteEvent{Object: with(nil, "")}, q)
		}, false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			queue := workqueue.NewTypedRateLimitingQueue(workqueue.DefaultTypedControllerRateLimiter[ctrl.Request]())
			defer queue.ShutDown()
			tc.event(policyEvents(w.client), queue)
			if got := queue.Len() == 1; got != tc.want {
				t.Errorf("%s: %d maps are looked at", tc.reason, queue.Len())
			}
		})
	}
}
