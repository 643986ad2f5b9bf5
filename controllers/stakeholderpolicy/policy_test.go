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
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
	authorizationv1 "k8s.io/api/authorization/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/events"
	testingclock "k8s.io/utils/clock/testing"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/argocd"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/effectivepolicy"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/metrics"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/optionalwatch"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/requeue"
	"github.com/stakeholders-dev/stakeholder-operator/test/fakecluster"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// policyWorld is a policy with a fake client.
type policyWorld struct {
	*testing.T
	client.Client
	r     *Reconciler
	clock *testingclock.FakePassiveClock
	// wait is the RequeueAfter of the last reconcile.
	wait time.Duration
}

// reviewer answers SubjectAccessReviews.
type reviewer struct {
	client.Writer
	allows bool
	err    error
	asked  int
}

func (r *reviewer) Create(_ context.Context, object client.Object, _ ...client.CreateOption) error {
	r.asked++
	if review, ok := object.(*authorizationv1.SubjectAccessReview); ok {
		review.Status.Allowed = r.allows
	}
	return r.err
}

func newPolicyWorld(t *testing.T) *policyWorld {
	t.Helper()
	c := fakecluster.NewClientBuilder().WithStatusSubresource(&v1alpha1.StakeholderPolicy{}).Build()
	now := testingclock.NewFakePassiveClock(fixtures.Now)
	r := New(Config{
		Client: c, Recorder: events.NewFakeRecorder(100), Clock: now, Board: metrics.NewBoard(now, nil),
		Kargo: &optionalwatch.Watch{}, ArgoCD: &argocd.Writer{Requeue: func([]types.NamespacedName) {}},
		Policies: &effectivepolicy.Memory{}, Requeuer: requeue.New(requeue.PriorityNew),
	})
	r.authorizer = &authorizerProbe{writer: &reviewer{}}
	return &policyWorld{T: t, Client: c, clock: now, r: r}
}

// get returns a policy, or nil if there is none.
func (w *policyWorld) get(name string) *v1alpha1.StakeholderPolicy {
	w.Helper()
	policy := &v1alpha1.StakeholderPolicy{}
	if err := w.Get(w.Context(), client.ObjectKey{Name: name}, policy); apierrors.IsNotFound(err) {
		return nil
	} else if err != nil {
		w.Fatal(err)
	}
	return policy
}

// settle reconciles until nothing changes, as watches would, and returns the policy in-force.
func (w *policyWorld) settle() *v1alpha1.StakeholderPolicy {
	w.Helper()
	versions := func() string {
		var out strings.Builder
		for _, name := range []string{v1alpha1.PolicyName, v1alpha1.PolicyInForceName} {
			if policy := w.get(name); policy != nil {
				out.WriteString(policy.ResourceVersion + " ")
			}
		}
		return out.String()
	}
	for before := ""; ; {
		result, err := w.r.Reconcile(w.Context(), ctrl.Request{NamespacedName: effectivepolicy.DeclaredKey})
		if err != nil {
			w.Fatal(err)
		}
		w.wait = result.RequeueAfter
		after := versions()
		if before == after {
			return w.get(v1alpha1.PolicyInForceName)
		}
		before = after
	}
}

// put writes the platform team's policy, and returns it and the policy in-force.
func (w *policyWorld) put(spec *v1alpha1.StakeholderPolicySpec) (declared, state *v1alpha1.StakeholderPolicy) {
	w.Helper()
	policy := w.get(v1alpha1.PolicyName)
	if policy == nil {
		policy = &v1alpha1.StakeholderPolicy{ObjectMeta: metav1.ObjectMeta{Name: v1alpha1.PolicyName, Generation: 1}, Spec: spec}
		if err := w.Create(w.Context(), policy); err != nil {
			w.Fatal(err)
		}
	} else {
		policy.Spec = spec
		policy.Generation++
		if err := w.Update(w.Context(), policy); err != nil {
			w.Fatal(err)
		}
	}
	state = w.settle()
	return w.get(v1alpha1.PolicyName), state
}

// remove deletes the platform team's policy, and returns the policy in-force.
func (w *policyWorld) remove() *v1alpha1.StakeholderPolicy {
	w.Helper()
	if err := w.Delete(w.Context(), w.get(v1alpha1.PolicyName)); err != nil {
		w.Fatal(err)
	}
	return w.settle()
}

func forbid(market v1alpha1.Market) *v1alpha1.StakeholderPolicySpec {
	return &v1alpha1.StakeholderPolicySpec{Overlaps: []v1alpha1.MarketOverlap{{Market: market, Treatment: v1alpha1.OverlapForbid}}}
}

func reasonOf(policy *v1alpha1.StakeholderPolicy, conditionType string) string {
	c := meta.FindStatusCondition(policy.Status.Conditions, conditionType)
	if c == nil {
		return "none"
	}
	return string(c.Status) + " " + c.Reason
}

// TestLastValidPolicyStays puts several policies in force, one of which is invalid.
func TestLastValidPolicyStays(t *testing.T) {
	w := newPolicyWorld(t)
	if made := w.settle(); made.Spec != nil || made.Status.InForce.Generation != 0 || reasonOf(made, v1alpha1.ConditionValid) != "True Defaults" {
		t.Errorf("without a policy %+v is in force, want the defaults", made.Status)
	}
	if w.get(v1alpha1.PolicyName) != nil {
		t.Error("the operator has made the policy that belongs to the platform team")
	}
	first, state := w.put(forbid(v1alpha1.MarketB2B))
	if got := state.Status.InForce; got.Generation != first.Generation || got.Spec.OverlapTreatment(v1alpha1.MarketB2B) != v1alpha1.OverlapForbid {
		t.Errorf("in force is %v, want what was written", got)
	}
	if first.Status.ObservedGeneration != first.Generation || reasonOf(first, v1alpha1.ConditionReady) != "True Ready" || first.Status.InForce.Generation != 0 {
		t.Errorf("the status of a valid policy is %+v", first.Status)
	}
	version := state.ResourceVersion
	if again := w.settle(); again.ResourceVersion != version {
		t.Errorf("another look wrote again")
	}
	broken := forbid(v1alpha1.MarketB2C)
	broken.HandleSystems = []v1alpha1.HandleSystem{{Name: "slack", Pattern: "("}}
	second, state := w.put(broken)
	if got := state.Status.InForce; got.Generation != first.Generation || got.Spec.OverlapTreatment(v1alpha1.MarketB2C) != v1alpha1.OverlapAllow {
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
	w.clock.SetTime(fixtures.Now.Add(time.Hour))
	spec, err := (&effectivepolicy.Memory{}).Spec(t.Context(), w)
	if err != nil || spec.OverlapTreatment(v1alpha1.MarketB2B) != v1alpha1.OverlapForbid {
		t.Errorf("after a restart %v (%v) is in force, want the last valid policy", spec, err)
	}
	third, state := w.put(nil)
	if got := state.Status.InForce; got.Generation != third.Generation || got.Spec != nil {
		t.Errorf("in force is %v, want an empty policy", got)
	}
}

// TestDeletedPolicyStaysInForce replaces the policy as some tools do, by deleting and creating it. The old one stays in
// force for a while, even over a restart.
func TestDeletedPolicyStaysInForce(t *testing.T) {
	forbids := func(state *v1alpha1.StakeholderPolicy) bool {
		return state.Status.InForce.Spec.OverlapTreatment(v1alpha1.MarketB2B) == v1alpha1.OverlapForbid
	}
	w := newPolicyWorld(t)
	w.put(forbid(v1alpha1.MarketB2B))
	state := w.remove()
	if !forbids(state) || reasonOf(state, v1alpha1.ConditionValid) != "True PolicyDeleted" || w.wait != deletionGrace {
		t.Errorf("after the deletion the status is %+v, to be looked at again after %s", state.Status, w.wait)
	}
	w.clock.SetTime(fixtures.Now.Add(deletionGrace - time.Second))
	w.r.authorizer = &authorizerProbe{writer: &reviewer{}}
	if state := w.settle(); !forbids(state) || w.wait != time.Second {
		t.Errorf("a second before the end the status is %+v, to be looked at again after %s", state.Status, w.wait)
	}
	// It is created and deleted again: the grace period starts again.
	declared, state := w.put(forbid(v1alpha1.MarketB2B))
	if !forbids(state) || state.Status.InForceUntil != nil || reasonOf(declared, v1alpha1.ConditionValid) != "True Valid" {
		t.Errorf("created again, the status is %+v", state.Status)
	}
	if state := w.remove(); !forbids(state) || w.wait != deletionGrace {
		t.Errorf("deleted again, the status is %+v, to be looked at again after %s", state.Status, w.wait)
	}
	// An invalid policy is no deletion: the last valid one stays in force.
	broken := &v1alpha1.StakeholderPolicySpec{HandleSystems: []v1alpha1.HandleSystem{{Name: "slack", Pattern: "("}}}
	if _, state := w.put(broken); !forbids(state) || state.Status.InForceUntil != nil {
		t.Errorf("with an invalid policy in its place the status is %+v", state.Status)
	}
	w.remove()
	w.clock.SetTime(w.clock.Now().Add(deletionGrace))
	if state := w.settle(); forbids(state) || state.Status.InForce.Generation != 0 || state.Status.InForceUntil != nil ||
		reasonOf(state, v1alpha1.ConditionValid) != "True Defaults" {
		t.Errorf("after the grace the status is %+v, want the defaults", state.Status)
	}
	// An empty policy equals the defaults.
	w.put(nil)
	if state := w.remove(); state.Status.InForceUntil != nil || reasonOf(state, v1alpha1.ConditionValid) != "True Defaults" {
		t.Errorf("after the deletion of an empty policy the status is %+v", state.Status)
	}
}

// TestAuthorizerThatAllowsAll has a cluster in which grants decide nothing. A condition and a metric report that. The
// operator asks once an hour.
func TestAuthorizerThatAllowsAll(t *testing.T) {
	w := newPolicyWorld(t)
	review := &reviewer{}
	w.r.authorizer.writer = review
	declared, _ := w.put(nil)
	if got := reasonOf(declared, v1alpha1.ConditionEnforced); got != "True Enforced" {
		t.Errorf("where what is not granted is refused, Enforced is %s", got)
	}
	review.allows = true
	w.clock.SetTime(w.clock.Now().Add(probeInterval - time.Second))
	w.settle()
	if review.asked != 1 || w.wait != time.Second {
		t.Errorf("within an hour it was asked %d times, and the next look is in %s", review.asked, w.wait)
	}
	w.clock.SetTime(w.clock.Now().Add(time.Second))
	w.settle()
	declared = w.get(v1alpha1.PolicyName)
	for condition, want := range map[string]string{
		v1alpha1.ConditionEnforced: "False AuthorizerAllowsAll", v1alpha1.ConditionReady: "False AuthorizerAllowsAll", v1alpha1.ConditionValid: "True Valid",
	} {
		if got := reasonOf(declared, condition); got != want {
			t.Errorf("where everything is allowed, %s is %s, want %s", condition, got, want)
		}
	}
	if err := testutil.CollectAndCompare(w.r.config.Board, strings.NewReader(`
# HELP stakeholders_authorizer_allows_all 1 if the cluster allows a made-up user what no StakeholderMap grants, so that grants decide nothing, or else 0.
# TYPE stakeholders_authorizer_allows_all gauge
stakeholders_authorizer_allows_all 1
`), "stakeholders_authorizer_allows_all"); err != nil {
		t.Error(err)
	}
	review.allows, review.err = false, errors.New("down")
	w.clock.SetTime(w.clock.Now().Add(probeInterval))
	w.settle()
	declared = w.get(v1alpha1.PolicyName)
	if got := reasonOf(declared, v1alpha1.ConditionEnforced) + ", " + reasonOf(declared, v1alpha1.ConditionReady); got != "Unknown AuthorizerUnknown, True Ready" {
		t.Errorf("without an answer the policy is %s", got)
	}
	if w.wait != probeRetryInterval {
		t.Errorf("without an answer the next look is in %s, want %s", w.wait, probeRetryInterval)
	}
}
