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
	"fmt"

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
	"github.com/stakeholders-dev/stakeholder-operator/controllers/metrics"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
)

// +kubebuilder:rbac:groups=stakeholders.dev,resources=stakeholderpolicies,verbs=get;list;watch;create
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
}

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
	if !policy.DeletionTimestamp.IsZero() {
		return ctrl.Result{}, nil
	}
	problems := validate.Policy(policy.Spec)
	r.Board.Policy(len(problems) > 0)
	next := nextPolicyStatus(policy, problems, r.Clock.Now())
	if equality.Semantic.DeepEqual(policy.Status, next) {
		return ctrl.Result{}, nil
	}
	config, err := policyStatusConfiguration(policy, next)
	if err != nil {
		return ctrl.Result{}, err
	}
	err = r.Client.Status().Apply(ctx, config, apply.FieldOwner, client.ForceOwnership)
	if apierrors.IsNotFound(err) || apierrors.IsConflict(err) {
		// It has changed since it was read, which sets off another look.
		return ctrl.Result{}, nil
	}
	if err != nil {
		return ctrl.Result{}, fmt.Errorf("write status: %w", err)
	}
	r.announce(policy, next)
	return ctrl.Result{}, nil
}

// announce records an event if the policy has become valid or invalid, or another one is in force.
func (r *StakeholderPolicyReconciler) announce(policy *v1alpha1.StakeholderPolicy, next v1alpha1.StakeholderPolicyStatus) {
	was := meta.FindStatusCondition(policy.Status.Conditions, v1alpha1.ConditionValid)
	is := meta.FindStatusCondition(next.Conditions, v1alpha1.ConditionValid)
	if was != nil && was.Status == is.Status && policy.Status.InForce.Generation == next.InForce.Generation {
		return
	}
	eventType := corev1.EventTypeNormal
	if is.Status != metav1.ConditionTrue {
		eventType = corev1.EventTypeWarning
	}
	r.Recorder.Eventf(policy, nil, eventType, is.Reason, actions[v1alpha1.ConditionValid], "%s", shorten(is.Message))
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
		WithOptions(controller.Options{RateLimiter: newRateLimiter()}).
		Complete(r)
	if err != nil {
		return fmt.Errorf("set up controller %s: %w", policyControllerName, err)
	}
	return nil
}
