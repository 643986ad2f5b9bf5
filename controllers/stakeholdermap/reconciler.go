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

// Package stakeholdermap reconciles StakeholderMaps. A reconcile observes what a map depends on (observe.go), decides what
// should be in force (decide.go), enforces that in the map's namespace and in its target namespaces (enforce.go), records
// events (grantevents.go, conditionevents.go) and writes status (status.go, statuswriter.go). It also opens what requests about
// the map have approved (openings.go).
//
// "In force" means that the routing table is in its ConfigMap, and that RoleBindings give subjects the rights of their roles.
// enforce.go calls package apply, whose granttransition.go removes a subject that has left the map from its RoleBinding. When a
// map is deleted, deletion.go and leftovers.go remove everything that it has given.
package stakeholdermap

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/tools/events"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/approvals"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/argocd"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/effectivepolicy"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/metrics"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/namespaces"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/requeue"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/statuswriter"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
)

const (
	// foreignRetry is after how long the operator looks again whether a foreign object is still in the way. The cache does
	// not contain such objects, so no event says when one is deleted.
	foreignRetry = 30 * time.Second
	// longestWait bounds how long a reconcile for the next window is put off: the clock may be set, or the machine may
	// sleep, meanwhile. An extra reconcile makes no request.
	longestWait = time.Hour
)

// Config has what a Reconciler works with.
type Config struct {
	// Client reads maps, namespaces and policies from the cache, and writes status and finalizers.
	Client client.Client
	// Applier writes the outputs.
	Applier *apply.Applier
	// Recorder records events about maps.
	Recorder events.EventRecorder
	// Clock says which windows are open, and gives conditions their time.
	Clock clock.PassiveClock
	// Board collects what metrics say.
	Board *metrics.Board
	// ArgoCD collects what maps contribute to Argo CD's policy.
	ArgoCD *argocd.Writer
	// Policies says by which policy maps are judged.
	Policies *effectivepolicy.Memory
	// Unmanaged knows the grants that no map gives. Nil: there are no findings about them.
	Unmanaged UnmanagedGrants
	// Opened is told which approvals are open. It may be nil.
	Opened *approvals.Opened
	// Requeuer has a map reconciled again although its reconcile has failed.
	Requeuer *requeue.Requeuer
}

// Reconciler brings StakeholderMaps in force.
type Reconciler struct {
	config   Config
	observer *observer
	enforcer *enforcer
	deleter  *deleter
	events   *eventRecorder
}

// New returns a Reconciler.
func New(c Config) *Reconciler {
	if c.Opened == nil {
		c.Opened = &approvals.Opened{}
	}
	writer := &statuswriter.Writer{
		Kind: names.KindMap, Client: c.Client, Live: c.Applier.Live, Recorder: c.Recorder,
		Rewrites: apply.Rewrites{Clock: c.Clock, Contents: apply.StatusContents},
	}
	outputs := &enforcer{
		applier: c.Applier, argoCD: c.ArgoCD, status: &statusWriter{writer, &c.Applier.Writes}, conflicts: newConflicts(), opened: c.Opened,
		accounts: &accountPlanner{namespaces: c.Client, reader: c.Applier.Accounts},
	}
	recorder := &eventRecorder{recorder: c.Recorder, board: c.Board}
	return &Reconciler{
		config: c, enforcer: outputs, deleter: &deleter{outputs, recorder}, events: recorder,
		observer: &observer{reader: c.Client, policies: c.Policies, unmanaged: c.Unmanaged},
	}
}

// Reconcile brings one map in force. It makes no request if nothing differs.
func (r *Reconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	key := req.NamespacedName
	r.config.Applier.Writes.BeginReconcile(key)
	defer r.config.Applier.Writes.EndReconcile(key)
	now := r.config.Clock.Now()
	m := &v1alpha1.StakeholderMap{}
	if err := r.config.Client.Get(ctx, key, m); apierrors.IsNotFound(err) {
		return ctrl.Result{}, r.deleter.removeLeftovers(ctx, key)
	} else if err != nil {
		return ctrl.Result{}, fmt.Errorf("read map: %w", err)
	}
	if stale := r.config.Applier.Writes.RecordRead(key, names.KindMap, m); errors.Is(stale, apply.ErrStaleRetry) {
		return ctrl.Result{RequeueAfter: time.Millisecond, Priority: new(requeue.PriorityDue)}, nil
	} else if stale != nil {
		return ctrl.Result{}, nil
	}
	// Nothing can be created in a namespace that is being deleted, so the map is treated as if it were deleted itself.
	if !m.DeletionTimestamp.IsZero() || namespaces.IsTerminating(ctx, r.config.Client, m.Namespace) {
		return ctrl.Result{}, r.deleter.revokeAll(ctx, m, now)
	}
	return r.reconcile(ctx, m, now)
}

// reconcile brings a map in force that is not being deleted.
func (r *Reconciler) reconcile(ctx context.Context, m *v1alpha1.StakeholderMap, now time.Time) (ctrl.Result, error) {
	key, before := client.ObjectKeyFromObject(m), m.Status
	session := r.enforcer.session(m)
	observed, err := r.observer.observe(ctx, session, m, now)
	if err != nil {
		return ctrl.Result{}, err
	}
	if observed.approved, err = r.observer.approved(ctx, m, now); err != nil {
		return ctrl.Result{}, err
	}
	wanted := decide(m, observed)
	result := r.enforcer.enforce(ctx, session, m, observed, wanted, now)
	changes := r.events.recordOutputEvents(m, observed.policy, &result, now)
	r.enforcer.reportOpened(m, observed.approved, &result)
	wait := requeue.Soonest(untilNextChange(m, now, r.config.Clock), untilNextEnd(observed.approved.Selection, r.config.Clock), result.wait())
	retry := result.all().Retry()
	if result.all().IsStale() || r.enforcer.conflicts.tolerate(key, retry, now) {
		// The cache was stale, or another writer was faster, which is no fault that status has to mention. A watch event or the
		// error brings the next reconcile. What is due at a moment does not wait for that.
		r.config.Requeuer.After(wait, key)
		return ctrl.Result{}, retry.Err()
	}
	findings := slices.Concat(observed.Findings, r.observer.unmanagedFindings(m, observed.namespaces.Accepted()))
	next := nextStatus(m, observed.policy, findings, result, now)
	written := apply.ResultOf(r.enforcer.status.report(ctx, m, before, next, &changes))
	// Another writer may keep changing the status. That is a dispute, and no failure.
	disputes, failures := r.enforcer.status.writer.Disputes(written, r.enforcer.status.writer.Status(m)), written.Failures()
	wait = requeue.Soonest(wait, disputes.RetryAfter())
	r.config.Board.Report(key, boardState(&next, findings, result, disputes, failures, now))
	return r.config.Requeuer.Result(key, wait, slices.Concat(retry, failures).Err())
}

func ownerOf(m *v1alpha1.StakeholderMap) names.Owner {
	return names.Owner{Namespace: m.Namespace, Name: m.Name, UID: m.UID}
}

// untilNextChange returns how long it is until the validity window of a party opens or closes, or 0 if none does.
func untilNextChange(m *v1alpha1.StakeholderMap, now time.Time, c clock.PassiveClock) time.Duration {
	_, check := validate.NextChange(m, now)
	if check == nil {
		return 0
	}
	// What was done since now may have taken longer than there was time.
	return min(max(check.Sub(c.Now()), time.Millisecond), longestWait)
}
