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
	"time"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/selection"
	"k8s.io/apimachinery/pkg/types"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/client-go/util/workqueue"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/apiutil"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	ctrlmetrics "sigs.k8s.io/controller-runtime/pkg/metrics"
	"sigs.k8s.io/controller-runtime/pkg/predicate"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/argocd"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/metrics"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/requeue"
)

// The rights of the operator, and nothing else: config/rbac/role.yaml is generated from these lines.
//
// The operator can only hand out what it has itself. Topics are virtual subresources with names that
// maps choose, so it has its three verbs on every resource of its own API group; that gives it, and
// anybody it could be tricked into granting to, no right that Kubernetes knows.
//
// In target namespaces it binds the three ClusterRoles that ship with it, and can bind no other.
//
// The verb grant is nobody's right to a topic: it is what the admission policies ask of a user who writes Roles with
// the operator's verbs. ClusterRoleBindings are read only, to find those that give what a map gives.
//
// +kubebuilder:rbac:groups=stakeholders.dev,resources=stakeholdermaps,verbs=get;list;watch;patch;grant
// +kubebuilder:rbac:groups=stakeholders.dev,resources=stakeholdermaps/status,verbs=patch
// +kubebuilder:rbac:groups=stakeholders.dev,resources=stakeholdermaps/finalizers,verbs=update
// +kubebuilder:rbac:groups=stakeholders.dev,resources=*,verbs=approve;request;triage
// +kubebuilder:rbac:groups="",resources=configmaps,verbs=get;list;watch;create;patch;delete
// +kubebuilder:rbac:groups=rbac.authorization.k8s.io,resources=roles;rolebindings,verbs=get;list;watch;create;patch;delete
// +kubebuilder:rbac:groups=rbac.authorization.k8s.io,resources=clusterroles,verbs=bind,resourceNames=stakeholders-customer;stakeholders-end-user;stakeholders-product-owner
// +kubebuilder:rbac:groups=rbac.authorization.k8s.io,resources=clusterrolebindings,verbs=list;watch
// +kubebuilder:rbac:groups="",resources=namespaces,verbs=get;list;watch
// +kubebuilder:rbac:groups=events.k8s.io,resources=events,verbs=create;patch

// controllerName is the name of the controller in logs and metrics, and of the reporter of events.
const controllerName = "stakeholdermap"

const (
	// concurrency is how many maps are reconciled at the same time. A reconcile mostly waits for the API
	// server, and most make no request at all.
	concurrency = 16
	// writesUnderWay is how many requests that write all of them have under way.
	writesUnderWay = 64
)

// outputs are the kinds that the operator writes.
func outputs() []client.Object {
	return []client.Object{&corev1.ConfigMap{}, &rbacv1.Role{}, &rbacv1.RoleBinding{}}
}

// ours selects what the operator writes, by a label of our own API group. Other tools and admission policies
// write app.kubernetes.io/managed-by on everything, so what is in force must not depend on that.
func ours() labels.Selector {
	exists, err := labels.NewRequirement(names.LabelMap, selection.Exists, nil)
	utilruntime.Must(err) // the label is a constant
	return labels.NewSelector().Add(*exists)
}

// indexes are those of each kind that the operator writes.
var indexes = map[string]client.IndexerFunc{apply.OwnerIndex: apply.IndexByOwner, apply.MapIndex: apply.IndexByMap}

// longestRetry bounds how long a reconcile that fails is put off. What has failed can be a revocation.
const longestRetry = time.Minute

func newRateLimiter() workqueue.TypedRateLimiter[ctrl.Request] {
	return workqueue.NewTypedItemExponentialFailureRateLimiter[ctrl.Request](5*time.Millisecond, longestRetry)
}

// CacheOptions keep in memory what the operator works with and nothing else: maps and the policy, of the kinds that it
// writes only what has the label of a map, and of namespaces what maps depend on. Reading any other kind through
// the cache is an error.
func CacheOptions() cache.Options {
	options := cache.Options{
		ReaderFailOnMissingInformer: true,
		DefaultTransform:            cache.TransformStripManagedFields(),
		ByObject:                    map[client.Object]cache.ByObject{},
	}
	for _, object := range outputs() {
		options.ByObject[object] = cache.ByObject{Label: ours(), Transform: apply.Strip}
	}
	options.ByObject[&v1alpha1.StakeholderMap{}] = cache.ByObject{Transform: stripMap}
	options.ByObject[namespaceMetadata()] = cache.ByObject{Transform: stripNamespace}
	return options
}

// stripMap is what the cache does with a map before it keeps it. kubectl apply leaves a copy of the whole map in an
// annotation, and annotations of a map have no meaning.
func stripMap(object any) (any, error) {
	if m, ok := object.(*v1alpha1.StakeholderMap); ok {
		m.ManagedFields, m.Annotations = nil, nil
	}
	return object, nil
}

// SetupWithManager adds the reconciler to a manager whose cache has CacheOptions, and a readiness check
// that is passed once the reconciler really works.
func SetupWithManager(ctx context.Context, mgr ctrl.Manager) error {
	informers, err := startInformers(ctx, mgr.GetCache(), mgr.GetScheme())
	if err != nil {
		return err
	}
	ready := newReadiness(mgr.Elected(), informers)
	mapRequeuer, policyRequeuer := requeue.New(priorityDue), requeue.New(priorityNew, policyKey)
	r := &StakeholderMapReconciler{
		Client:    mgr.GetClient(),
		Applier:   &apply.Applier{Cache: mgr.GetCache(), Live: mgr.GetAPIReader(), Writer: apply.WithShortErrors(mgr.GetClient()), Slots: apply.NewSlots(writesUnderWay)},
		Recorder:  newRecorder(ctx, mgr),
		Clock:     clock.RealClock{},
		Board:     metrics.NewBoard(clock.RealClock{}),
		InForce:   &policyMemory{},
		Requeuer:  mapRequeuer,
		readiness: ready,
	}
	grants, err := addUnmanagedGrants(ctx, mgr, mapRequeuer)
	if err != nil {
		return err
	}
	r.Unmanaged = grants
	r.Board.CountUnmanagedGrants(grants.Counts)
	if err := ctrlmetrics.Registry.Register(r.Board); err != nil {
		return fmt.Errorf("register metrics: %w", err)
	}
	policies := &StakeholderPolicyReconciler{
		Client: mgr.GetClient(), Recorder: r.Recorder, Clock: r.Clock, Board: r.Board, InForce: r.InForce,
		Authorizer: &authorizerProbe{writer: mgr.GetClient()}, Requeuer: policyRequeuer,
	}
	r.ArgoCD = &argocd.Writer{
		Config:       mgr.GetConfig(),
		CacheOptions: cache.Options{Scheme: mgr.GetScheme(), Mapper: mgr.GetRESTMapper(), HTTPClient: mgr.GetHTTPClient()},
		Cache:        mgr.GetCache(), Live: mgr.GetAPIReader(), Client: mgr.GetClient(),
		Changed: policies.mapsChanged,
		Look:    func(keys []types.NamespacedName) { mapRequeuer.Now(keys...) },
	}
	policies.ArgoCD = r.ArgoCD
	policies.Kargo = newKargoWatch(ctx, mgr, func(keys ...types.NamespacedName) {
		mapRequeuer.Now(keys...)
		policies.mapsChanged()
	}, func() {
		policyRequeuer.Now(policyKey)
		eachMapWithTargets(ctx, mgr.GetCache(), func(key types.NamespacedName) { mapRequeuer.Now(key) })
	})
	policies.Live = mgr.GetAPIReader()
	r.Applier.Accounts = policies.Kargo.Reader
	if err := policies.setup(mgr); err != nil {
		return err
	}
	work := ctrl.NewControllerManagedBy(mgr).
		Named(controllerName).
		Watches(&v1alpha1.StakeholderMap{}, editsFirst{}, builder.WithPredicates(mapEvents(r.Board, mgr.Elected(), &r.Applier.Writes))).
		WatchesMetadata(&corev1.Namespace{}, namespaceEvents{mgr.GetClient()}).
		Watches(&v1alpha1.StakeholderPolicy{}, policyEvents{mgr.GetClient()}).
		WatchesRawSource(mapRequeuer.Source()).
		WatchesRawSource(ready.source()).
		WithOptions(controller.Options{
			MaxConcurrentReconciles: concurrency,
			RateLimiter:             newRateLimiter(),
			// A replica that waits to be elected already knows everything when it is.
			EnableWarmup: new(true),
		})
	for _, object := range outputs() {
		work = work.Watches(object, outputEvents(mgr.Elected(), r.Applier))
	}
	if err := work.Complete(r); err != nil {
		return fmt.Errorf("set up controller %s: %w", controllerName, err)
	}
	sweep := &apply.Sweep{
		Live: mgr.GetAPIReader(), Applier: r.Applier, Found: func(key types.NamespacedName) { mapRequeuer.Now(key) }, Reading: &grants.Reading,
	}
	if err := mgr.Add(ready.whenWorking(sweep.Run)); err != nil {
		return fmt.Errorf("add the search for outputs without labels: %w", err)
	}
	if err := mgr.AddReadyzCheck("readyz", healthz.Checker(ready.check)); err != nil {
		return fmt.Errorf("add readiness check: %w", err)
	}
	return nil
}

func newRecorder(ctx context.Context, mgr ctrl.Manager) *boundedRecorder {
	return &boundedRecorder{
		recorder: mgr.GetEventRecorder(names.ManagedBy), scheme: mgr.GetScheme(), clock: clock.RealClock{},
		closed: func(namespace string) bool { return namespaceGoes(ctx, mgr.GetClient(), namespace) },
	}
}

// mapEvents lets every event of a map pass that does not tell of a write of the operator's own, and notes when an edit is
// first seen. A replica that waits to be elected sees edits too, but it is not the one to put them in force.
func mapEvents(board *metrics.Board, elected <-chan struct{}, writes *apply.Writes) predicate.Predicate {
	changed := func(object client.Object) bool {
		key := client.ObjectKeyFromObject(object)
		if writes.Shown(key, names.KindMap, object, false) {
			return false
		}
		select {
		case <-elected:
			if m, ok := object.(*v1alpha1.StakeholderMap); ok && m.Generation != m.Status.ObservedGeneration {
				board.Pending(key)
			}
		default:
		}
		return true
	}
	return predicate.Funcs{
		CreateFunc: func(e event.CreateEvent) bool { return changed(e.Object) },
		UpdateFunc: func(e event.UpdateEvent) bool { return changed(e.ObjectNew) },
	}
}

// startInformers adds the indexes, and returns the informers of all kinds that are watched.
func startInformers(ctx context.Context, c cache.Cache, scheme *runtime.Scheme) ([]*servedInformer, error) {
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
	var informers []*servedInformer
	for _, object := range append(outputs(), &v1alpha1.StakeholderMap{}, &v1alpha1.StakeholderPolicy{}, namespaceMetadata()) {
		informer, err := c.GetInformer(ctx, object, cache.BlockUntilSynced(false))
		if err != nil {
			return nil, fmt.Errorf("watch %T: %w", object, err)
		}
		kind, err := apiutil.GVKForObject(object, scheme)
		if err != nil {
			return nil, fmt.Errorf("watch %T: %w", object, err)
		}
		served, err := newServedInformer(informer, kind.Kind)
		if err != nil {
			return nil, err
		}
		informers = append(informers, served)
	}
	return informers, nil
}
