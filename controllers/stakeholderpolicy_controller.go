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
	"errors"
	"fmt"
	"slices"
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
	"sigs.k8s.io/controller-runtime/pkg/controller"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/metrics"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/optionalwatch"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/requeue"
)

// +kubebuilder:rbac:groups=stakeholders.dev,resources=stakeholderpolicies,verbs=get;list;watch;create;patch
// +kubebuilder:rbac:groups=stakeholders.dev,resources=stakeholderpolicies/status,verbs=patch

const policyControllerName = "stakeholderpolicy"

// StakeholderPolicyReconciler judges the policy, and puts it in force if it is valid.
type StakeholderPolicyReconciler struct {
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
	InForce *policyMemory
	// Authorizer finds out whether the cluster refuses anything at all.
	Authorizer *authorizerProbe
	// Requeuer has the policy looked at although nothing has changed, and when the controller starts: there may be none.
	Requeuer *requeue.Requeuer

	// overwrites is of what other writers write too on policies: their status and finalizers.
	overwrites apply.Overwrites
	// argoCDPace and kargoPace are of what is written, and counted, for these.
	argoCDPace, kargoPace pace
}

// gather is how long changes of maps are gathered before they are written to Argo CD together: it reads its whole policy
// anew each time. It bounds how late a revocation gets there, and how often status counts what has been written.
const gather = time.Second

// pace holds what changes all the time to once in every gather. What sets off another look can be the change itself.
type pace struct{ last time.Time }

// wait is how long it is until the next time, or 0.
func (p *pace) wait(now time.Time) time.Duration { return max(0, p.last.Add(gather).Sub(now)) }

// mapsChanged has what maps say written to Argo CD soon.
func (r *StakeholderPolicyReconciler) mapsChanged() { r.Requeuer.After(gather, policyKey) }

// Reconcile judges the platform team's policy, keeps in the status of the policy in-force what is in force, and brings
// what is written for tools to that. It makes the policy in-force if it is missing: the admission policies ask for it when
// they judge a map, and the API server lets everything pass where what is asked for does not exist.
func (r *StakeholderPolicyReconciler) Reconcile(ctx context.Context, _ ctrl.Request) (ctrl.Result, error) {
	declared, err := readPolicy(ctx, r.Client, policyKey)
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
	state, fresh := current, !judged(current)
	if known, ok := r.InForce.known(current); ok && fresh {
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
	r.Board.PolicyDisputes(countDisputes(countDisputes(make(map[string]int), disputes), outputs.disputes))
	for _, dispute := range disputes {
		wait = sooner(wait, dispute.RetryAfter)
	}
	return r.again(soonest(wait, probe, verdict.wait(now)), errors.Join(apply.Others(err)...))
}

// again has the policy looked at after a while, also if this look has failed.
func (r *StakeholderPolicyReconciler) again(wait time.Duration, err error) (ctrl.Result, error) {
	if err == nil {
		return ctrl.Result{RequeueAfter: wait}, nil
	}
	r.Requeuer.After(wait, policyKey)
	return ctrl.Result{}, err
}

// policyInForce is the policy in-force, or nil if there is none that can be gone by: then it is made, or let go, which sets off
// another look. Declared is the platform team's policy, or nil.
func (r *StakeholderPolicyReconciler) policyInForce(ctx context.Context, declared *v1alpha1.StakeholderPolicy) (*v1alpha1.StakeholderPolicy, error) {
	state, err := readPolicy(ctx, r.Client, inForceKey)
	if err != nil {
		return nil, err
	}
	if state == nil {
		if declared == nil {
			r.InForce.forget()
		}
		state = &v1alpha1.StakeholderPolicy{ObjectMeta: metav1.ObjectMeta{Name: v1alpha1.PolicyInForceName}}
		if err := r.Client.Create(ctx, state, apply.FieldOwner); err != nil && !apierrors.IsAlreadyExists(err) {
			return nil, fmt.Errorf("create policy %s: %w", state.Name, err)
		}
		return nil, nil //nolint:nilnil // see above
	}
	if !state.DeletionTimestamp.IsZero() && declared != nil {
		// The platform team's policy stands, so what is written for tools stays, and the policy in-force comes again.
		r.InForce.known(state)
		return nil, r.setFinalizer(ctx, state, false)
	}
	return state, nil
}

// soonest is the shortest of the waits that are not 0, or 0.
func soonest(waits ...time.Duration) time.Duration {
	waits = slices.DeleteFunc(waits, func(wait time.Duration) bool { return wait <= 0 })
	if len(waits) == 0 {
		return 0
	}
	return slices.Min(waits)
}

// writeStatus writes a status that differs from what is there, which sets off another look. Record says whether to
// record events about what changes.
func (r *StakeholderPolicyReconciler) writeStatus(
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
func (r *StakeholderPolicyReconciler) recordConditions(policy *v1alpha1.StakeholderPolicy, next v1alpha1.StakeholderPolicyStatus) {
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

// setup adds the reconciler to a manager.
func (r *StakeholderPolicyReconciler) setup(mgr ctrl.Manager) error {
	err := ctrl.NewControllerManagedBy(mgr).
		Named(policyControllerName).
		For(&v1alpha1.StakeholderPolicy{}).
		WatchesRawSource(r.Requeuer.Source()).
		WithOptions(controller.Options{RateLimiter: newRateLimiter()}).
		Complete(r)
	if err != nil {
		return fmt.Errorf("set up controller %s: %w", policyControllerName, err)
	}
	return nil
}
