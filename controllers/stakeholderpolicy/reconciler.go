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

// Package stakeholderpolicy reconciles the StakeholderPolicy: which policy is in force, and the outputs for tools that
// serve the whole cluster.
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
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/optionalwatch"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/requeue"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/statuswriter"
)

// Config has the collaborators of a Reconciler.
type Config struct {
	// Client reads policies from the cache, and writes them.
	Client client.Client
	// Live reads from the API server.
	Live     client.Reader
	Recorder events.EventRecorder
	Clock    clock.PassiveClock
	Board    *metrics.Board
	// ArgoCD writes what the maps contribute to Argo CD.
	ArgoCD argoCDWriter
	// Kargo watches the ServiceAccounts of maps for Kargo.
	Kargo *optionalwatch.Watch
	// Policies remembers the policy in force. The maps' reconciler shares it.
	Policies *effectivepolicy.Memory
	// Requeuer also triggers the first reconcile: there may be no policy.
	Requeuer *requeue.Requeuer
}

// Reconciler validates the policy, puts it in force if it is valid, and updates the outputs for tools.
type Reconciler struct {
	config     Config
	authorizer *authorizerProbe
	outputs    *outputWriter
	status     *statusWriter
}

// New returns a Reconciler.
func New(c Config) *Reconciler {
	status := &statusWriter{&statuswriter.Writer{
		Kind: names.KindPolicy, Client: c.Client, Live: c.Live, Recorder: c.Recorder,
		Rewrites: apply.Rewrites{Clock: c.Clock, Contents: apply.StatusContents},
	}}
	return &Reconciler{
		config: c, authorizer: &authorizerProbe{writer: c.Client}, status: status,
		outputs: &outputWriter{
			status: status,
			argoCD: &argoCDOutput{writer: c.ArgoCD, clock: c.Clock},
			kargo:  &kargoOutput{watch: c.Kargo, live: c.Live, clock: c.Clock},
		},
	}
}

// BatchWindow is how long changes of maps are collected before the operator writes them to Argo CD together, because
// Argo CD reloads its whole policy after each write. It bounds the delay of a revocation there, and how often status
// counts outputs.
const BatchWindow = time.Second

// throttle limits an action to once in every BatchWindow: the action itself can trigger the next reconcile.
type throttle struct{ last time.Time }

// wait returns the time until the next action, or 0.
func (t *throttle) wait(now time.Time) time.Duration { return max(0, t.last.Add(BatchWindow).Sub(now)) }

// Reconcile validates the platform team's policy, records in the status of the policy in-force which one is in force,
// and updates the outputs for tools. It creates the policy in-force if it is missing: the admission policies read it as
// their parameter, and the API server admits everything while a parameter does not exist.
func (r *Reconciler) Reconcile(ctx context.Context, _ ctrl.Request) (ctrl.Result, error) {
	declared, err := effectivepolicy.Read(ctx, r.config.Client, effectivepolicy.DeclaredKey)
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
	if known, ok := r.config.Policies.Known(current); ok && fresh {
		state = current.DeepCopy()
		state.Status = known
	}
	now := r.config.Clock.Now()
	verdict := judgePolicy(state.Status, declared, now)
	r.config.Board.Policy(verdict.valid.Status != metav1.ConditionTrue)
	// Write this first, so that no map waits for Argo CD.
	if fresh || !verdict.isInForce(state.Status) {
		next := inForceStatus(state, verdict, currentOutputs(state), enforcedCondition(state), now)
		if err := r.status.write(ctx, current, next, declared == nil); len(apply.ResultOf(err).Disputes()) == 0 {
			return ctrl.Result{}, err
		}
		// Another writer keeps changing status. Revocations in the outputs for tools must not wait for that.
	}
	outputs, wait, result := r.outputs.write(ctx, state)
	enforced, probe := r.authorizer.enforced(ctx, now)
	r.config.Board.AuthorizerAllowsAll(enforced.Reason == v1alpha1.ReasonAuthorizerAllowsAll)
	next := inForceStatus(state, verdict, outputs, enforced, now)
	result = append(result, apply.ResultOf(r.status.write(ctx, current, next, declared == nil))...)
	if declared != nil {
		result = append(result, apply.ResultOf(r.status.write(ctx, declared, declaredStatus(declared, verdict, outputs, enforced, now), true))...)
	}
	disputes := r.status.disputes(state, declared, result)
	r.config.Board.PolicyDisputes(apply.CountDisputes(slices.Concat(disputes, outputs.disputes)))
	wait = requeue.Soonest(wait, disputes.RetryAfter(), probe, verdict.wait(now))
	return r.config.Requeuer.Result(effectivepolicy.DeclaredKey, wait, result.Failures().Err())
}

// policyInForce returns the policy in-force. It returns nil after it has created the policy or removed its finalizer,
// which triggers the next reconcile. Declared is the platform team's policy, or nil.
func (r *Reconciler) policyInForce(ctx context.Context, declared *v1alpha1.StakeholderPolicy) (*v1alpha1.StakeholderPolicy, error) {
	state, err := effectivepolicy.Read(ctx, r.config.Client, effectivepolicy.InForceKey)
	if err != nil {
		return nil, err
	}
	if state == nil {
		if declared == nil {
			r.config.Policies.Forget()
		}
		state = &v1alpha1.StakeholderPolicy{ObjectMeta: metav1.ObjectMeta{Name: v1alpha1.PolicyInForceName}}
		if err := r.config.Client.Create(ctx, state, apply.FieldOwner); err != nil && !apierrors.IsAlreadyExists(err) {
			return nil, fmt.Errorf("create policy %s: %w", state.Name, err)
		}
		return nil, nil //nolint:nilnil // see above
	}
	if !state.DeletionTimestamp.IsZero() && declared != nil {
		// The platform team's policy still exists, so the outputs stay, and the policy in-force is created again.
		r.config.Policies.Known(state)
		return nil, r.status.setFinalizer(ctx, state, false)
	}
	return state, nil
}
