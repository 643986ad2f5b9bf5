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
	"cmp"
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/workqueue"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	ctrlmetrics "sigs.k8s.io/controller-runtime/pkg/metrics"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/argocd"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/metrics"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

// The rights of the operator, and nothing else: config/rbac/role.yaml is generated from these lines.
//
// The operator can only hand out what it has itself. Topics are virtual subresources with names that
// maps choose, so it has its three verbs on every resource of its own API group; that gives it, and
// anybody it could be tricked into granting to, no right that Kubernetes knows.
//
// In target namespaces it binds the three ClusterRoles that ship with it, and can bind no other.
//
// +kubebuilder:rbac:groups=stakeholders.dev,resources=stakeholdermaps,verbs=get;list;watch;patch
// +kubebuilder:rbac:groups=stakeholders.dev,resources=stakeholdermaps/status,verbs=patch
// +kubebuilder:rbac:groups=stakeholders.dev,resources=stakeholdermaps/finalizers,verbs=update
// +kubebuilder:rbac:groups=stakeholders.dev,resources=*,verbs=approve;request;triage
// +kubebuilder:rbac:groups="",resources=configmaps,verbs=get;list;watch;create;patch;delete
// +kubebuilder:rbac:groups=rbac.authorization.k8s.io,resources=roles;rolebindings,verbs=get;list;watch;create;patch;delete
// +kubebuilder:rbac:groups=rbac.authorization.k8s.io,resources=clusterroles,verbs=bind,resourceNames=stakeholders-customer;stakeholders-end-user;stakeholders-product-owner
// +kubebuilder:rbac:groups="",resources=namespaces,verbs=get;list;watch
// +kubebuilder:rbac:groups=events.k8s.io,resources=events,verbs=create;patch

// controllerName is the name of the controller in logs and metrics, and of the reporter of events.
const controllerName = "stakeholdermap"

// concurrency is how many maps are reconciled at the same time. A reconcile mostly waits for the API
// server, and most make no request at all.
const concurrency = 8

// outputs are the kinds that the operator writes.
func outputs() []client.Object {
	return []client.Object{&corev1.ConfigMap{}, &rbacv1.Role{}, &rbacv1.RoleBinding{}}
}

// ours selects what the operator writes.
func ours() labels.Selector {
	return labels.SelectorFromSet(labels.Set{render.LabelManagedBy: render.ManagedBy})
}

// indexes are those of each kind that the operator writes.
var indexes = map[string]client.IndexerFunc{apply.OwnerIndex: apply.IndexByOwner, apply.MapIndex: apply.IndexByMap}

// longestRetry bounds how long a reconcile that fails is put off. What has failed can be a revocation.
const longestRetry = time.Minute

func newRateLimiter() workqueue.TypedRateLimiter[ctrl.Request] {
	return workqueue.NewTypedItemExponentialFailureRateLimiter[ctrl.Request](5*time.Millisecond, longestRetry)
}

// CacheOptions keep in memory what the operator works with and nothing else: maps and the policy, of the kinds that it
// writes only what carries its label, and of namespaces what maps depend on. Reading any other kind through
// the cache is an error.
func CacheOptions() cache.Options {
	options := cache.Options{
		ReaderFailOnMissingInformer: true,
		DefaultTransform:            cache.TransformStripManagedFields(),
		ByObject:                    map[client.Object]cache.ByObject{},
	}
	for _, object := range outputs() {
		options.ByObject[object] = cache.ByObject{Label: ours(), Transform: stripOutput}
	}
	options.ByObject[namespaceMetadata()] = cache.ByObject{Transform: stripNamespace}
	return options
}

// stripOutput is what the cache does with an output before it keeps it.
func stripOutput(object any) (any, error) {
	object, err := cache.TransformStripManagedFields()(object)
	if err != nil {
		return nil, err
	}
	return apply.Strip(object)
}

// SetupWithManager adds the reconciler to a manager whose cache has CacheOptions, and a readiness check
// that is passed once the reconciler really works.
func SetupWithManager(ctx context.Context, mgr ctrl.Manager) error {
	informers, err := startInformers(ctx, mgr.GetCache())
	if err != nil {
		return err
	}
	ready := newReadiness(mgr.Elected(), informers)
	r := &StakeholderMapReconciler{
		Client:    mgr.GetClient(),
		Applier:   &apply.Applier{Cache: mgr.GetCache(), Live: mgr.GetAPIReader(), Writer: mgr.GetClient()},
		Recorder:  mgr.GetEventRecorder(render.ManagedBy),
		Clock:     clock.RealClock{},
		Board:     metrics.NewBoard(clock.RealClock{}),
		alarm:     &alarm{},
		readiness: ready,
	}
	if err := ctrlmetrics.Registry.Register(r.Board); err != nil {
		return fmt.Errorf("register metrics: %w", err)
	}
	policies := &StakeholderPolicyReconciler{Client: mgr.GetClient(), Recorder: r.Recorder, Clock: r.Clock, Board: r.Board}
	look := &nudge{}
	r.ArgoCD = &argocd.Writer{
		Config:       mgr.GetConfig(),
		CacheOptions: cache.Options{Scheme: mgr.GetScheme(), Mapper: mgr.GetRESTMapper(), HTTPClient: mgr.GetHTTPClient()},
		Cache:        mgr.GetCache(), Live: mgr.GetAPIReader(), Client: mgr.GetClient(),
		Changed: policies.mapsChanged,
		Look:    func(keys []types.NamespacedName) { look.after(0, keys...) },
	}
	policies.ArgoCD = r.ArgoCD
	policies.Kargo = newKargoWatch(ctx, mgr, func(keys ...types.NamespacedName) {
		look.after(0, keys...)
		policies.mapsChanged()
	}, func() {
		policies.nudge.after(0, policyKey)
		eachMapWithTargets(ctx, mgr.GetCache(), func(key types.NamespacedName) { look.after(0, key) })
	})
	policies.Live = mgr.GetAPIReader()
	r.Applier.Accounts = policies.Kargo.Reader
	if err := policies.setup(mgr); err != nil {
		return err
	}
	work := ctrl.NewControllerManagedBy(mgr).
		Named(controllerName).
		For(&v1alpha1.StakeholderMap{}, builder.WithPredicates(noteEdits(r.Board, mgr.Elected()))).
		WatchesMetadata(&corev1.Namespace{}, namespaceEvents{mgr.GetClient()}).
		Watches(&v1alpha1.StakeholderPolicy{}, policyEvents{mgr.GetClient()}).
		WatchesRawSource(look.source()).
		WatchesRawSource(ready.source()).
		WatchesRawSource(r.alarm.source()).
		WithOptions(controller.Options{
			MaxConcurrentReconciles: concurrency,
			RateLimiter:             newRateLimiter(),
			// A replica that waits to be elected already knows everything when it is.
			EnableWarmup: new(true),
		})
	for _, object := range outputs() {
		work = work.Watches(object, handler.EnqueueRequestsFromMapFunc(mapsOf))
	}
	if err := work.Complete(r); err != nil {
		return fmt.Errorf("set up controller %s: %w", controllerName, err)
	}
	if err := mgr.AddReadyzCheck("readyz", healthz.Checker(ready.check)); err != nil {
		return fmt.Errorf("add readiness check: %w", err)
	}
	return nil
}

// noteEdits lets every event pass, and notes when an edit of a map is first seen. A replica that waits to be
// elected sees edits too, but it is not the one to put them in force.
func noteEdits(board *metrics.Board, elected <-chan struct{}) predicate.Predicate {
	return predicate.NewPredicateFuncs(func(object client.Object) bool {
		select {
		case <-elected:
			if m, ok := object.(*v1alpha1.StakeholderMap); ok && m.Generation != m.Status.ObservedGeneration {
				board.Pending(client.ObjectKeyFromObject(m))
			}
		default:
		}
		return true
	})
}

// startInformers adds the indexes, and returns the informers of all kinds that are watched.
func startInformers(ctx context.Context, c cache.Cache) ([]cache.Informer, error) {
	for _, object := range outputs() {
		for field, index := range indexes {
			if err := c.IndexField(ctx, object, field, index); err != nil {
				return nil, fmt.Errorf("index %T: %w", object, err)
			}
		}
	}
	if err := c.IndexField(ctx, &v1alpha1.StakeholderMap{}, targetsIndex, indexMap); err != nil {
		return nil, fmt.Errorf("index maps by target namespaces: %w", err)
	}
	if err := c.IndexField(ctx, namespaceMetadata(), targetsIndex, indexNamespace); err != nil {
		return nil, fmt.Errorf("index namespaces by labels: %w", err)
	}
	var informers []cache.Informer
	for _, object := range append(outputs(), &v1alpha1.StakeholderMap{}, &v1alpha1.StakeholderPolicy{}, namespaceMetadata()) {
		informer, err := c.GetInformer(ctx, object, cache.BlockUntilSynced(false))
		if err != nil {
			return nil, fmt.Errorf("watch %T: %w", object, err)
		}
		informers = append(informers, informer)
	}
	return informers, nil
}

// mapsOf names the maps that a change of an output concerns: its owner, even if somebody changed its
// labels, and the map that its labels name, which waits for the name to become free if the object is
// not its own.
func mapsOf(_ context.Context, object client.Object) []reconcile.Request {
	var requests []reconcile.Request
	add := func(namespace, name string) {
		request := reconcile.Request{NamespacedName: types.NamespacedName{Namespace: namespace, Name: name}}
		if name != "" && (len(requests) == 0 || requests[0] != request) {
			requests = append(requests, request)
		}
	}
	if c := metav1.GetControllerOf(object); c != nil && c.APIVersion == v1alpha1.GroupVersion.String() && c.Kind == kindMap {
		add(object.GetNamespace(), c.Name)
	}
	// Without this label it can only be one in the map's own namespace.
	add(cmp.Or(object.GetLabels()[render.LabelMapNamespace], object.GetNamespace()), object.GetLabels()[render.LabelMap])
	return requests
}
