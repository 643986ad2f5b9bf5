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
	"sigs.k8s.io/controller-runtime/pkg/source"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/argocd"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/metrics"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/ondemand"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
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
	ArgoCD *argocd.Writer
	// Kargo watches the ServiceAccounts that maps have for Kargo, and Live asks the API server for them.
	Kargo *ondemand.Watch
	Live  client.Reader

	nudge nudge
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
func (r *StakeholderPolicyReconciler) mapsChanged() { r.nudge.after(gather, policyKey) }

// Reconcile judges the one policy. Without one it makes an empty one: the admission policies ask for it when they
// judge a map, and the API server lets everything pass where what is asked for does not exist.
func (r *StakeholderPolicyReconciler) Reconcile(ctx context.Context, _ ctrl.Request) (ctrl.Result, error) {
	policy := &v1alpha1.StakeholderPolicy{}
	if err := r.Client.Get(ctx, policyKey, policy); apierrors.IsNotFound(err) {
		r.Board.Policy(false)
		policy.Name = v1alpha1.PolicyName
		if err := r.Client.Create(ctx, policy, apply.FieldOwner); err != nil && !apierrors.IsAlreadyExists(err) {
			return ctrl.Result{}, fmt.Errorf("create the default policy: %w", err)
		}
		return ctrl.Result{}, nil
	} else if err != nil {
		return ctrl.Result{}, fmt.Errorf("read policy: %w", err)
	}
	problems := validate.Policy(policy.Spec)
	r.Board.Policy(len(problems) > 0)
	// What is judged by comes first, so that no map waits for Argo CD.
	judged := nextPolicyStatus(policy, problems, outputsAsTheyAre(policy), r.Clock.Now())
	if !equality.Semantic.DeepEqual(policy.Status.InForce, judged.InForce) {
		return ctrl.Result{}, r.writeStatus(ctx, policy, judged)
	}
	outputs, wait, err := r.putOutputs(ctx, policy)
	next := nextPolicyStatus(policy, problems, outputs, r.Clock.Now())
	if equality.Semantic.DeepEqual(policy.Status, next) {
		return ctrl.Result{RequeueAfter: wait}, err
	}
	if err := errors.Join(err, r.writeStatus(ctx, policy, next)); err != nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{RequeueAfter: wait}, nil
}

// writeStatus writes a status, which sets off another look.
func (r *StakeholderPolicyReconciler) writeStatus(ctx context.Context, policy *v1alpha1.StakeholderPolicy, next v1alpha1.StakeholderPolicyStatus) error {
	config, err := policyStatusConfiguration(policy, next)
	if err != nil {
		return err
	}
	err = r.Client.Status().Apply(ctx, config, apply.FieldOwner, client.ForceOwnership)
	if apierrors.IsNotFound(err) || apierrors.IsConflict(err) {
		// It has changed since it was read, which sets off another look.
		return nil
	}
	if err != nil {
		return fmt.Errorf("write status: %w", err)
	}
	r.announce(policy, next)
	return nil
}

// announce records an event for each condition that has changed its status or its reason, and if another policy is in
// force.
func (r *StakeholderPolicyReconciler) announce(policy *v1alpha1.StakeholderPolicy, next v1alpha1.StakeholderPolicyStatus) {
	for _, conditionType := range []string{v1alpha1.ConditionValid, v1alpha1.ConditionPublished} {
		was := meta.FindStatusCondition(policy.Status.Conditions, conditionType)
		is := meta.FindStatusCondition(next.Conditions, conditionType)
		other := conditionType == v1alpha1.ConditionValid && policy.Status.InForce.Generation != next.InForce.Generation
		if was != nil && was.Status == is.Status && was.Reason == is.Reason && !other {
			continue
		}
		eventType := corev1.EventTypeNormal
		if is.Status != metav1.ConditionTrue || is.Reason == v1alpha1.ReasonNearlyFull {
			eventType = corev1.EventTypeWarning
		}
		r.Recorder.Eventf(policy, nil, eventType, is.Reason, actions[conditionType], "%s", shorten(is.Message))
	}
}

// setup adds the reconciler to a manager.
func (r *StakeholderPolicyReconciler) setup(mgr ctrl.Manager) error {
	err := ctrl.NewControllerManagedBy(mgr).
		Named(policyControllerName).
		For(&v1alpha1.StakeholderPolicy{}).
		// There may be none to set anything off.
		WatchesRawSource(source.Func(func(_ context.Context, queue requestQueue) error {
			queue.Add(ctrl.Request{NamespacedName: policyKey})
			return nil
		})).
		WatchesRawSource(r.nudge.source()).
		WithOptions(controller.Options{RateLimiter: newRateLimiter()}).
		Complete(r)
	if err != nil {
		return fmt.Errorf("set up controller %s: %w", policyControllerName, err)
	}
	return nil
}
