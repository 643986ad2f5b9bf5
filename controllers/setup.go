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

// Package controllers wires the reconcilers of the operator.
package controllers

import (
	"context"
	"fmt"

	"github.com/prometheus/client_golang/prometheus"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	ctrlmetrics "sigs.k8s.io/controller-runtime/pkg/metrics"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/admissionpolicy"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/approvals"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/argocd"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/effectivepolicy"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/fairshare"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/kargo"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/metrics"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/namespaces"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/readiness"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/recorder"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/requeue"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/stakeholdermap"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/stakeholderpolicy"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/stakeholderrequest"
)

// concurrentWrites is the maximum number of concurrent write requests for outputs, of all maps together. The API server
// mostly waits while it writes a Role or a RoleBinding, so concurrent requests cost it little. It refuses more than
// some hundreds.
const concurrentWrites = 64

// SetupWithManager adds the reconcilers to a manager whose cache has CacheOptions, and a readiness check.
func SetupWithManager(ctx context.Context, mgr ctrl.Manager) error {
	informers, err := startInformers(ctx, mgr.GetCache(), mgr.GetScheme())
	if err != nil {
		return err
	}
	now := clock.RealClock{}
	maps := requeue.New(requeue.PriorityDue)
	asked := requeue.New(requeue.PriorityDue)
	policies := requeue.New(requeue.PriorityNew, effectivepolicy.DeclaredKey)
	requeueMap := func(key types.NamespacedName) { maps.Now(key) }
	requeuePolicySoon := func() { policies.After(stakeholderpolicy.BatchWindow, effectivepolicy.DeclaredKey) }

	unmanaged, err := stakeholdermap.WatchUnmanagedGrants(ctx, mgr, maps)
	if err != nil {
		return err
	}
	board := metrics.NewBoard(now, unmanaged.Counts)
	requestBoard := metrics.NewRequestBoard(now)
	for _, collector := range []prometheus.Collector{board, requestBoard} {
		if err := ctrlmetrics.Registry.Register(collector); err != nil {
			return fmt.Errorf("register metrics: %w", err)
		}
	}
	events := &recorder.Bounded{
		Recorder: mgr.GetEventRecorder(names.ManagedBy), Scheme: mgr.GetScheme(), Clock: now,
		Closed: func(namespace string) bool { return namespaces.IsTerminating(ctx, mgr.GetClient(), namespace) },
	}
	accounts := kargo.NewWatch(ctx, mgr, func(key types.NamespacedName) {
		maps.Now(key)
		requeuePolicySoon()
	}, func() {
		policies.Now(effectivepolicy.DeclaredKey)
		stakeholdermap.EachMapWithTargets(ctx, mgr.GetCache(), requeueMap)
	})
	argoCD := &argocd.Writer{
		Config:       mgr.GetConfig(),
		CacheOptions: cache.Options{Scheme: mgr.GetScheme(), Mapper: mgr.GetRESTMapper(), HTTPClient: mgr.GetHTTPClient()},
		Cache:        mgr.GetCache(), Live: mgr.GetAPIReader(), Client: mgr.GetClient(),
		Changed: requeuePolicySoon,
		Requeue: func(keys []types.NamespacedName) { maps.Now(keys...) },
	}
	applier := &apply.Applier{
		Cache: mgr.GetCache(), Live: mgr.GetAPIReader(), Writer: apply.WithShortErrors(mgr.GetClient()),
		Slots: fairshare.New(concurrentWrites), TableSlots: fairshare.New(apply.LargeTables), Accounts: accounts.Reader,
	}
	opened := &approvals.Opened{Changed: func(m types.NamespacedName, concerns func(approvals.Approval) bool) {
		stakeholderrequest.RequeueApproved(ctx, mgr.GetClient(), asked, m, concerns)
	}}
	memory := &effectivepolicy.Memory{}

	if err := stakeholderpolicy.New(stakeholderpolicy.Config{
		Client: mgr.GetClient(), Live: mgr.GetAPIReader(), Recorder: events, Clock: now, Board: board, Policies: memory,
		ArgoCD: argoCD, Kargo: accounts, Requeuer: policies,
	}).SetupWithManager(mgr); err != nil {
		return err
	}
	mapReconciler := stakeholdermap.New(stakeholdermap.Config{
		Client: mgr.GetClient(), Applier: applier, Recorder: events, Clock: now, Board: board, Policies: memory,
		ArgoCD: argoCD, Unmanaged: unmanaged, Opened: opened, Requeuer: maps,
	})
	if err := mapReconciler.SetupWithManager(mgr); err != nil {
		return err
	}
	if err := stakeholderrequest.New(stakeholderrequest.Config{
		Client: mgr.GetClient(), Live: mgr.GetAPIReader(), Tables: mapReconciler, Opened: opened, Recorder: events, Clock: now,
		Board: requestBoard, Requeuer: asked,
		Admission: &admissionpolicy.Checker{Cache: mgr.GetClient(), Live: mgr.GetAPIReader(), Writer: mgr.GetClient(), Clock: now},
	}).SetupWithManager(mgr); err != nil {
		return err
	}
	sweep := &apply.Sweep{Live: mgr.GetAPIReader(), Applier: applier, Found: requeueMap, Reading: &unmanaged.Reading}
	if err := mgr.Add(manager.RunnableFunc(sweep.Run)); err != nil {
		return fmt.Errorf("add the search for outputs without labels: %w", err)
	}
	if err := mgr.AddReadyzCheck("readyz", healthz.Checker(readiness.Check(informers).Ready)); err != nil {
		return fmt.Errorf("add readiness check: %w", err)
	}
	return nil
}
