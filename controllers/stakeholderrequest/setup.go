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

// Package stakeholderrequest reconciles StakeholderRequests. A reconcile observes the map and the admission policy (observe.go),
// has package decide say what has come of the request, writes the status (status.go) and records events (events.go). What an
// approval opens is written by the reconcile of the map.
package stakeholderrequest

import (
	"fmt"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/controller"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/admissionpolicy"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/requeue"
)

// The rights of the operator: config/rbac/role.yaml is generated from these lines.
//
// The operator can only hand out what it has itself: the grants of maps let stakeholders read, answer and make requests. It uses
// patch to prove, by a dry run, that the admission policy refuses an answer in another person's name, and create not at all.
//
// +kubebuilder:rbac:groups=stakeholders.dev,resources=stakeholderrequests,verbs=get;list;watch;create;patch
// +kubebuilder:rbac:groups=stakeholders.dev,resources=stakeholderrequests/status,verbs=patch
// +kubebuilder:rbac:groups=admissionregistration.k8s.io,resources=validatingadmissionpolicies;validatingadmissionpolicybindings,verbs=get;list;watch

const controllerName = "stakeholderrequest"

// concurrency is how many requests are reconciled at the same time, those of one namespace by half of the workers.
const concurrency = 8

// SetupWithManager adds the reconciler to a manager.
func (r *Reconciler) SetupWithManager(mgr ctrl.Manager) error {
	work := ctrl.NewControllerManagedBy(mgr).
		Named(controllerName).
		Watches(&v1alpha1.StakeholderRequest{}, requestEvents()).
		Watches(&v1alpha1.StakeholderMap{}, mapEvents(mgr.GetClient())).
		WatchesRawSource(r.config.Requeuer.Source()).
		WithOptions(controller.Options{
			MaxConcurrentReconciles: concurrency,
			RateLimiter:             requeue.RateLimiter(),
			NewQueue:                requeue.NewFairQueue(concurrency, func(int) {}),
			EnableWarmup:            new(true),
		})
	for _, object := range admissionpolicy.Objects() {
		work = work.WatchesMetadata(object, policyEvents(mgr.GetClient(), r.config.Requeuer))
	}
	if err := work.Complete(r); err != nil {
		return fmt.Errorf("set up controller %s: %w", controllerName, err)
	}
	return nil
}
