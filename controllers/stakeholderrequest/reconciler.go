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

package stakeholderrequest

import (
	"context"
	"errors"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/tools/events"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/approvals"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/decide"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/metrics"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/namespaces"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/requeue"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/statuswriter"
)

const (
	// staleRetry is after how long a reconcile is repeated that has found the cache out of date. The watch event that
	// brings it up to date usually comes first.
	staleRetry = 200 * time.Millisecond
	// longestWait bounds how long a reconcile is put off: the clock may be set, or the machine may sleep, meanwhile. An
	// extra reconcile makes no request.
	longestWait = time.Hour
)

// Config has what a Reconciler works with.
type Config struct {
	// Client reads requests, maps and namespaces from the cache, and writes status.
	Client client.Client
	// Live reads from the API server.
	Live client.Reader
	// Tables says what is in force for a map.
	Tables Tables
	// Admission says whether the API server checks who writes requests.
	Admission Admission
	// Opened says which approvals are open.
	Opened *approvals.Opened
	// Recorder records events about requests.
	Recorder events.EventRecorder
	// Clock says when requests are due and expire.
	Clock clock.PassiveClock
	// Board collects what metrics say.
	Board *metrics.RequestBoard
	// Requeuer has a request reconciled again at a moment.
	Requeuer *requeue.Requeuer
}

// Reconciler decides about StakeholderRequests.
type Reconciler struct {
	config   Config
	observer *observer
	status   *statusWriter
	events   *eventRecorder
}

// New returns a Reconciler.
func New(c Config) *Reconciler {
	return &Reconciler{
		config:   c,
		observer: &observer{reader: c.Client, live: c.Live, tables: c.Tables, admission: c.Admission, opened: c.Opened},
		status: &statusWriter{writer: &statuswriter.Writer{
			Kind: kindRequest, Client: c.Client, Live: c.Live, Recorder: c.Recorder,
			Rewrites: apply.Rewrites{Clock: c.Clock, Contents: apply.StatusContents},
		}},
		events: &eventRecorder{c.Recorder, c.Board},
	}
}

// Reconcile brings the status of one request up to date. It makes no request if nothing differs.
func (r *Reconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	request := &v1alpha1.StakeholderRequest{}
	if err := r.config.Client.Get(ctx, req.NamespacedName, request); apierrors.IsNotFound(err) {
		r.config.Board.Forget(req.NamespacedName)
		r.status.forget(req.NamespacedName)
		return ctrl.Result{}, nil
	} else if err != nil {
		return ctrl.Result{}, fmt.Errorf("read request: %w", err)
	}
	if !request.DeletionTimestamp.IsZero() || namespaces.IsTerminating(ctx, r.config.Client, request.Namespace) {
		r.config.Board.Forget(req.NamespacedName)
		return ctrl.Result{}, nil
	}
	wait, err := r.reconcile(ctx, request)
	if err != nil {
		r.events.recordFailure(request, err)
	}
	return r.config.Requeuer.Result(req.NamespacedName, wait, err)
}

// reconcile decides about a request that is not being deleted. It returns after how long time alone changes something, or 0.
func (r *Reconciler) reconcile(ctx context.Context, request *v1alpha1.StakeholderRequest) (time.Duration, error) {
	if r.status.isStale(request) {
		return staleRetry, nil
	}
	now := r.config.Clock.Now()
	in, wait, err := r.observer.inputs(ctx, request, now)
	if errors.Is(err, apply.ErrStaleRetry) {
		return staleRetry, nil
	}
	if wait > 0 || err != nil {
		return wait, err
	}
	verdict := decide.Decide(request, in.Inputs, now)
	next, err := r.observer.nextStatus(ctx, request, &verdict, now)
	if err != nil {
		return 0, err
	}
	if byAnswers(request, next.Outcome) {
		if stale, err := r.observer.hasMapChanged(ctx, request, in); stale || err != nil {
			return staleRetry, err
		}
	}
	before := request.Status
	switch written, err := r.status.write(ctx, request, next); {
	case errors.Is(err, errChanged):
		return staleRetry, nil
	case apply.StateOf(err) == apply.Contested:
		// Another writer keeps changing the status.
		return apply.ResultOf(err).RetryAfter(), nil
	case err != nil:
		return 0, err
	case written:
		r.events.record(request, before, next, &verdict)
	}
	r.config.Board.Report(client.ObjectKeyFromObject(request), &next)
	return r.untilNext(verdict.Next), nil
}

// byAnswers reports whether a request gets an outcome that depends on who may answer.
func byAnswers(request *v1alpha1.StakeholderRequest, outcome v1alpha1.Outcome) bool {
	switch outcome {
	case v1alpha1.OutcomePending, v1alpha1.OutcomeExpired, v1alpha1.OutcomeWithdrawn:
		return false
	default:
		return request.Status.Outcome != outcome
	}
}

// untilNext returns how long it is until a moment, or 0 if there is none.
func (r *Reconciler) untilNext(next time.Time) time.Duration {
	if next.IsZero() {
		return 0
	}
	return min(max(next.Sub(r.config.Clock.Now()), time.Millisecond), longestWait)
}
