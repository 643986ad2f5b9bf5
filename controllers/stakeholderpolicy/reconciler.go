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

// Package stakeholderpolicy reconciles StakeholderPolicies: it says which policy is in force, and sees to what is written for
// tools of the whole cluster.
package stakeholderpolicy

import (
	"context"
	"errors"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/events"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/effectivepolicy"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/metrics"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/optionalwatch"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/requeue"
)

// Reconciler judges the policy, and puts it in force if it is valid.
type Reconciler struct {
	// Client reads the policy from the cache and writes it.
	Client client.Client
	// Recorder tells people what changed.
	Recorder events.EventRecorder
	// Clock gives conditions their time.
	Clock clock.PassiveClock
	// Board collects what metrics tell.
	Board *metrics.Board
	// ArgoCD writes what the maps say to Argo CD.
	ArgoCD argoCDWriter
	// Kargo watches the ServiceAccounts that maps have for Kargo, and Live asks the API server for them.
	Kargo *optionalwatch.Watch
	Live  client.Reader
	// InForce remembers what was in force. The maps' reconciler has the same one.
	InForce *effectivepolicy.Memory
	// Authorizer finds out whether the cluster refuses anything at all.
	Authorizer *AuthorizerProbe
	// Requeuer has the policy looked at although nothing has changed, and when the controller starts: there may be none.
	Requeuer *requeue.Requeuer

	// overwrites is of what other writers write too on policies: their status and finalizers.
	overwrites apply.Overwrites
	// argoCDThrottle and kargoThrottle are of what is written, and counted, for these.
	argoCDThrottle, kargoThrottle throttle
}

// BatchWindow is how long changes of maps are gathered before they are written to Argo CD together: it reads its whole policy
// anew each time. It bounds how late a revocation gets there, and how often status counts what has been written.
const BatchWindow = time.Second

// throttle holds what changes all the time to once in every BatchWindow. What sets off another look can be the change itself.
type throttle struct{ last time.Time }

// wait is how long it is until the next time, or 0.
func (t *throttle) wait(now time.Time) time.Duration { return max(0, t.last.Add(BatchWindow).Sub(now)) }

// Reconcile judges the platform team's policy, keeps in the status of the policy in-force what is in force, and brings
// what is written for tools to that. It makes the policy in-force if it is missing: the admission policies ask for it when
// they judge a map, and the API server lets everything pass where what is asked for does not exist.
func (r *Reconciler) Reconcile(ctx context.Context, _ ctrl.Request) (ctrl.Result, error) {
	declared, err := effectivepolicy.Read(ctx, r.Client, effectivepolicy.DeclaredKey)
	if err != nil {
		return ctrl.Result{}, err
	}
	if declared != nil && declared.DeletionTimestamp != nil {
		declared = nil
	}
	current, err := r.policyInForce(ctx, declared)
	if err != nil || current == nil {
		return ctrl.Result{}, err
	}
	state, fresh := current, !effectivepolicy.IsJudged(current)
	if known, ok := r.InForce.Known(current); ok && fresh {
		state = current.DeepCopy()
		state.Status = known
	}
	now := r.Clock.Now()
	verdict := judgePolicy(state.Status, declared, now)
	r.Board.Policy(verdict.valid.Status != metav1.ConditionTrue)
	// What maps are judged by comes first, so that no map waits for Argo CD.
	if fresh || !verdict.isInForce(state.Status) {
		next := inForceStatus(state, verdict, outputsAsTheyAre(state), lastEnforced(state), now)
		if err := r.writeStatus(ctx, current, next, declared == nil); len(apply.Disputes(err)) == 0 {
			return ctrl.Result{}, err
		}
		// Another writer keeps changing that. Who has left a map is taken out of what is written for tools all the same.
	}
	outputs, wait, err := r.putOutputs(ctx, state)
	enforced, probe := r.Authorizer.enforced(ctx, now)
	r.Board.AuthorizerAllowsAll(enforced.Reason == v1alpha1.ReasonAuthorizerAllowsAll)
	next := inForceStatus(state, verdict, outputs, enforced, now)
	err = errors.Join(err, r.writeStatus(ctx, current, next, declared == nil))
	if declared != nil {
		err = errors.Join(err, r.writeStatus(ctx, declared, declaredStatus(declared, verdict, outputs, enforced, now), true))
	}
	disputes := r.disputes(state, declared, err, now)
	r.Board.PolicyDisputes(apply.CountDisputes(apply.CountDisputes(make(map[string]int), disputes), outputs.disputes))
	for _, dispute := range disputes {
		wait = requeue.Soonest(wait, dispute.RetryAfter)
	}
	return r.again(requeue.Soonest(wait, probe, verdict.wait(now)), errors.Join(apply.Others(err)...))
}

// again has the policy looked at after a while, also if this look has failed.
func (r *Reconciler) again(wait time.Duration, err error) (ctrl.Result, error) {
	if err == nil {
		return ctrl.Result{RequeueAfter: wait}, nil
	}
	r.Requeuer.After(wait, effectivepolicy.DeclaredKey)
	return ctrl.Result{}, err
}

// policyInForce is the policy in-force, or nil if there is none that can be gone by: then it is made, or let go, which sets off
// another look. Declared is the platform team's policy, or nil.
func (r *Reconciler) policyInForce(ctx context.Context, declared *v1alpha1.StakeholderPolicy) (*v1alpha1.StakeholderPolicy, error) {
	state, err := effectivepolicy.Read(ctx, r.Client, effectivepolicy.InForceKey)
	if err != nil {
		return nil, err
	}
	if state == nil {
		if declared == nil {
			r.InForce.Forget()
		}
		state = &v1alpha1.StakeholderPolicy{ObjectMeta: metav1.ObjectMeta{Name: v1alpha1.PolicyInForceName}}
		if err := r.Client.Create(ctx, state, apply.FieldOwner); err != nil && !apierrors.IsAlreadyExists(err) {
			return nil, fmt.Errorf("create policy %s: %w", state.Name, err)
		}
		return nil, nil //nolint:nilnil // see above
	}
	if !state.DeletionTimestamp.IsZero() && declared != nil {
		// The platform team's policy stands, so what is written for tools stays, and the policy in-force comes again.
		r.InForce.Known(state)
		return nil, r.setFinalizer(ctx, state, false)
	}
	return state, nil
}

// writeStatus writes a status that differs from what is there, which sets off another look. Record says whether to
// record events about what changes.
func (r *Reconciler) writeStatus(
	ctx context.Context, policy *v1alpha1.StakeholderPolicy, next v1alpha1.StakeholderPolicyStatus, record bool,
) error {
	if equality.Semantic.DeepEqual(policy.Status, next) {
		return nil
	}
	part, wanted, seen := policyStatus(policy), apply.Digest(policy.Generation, policyContent(next)), policyContent(policy.Status)
	if held := r.overwrites.HeldBack(part, wanted, seen, r.Clock.Now()); held != nil {
		return held
	}
	config, err := policyStatusConfiguration(policy, next)
	if err != nil {
		return err
	}
	err = r.Client.Status().Apply(ctx, config, apply.FieldOwner, client.ForceOwnership)
	if err = apply.ExplainConflict(ctx, r.Live, apply.SeenAs("StakeholderPolicy", policy), err); apierrors.IsNotFound(err) || apply.IsRace(err) {
		// It has changed since it was read, which sets off another look.
		r.noteStatus(ctx, policy, wanted, seen, "")
		return nil
	}
	if apply.IsRefused(err) {
		// Status cannot say it.
		messages.Record(r.Recorder, policy, corev1.EventTypeWarning, v1alpha1.ReasonApplyFailed, "WriteStatus", err.Error())
	}
	if err != nil {
		return fmt.Errorf("write status: %w", err)
	}
	r.noteStatus(ctx, policy, wanted, seen, policyContent(next))
	if record {
		r.recordConditions(policy, next)
	}
	return nil
}

// recordConditions records an event for each condition whose status or reason has changed, and one if a new generation of the
// policy is in force.
func (r *Reconciler) recordConditions(policy *v1alpha1.StakeholderPolicy, next v1alpha1.StakeholderPolicyStatus) {
	before := policy.Status.Conditions
	if policy.Status.ObservedGeneration != next.ObservedGeneration {
		before = messages.WithoutCondition(before, v1alpha1.ConditionValid)
	}
	first := meta.FindStatusCondition(before, v1alpha1.ConditionEnforced) == nil
	for _, c := range messages.ChangedConditions(before, next.Conditions, v1alpha1.ConditionValid, v1alpha1.ConditionPublished, v1alpha1.ConditionEnforced) {
		if first && c.Type == v1alpha1.ConditionEnforced && c.Status == metav1.ConditionTrue {
			// As it should be from the start.
			continue
		}
		messages.RecordCondition(r.Recorder, policy, c, warningReasons...)
	}
}

// warningReasons are reasons of conditions that are true and worth a look.
var warningReasons = []string{v1alpha1.ReasonNearlyFull, v1alpha1.ReasonPolicyDeleted}
