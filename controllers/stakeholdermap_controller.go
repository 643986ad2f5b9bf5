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

// Package controllers reconciles StakeholderMaps: it validates the roles, and puts in force the routing
// table that tools read and the grants that tools check.
package controllers

import (
	"context"
	"errors"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/tools/events"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	mapac "github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1/applyconfiguration/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/argocd"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/metrics"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/requeue"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
)

// foreignRetry is how long to wait before looking again whether a foreign object is still in the way.
// The cache does not see such objects, so nothing tells when one goes.
const foreignRetry = 30 * time.Second

// longestWait bounds how long a reconcile for the sake of time alone is put off: the clock may be set, or
// the machine may sleep, meanwhile. Looking once more makes no request.
const longestWait = time.Hour

// StakeholderMapReconciler puts StakeholderMaps in force.
type StakeholderMapReconciler struct {
	// Client reads maps from the cache and writes their status.
	Client client.Client
	// Applier writes everything else.
	Applier *apply.Applier
	// Recorder tells people what changed.
	Recorder events.EventRecorder
	// Clock says which windows are open, and gives conditions their time.
	Clock clock.PassiveClock
	// Board collects what metrics tell.
	Board *metrics.Board
	// ArgoCD is told what maps contribute to Argo CD's policy.
	ArgoCD *argocd.Writer
	// InForce remembers which policy was in force.
	InForce *policyMemory
	// Unmanaged knows the grants that no map gives. It may be nil.
	Unmanaged unmanagedGrants
	// Requeuer has a map looked at again although its reconcile has failed.
	Requeuer *requeue.Requeuer

	holders   holders
	races     races
	readiness *readiness
	// overwrites is of what other writers write too on maps: their status and finalizers.
	overwrites apply.Overwrites
}

// Reconcile brings one map into force. It makes no request if nothing differs.
func (r *StakeholderMapReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	if req == canary {
		r.readiness.workersRun()
		return ctrl.Result{}, nil
	}
	r.Applier.Writes.Begin(req.NamespacedName)
	defer r.Applier.Writes.End(req.NamespacedName)
	now := r.Clock.Now()
	m := &v1alpha1.StakeholderMap{}
	if err := r.Client.Get(ctx, req.NamespacedName, m); apierrors.IsNotFound(err) {
		return ctrl.Result{}, r.removeLeftovers(ctx, req.NamespacedName)
	} else if err != nil {
		return ctrl.Result{}, fmt.Errorf("read map: %w", err)
	}
	if behind := r.Applier.Writes.Behind(req.NamespacedName, names.KindMap, m); errors.Is(behind, apply.ErrLookAgain) {
		return ctrl.Result{RequeueAfter: time.Millisecond, Priority: new(priorityDue)}, nil
	} else if behind != nil {
		return ctrl.Result{}, nil
	}
	// With its namespace the map goes, too. Until then every attempt to put an output back would fail.
	if !m.DeletionTimestamp.IsZero() || namespaceGoes(ctx, r.Client, m.Namespace) {
		return ctrl.Result{}, r.revokeAll(ctx, m, now)
	}
	policy, err := policyInForce(ctx, r.Client, r.InForce)
	if err != nil {
		return ctrl.Result{}, err
	}
	findings := validate.Map(m, policy, now)
	before := m.Status
	result := r.putInForce(ctx, m, judgement{policy, validate.HasErrors(findings), r.races.tooLong(req.NamespacedName, now)}, now)
	findings = append(findings, r.unmanagedFindings(m, result.elsewhere.accepted())...)
	changes := r.recordOutputEvents(m, &result, now)
	wait := r.nextLook(m, result, now)
	retry := result.retry()
	if result.behind() || r.races.onlyRaces(req.NamespacedName, retry, now) {
		// Something was written between reading and writing. Another look will tell more, and the
		// user is not told of what is no fault. What has failed besides does not wait for that.
		r.Requeuer.After(wait, req.NamespacedName)
		return ctrl.Result{}, retry
	}
	next := nextStatus(m, policy, findings, result, now)
	reported := r.report(ctx, m, before, next, &changes)
	contested := r.statusDispute(m, reported, now)
	reported = errors.Join(apply.Others(reported)...)
	for _, dispute := range contested {
		wait = sooner(wait, dispute.RetryAfter)
	}
	state := boardState(&next, findings, result, now)
	countDisputes(state.Disputes, contested)
	state.Converged = state.Converged && reported == nil
	r.Board.Report(req.NamespacedName, state)
	if err := errors.Join(retry, reported); err != nil {
		r.Requeuer.After(wait, req.NamespacedName)
		return ctrl.Result{}, err
	}
	return ctrl.Result{RequeueAfter: wait, Priority: new(priorityDue)}, nil
}

func ownerOf(m *v1alpha1.StakeholderMap) names.Owner {
	return names.Owner{Namespace: m.Namespace, Name: m.Name, UID: m.UID}
}

// nextLook is how long to wait until time alone, or a foreign object that is gone, can have changed
// something, or an output in dispute may be written again, or 0 if nothing of it can be.
func (r *StakeholderMapReconciler) nextLook(m *v1alpha1.StakeholderMap, result outcome, now time.Time) time.Duration {
	var wait time.Duration
	if _, check := validate.NextChange(m, now); check != nil {
		// What was done since now may have taken longer than there was time.
		wait = min(max(check.Sub(r.Clock.Now()), time.Millisecond), longestWait)
	}
	if result.hasForeign() && (wait == 0 || wait > foreignRetry) {
		wait = foreignRetry
	}
	for _, dispute := range result.disputes() {
		wait = sooner(wait, dispute.RetryAfter)
	}
	return wait
}

// sooner is the shorter of two times to wait. 0 means never.
func sooner(a, b time.Duration) time.Duration {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}

// report writes the status that a reconcile has come to, and records what has changed in it since before. Changes is what
// events about rights have said already.
func (r *StakeholderMapReconciler) report(
	ctx context.Context, m *v1alpha1.StakeholderMap, before, next v1alpha1.StakeholderMapStatus, changes *grantChanges,
) error {
	if err := r.writeStatus(ctx, m, next); err != nil {
		if apply.IsRefused(err) {
			// Status cannot say it.
			r.event(m, corev1.EventTypeWarning, v1alpha1.ReasonApplyFailed, "WriteStatus", err.Error())
		}
		return err
	}
	r.recordConditions(m, before, next, changes)
	return nil
}

// writeStatus writes a status if it differs from the one that is there. The error is an *apply.DisputeError if the status
// is not written because another writer has undone the same again and again.
func (r *StakeholderMapReconciler) writeStatus(ctx context.Context, m *v1alpha1.StakeholderMap, next v1alpha1.StakeholderMapStatus) error {
	if equality.Semantic.DeepEqual(m.Status, next) {
		return nil
	}
	part, wanted, seen := mapStatus(m), apply.Digest(m.Generation, contentOf(next)), contentOf(m.Status)
	if held := r.overwrites.HeldBack(part, wanted, seen, r.Clock.Now()); held != nil {
		return held
	}
	config := statusConfiguration(m, next)
	err := r.Client.Status().Apply(ctx, config, apply.FieldOwner, client.ForceOwnership)
	again := apierrors.IsConflict(err)
	if again {
		config, err = r.writeStatusAgain(ctx, m, next, err)
	}
	if apierrors.IsNotFound(err) {
		// The map was deleted in the meantime.
		return nil
	}
	if err != nil {
		if apply.IsRace(err) {
			r.noteStatus(ctx, m, wanted, seen, "")
		}
		return fmt.Errorf("write status: %w", err)
	}
	r.noteStatus(ctx, m, wanted, seen, contentOf(next))
	// The answer has been read into config.
	key := client.ObjectKeyFromObject(m)
	switch {
	case config.ResourceVersion == nil:
	case again:
		// The rest of the map is as it was read no longer, its finalizers among it.
		r.Applier.Writes.DoneUnseen(key, names.KindMap, key, *config.ResourceVersion)
	default:
		r.Applier.Writes.Done(key, names.KindMap, key, *config.ResourceVersion)
		m.ResourceVersion = *config.ResourceVersion
	}
	m.Status = next
	return nil
}

// writeStatusAgain is for a map that has changed since it was read. What was put in force is so all the same, and must
// be told: without it, an edit that makes the map invalid would find a table that nobody knows of. But it is not told
// if somebody else has told something since, or of another map of the same name. The error is the conflict then.
func (r *StakeholderMapReconciler) writeStatusAgain(
	ctx context.Context, m *v1alpha1.StakeholderMap, next v1alpha1.StakeholderMapStatus, conflict error,
) (*mapac.StakeholderMapApplyConfiguration, error) {
	live := &v1alpha1.StakeholderMap{}
	if err := r.Applier.Live.Get(ctx, client.ObjectKeyFromObject(m), live); err != nil {
		return nil, err
	}
	if live.UID != m.UID || !equality.Semantic.DeepEqual(live.Status, m.Status) {
		return nil, conflict
	}
	if live.ResourceVersion == m.ResourceVersion {
		return nil, apply.ExplainConflict(ctx, r.Applier.Live, apply.SeenAs(names.KindMap, m), conflict)
	}
	config := statusConfiguration(m, next).WithResourceVersion(live.ResourceVersion)
	return config, r.Client.Status().Apply(ctx, config, apply.FieldOwner, client.ForceOwnership)
}
