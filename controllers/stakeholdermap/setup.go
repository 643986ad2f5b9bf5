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
	"fmt"

	corev1 "k8s.io/api/core/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/controller"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/requeue"
)

// The rights of the operator: config/rbac/role.yaml is generated from these lines.
//
// The operator can only hand out what it has itself. Topics are virtual subresources with names that
// maps choose, so it has its four verbs on every resource of its own API group; that gives it, and
// anybody it could be tricked into granting to, no right that Kubernetes knows.
//
// In target namespaces it binds the three ClusterRoles that ship with it, and can bind no other.
//
// The verb grant gives no right to a topic: the admission policies require it of a user who writes Roles with
// the operator's verbs. ClusterRoleBindings are read only, to find those that give what a map gives.
//
// +kubebuilder:rbac:groups=stakeholders.dev,resources=stakeholdermaps,verbs=get;list;watch;patch;grant
// +kubebuilder:rbac:groups=stakeholders.dev,resources=stakeholdermaps/status,verbs=patch
// +kubebuilder:rbac:groups=stakeholders.dev,resources=stakeholdermaps/finalizers,verbs=update
// +kubebuilder:rbac:groups=stakeholders.dev,resources=*,verbs=approve;request;triage;use
// +kubebuilder:rbac:groups="",resources=configmaps,verbs=get;list;watch;create;patch;delete
// +kubebuilder:rbac:groups=rbac.authorization.k8s.io,resources=roles;rolebindings,verbs=get;list;watch;create;patch;delete
// +kubebuilder:rbac:groups=rbac.authorization.k8s.io,resources=clusterroles,verbs=bind,resourceNames=stakeholders-customer;stakeholders-end-user;stakeholders-product-owner
// +kubebuilder:rbac:groups=rbac.authorization.k8s.io,resources=clusterrolebindings,verbs=list;watch
// +kubebuilder:rbac:groups="",resources=namespaces,verbs=get;list;watch
// +kubebuilder:rbac:groups=events.k8s.io,resources=events,verbs=create;patch

const controllerName = "stakeholdermap"

// concurrency is how many maps are reconciled at the same time, those of one namespace by half of the workers, edits by two thirds. A reconcile
// mostly waits for the API server, and most make no request at all.
const concurrency = 16

// SetupWithManager adds the reconciler to a manager.
func (r *Reconciler) SetupWithManager(mgr ctrl.Manager) error {
	work := ctrl.NewControllerManagedBy(mgr).
		Named(controllerName).
		Watches(&v1alpha1.StakeholderMap{}, mapEvents(r.config.Board, mgr.Elected(), &r.config.Applier.Writes)).
		WatchesMetadata(&corev1.Namespace{}, namespaceEvents(mgr.GetClient())).
		Watches(&v1alpha1.StakeholderPolicy{}, policyEvents(mgr.GetClient())).
		Watches(&v1alpha1.StakeholderRequest{}, requestEvents()).
		WatchesRawSource(r.config.Requeuer.Source()).
		WithOptions(controller.Options{
			MaxConcurrentReconciles: concurrency,
			RateLimiter:             requeue.RateLimiter(),
			NewQueue:                requeue.NewFairQueue(concurrency, r.config.Board.HeldChanged),
			// A replica that waits to be elected already knows everything when it is.
			EnableWarmup: new(true),
		})
	for _, object := range apply.Outputs() {
		work = work.Watches(object, outputEvents(mgr.Elected(), r.config.Applier))
	}
	if err := work.Complete(r); err != nil {
		return fmt.Errorf("set up controller %s: %w", controllerName, err)
	}
	return nil
}
