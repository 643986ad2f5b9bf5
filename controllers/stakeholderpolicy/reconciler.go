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
	"fmt"
	"slices"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/events"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/effectivepolicy"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/metrics"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/optionalwatch"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/requeue"
)

// Config has what a Reconciler works with.
type Config struct {
	// Client reads the policy from the cache and writes it.
	Client client.Client
	// Live asks the API server.
	Live client.Reader
	// Recorder records events about policies.
	Recorder events.EventRecorder
	// Clock gives conditions their time.
	Clock clock.PassiveClock
	// Board collects what metrics say.
	Board *metrics.Board
	// ArgoCD writes what the maps say to Argo CD.
	ArgoCD argoCDWriter
	// Kargo watches the ServiceAccounts that maps have for Kargo.
	Kargo *optionalwatch.Watch
	// Policies remembers what was in force. The maps' reconciler has the same one.
	Policies *effectivepolicy.Memory
	// Requeuer has the policy reconciled although nothing has changed, and when the controller starts: there may be none.
	Requeuer *requeue.Requeuer
}

// Reconciler judges the policy, and puts it in force if it is valid.
type Reconciler struct {
	client     client.Client
	policies   *effectivepolicy.Memory
	authorizer *authorizerProbe
	outputs    *outputWriter
	status     *statusWriter
	board      *metrics.Board
	clock      clock.PassiveClock
	requeuer   *requeue.Requeuer
}

// New returns a Reconciler.
func New(c Config) *Reconciler {
	status := &statusWriter{client: c.Client, live: c.Live, recorder: c.Recorder, clock: c.Clock}
	return &Reconciler{
		client: c.Client, policies: c.Policies, authorizer: &authorizerProbe{writer: c.Client}, status: status, board: c.Board, clock: c.Clock,
		requeuer: c.Requeuer,
		outputs: &outputWriter{
			status: status,
			argoCD: &argoCDOutput{writer: c.ArgoCD, clock: c.Clock},
			kargo:  &kargoOutput{watch: c.Kargo, live: c.Live, clock: c.Clock},
		},
	}
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
	declared, err := effectivepolicy.Read(ctx, r.client, effectivepolicy.DeclaredKey)
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
	state, fresh := current, !effectivepolicy.HasStatus(current)
	if known, ok := r.policies.Known(current); ok && fresh {
		state = current.DeepCopy()
		state.Status = known
	}
	now := r.clock.Now()
	verdict := judgePolicy(state.Status, declared, now)
	r.board.Policy(verdict.valid.Status != metav1.ConditionTrue)
	// What maps are judged by comes first, so that no map waits for Argo CD.
	if fresh || !verdict.isInForce(state.Status) {
		next := inForceStatus(state, verdict, outputsAsTheyAre(state), lastEnforced(state), now)
		if err := r.status.write(ctx, current, next, declared == nil); len(apply.ResultOf(err).Disputes()) == 0 {
			return ctrl.Result{}, err
		}
		// Another writer keeps changing that. Who has left a map is taken out of what is written for tools all the same.
	}
	outputs, wait, result := r.outputs.write(ctx, state)
	enforced, probe := r.authorizer.enforced(ctx, now)
	r.board.AuthorizerAllowsAll(enforced.Reason == v1alpha1.ReasonAuthorizerAllowsAll)
	next := inForceStatus(state, verdict, outputs, enforced, now)
	result = append(result, apply.ResultOf(r.status.write(ctx, current, next, declared == nil))...)
	if declared != nil {
		result = append(result, apply.ResultOf(r.status.write(ctx, declared, declaredStatus(declared, verdict, outputs, enforced, now), true))...)
	}
	disputes := r.status.disputes(state, declared, result, now)
	r.board.PolicyDisputes(apply.CountDisputes(slices.Concat(disputes, outputs.disputes)))
	return r.again(requeue.Soonest(wait, disputes.RetryAfter(), probe, verdict.wait(now)), result.Failures().Err())
}

// again has the policy looked at after a while, also if this look has failed.
func (r *Reconciler) again(wait time.Duration, err error) (ctrl.Result, error) {
	if err == nil {
		return ctrl.Result{RequeueAfter: wait}, nil
	}
	r.requeuer.After(wait, effectivepolicy.DeclaredKey)
	return ctrl.Result{}, err
}

// policyInForce is the policy in-force, or nil if there is none that can be gone by: then it is made, or let go, which sets off
// another look. Declared is the platform team's policy, or nil.
func (r *Reconciler) policyInForce(ctx context.Context, declared *v1alpha1.StakeholderPolicy) (*v1alpha1.StakeholderPolicy, error) {
	state, err := effectivepolicy.Read(ctx, r.client, effectivepolicy.InForceKey)
	if err != nil {
		return nil, err
	}
	if state == nil {
		if declared == nil {
			r.policies.Forget()
		}
		state = &v1alpha1.StakeholderPolicy{ObjectMeta: metav1.ObjectMeta{Name: v1alpha1.PolicyInForceName}}
		if err := r.client.Create(ctx, state, apply.FieldOwner); err != nil && !apierrors.IsAlreadyExists(err) {
			return nil, fmt.Errorf("create policy %s: %w", state.Name, err)
		}
		return nil, nil //nolint:nilnil // see above
	}
	if !state.DeletionTimestamp.IsZero() && declared != nil {
		// The platform team's policy stands, so what is written for tools stays, and the policy in-force comes again.
		r.policies.Known(state)
		return nil, r.status.setFinalizer(ctx, state, false)
	}
	return state, nil
}
