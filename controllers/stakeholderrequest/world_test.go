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
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/events"
	testingclock "k8s.io/utils/clock/testing"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/approvals"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/decide"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/metrics"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/requests"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/requeue"
	"github.com/stakeholders-dev/stakeholder-operator/test/fakecluster"
)

// asked is when the request was made.
var asked = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)

// quiet discards the log of controller-runtime.
var quiet = sync.OnceFunc(func() { log.SetLogger(zap.New(zap.WriteTo(io.Discard))) })

// subject is what the request is about.
const subject = "registry.example/checkout@sha256:0123"

// world is one request about one map, without an API server, and a clock that stands still.
type world struct {
	*testing.T

	live client.WithWatch
	// shown, if it is there, is what the cache shows of the request.
	shown    *v1alpha1.StakeholderRequest
	clock    *testingclock.FakePassiveClock
	recorder *events.FakeRecorder
	opened   approvals.Opened
	board    *metrics.RequestBoard
	// table is what is in force for the map. Nil: nothing.
	table *routing.RoutingTable
	// admission is what a check of the admission policy returns, and wait how long it asks to wait.
	admission decide.Admission
	wait      time.Duration
	// checkErr is the error of a check.
	checkErr error
	// checks and writes count checks of the admission policy and writes of status.
	checks, writes int
	// beforeWrite, if it is there, is called before a write.
	beforeWrite func()
	r           *Reconciler
	key         types.NamespacedName
}

func newWorld(t *testing.T) *world {
	t.Helper()
	quiet()
	w := &world{
		T: t, clock: testingclock.NewFakePassiveClock(asked), table: approval(2, "board", "shops"),
		admission: decide.Admission{Revision: "one", Since: asked.Add(-time.Hour)},
		key:       types.NamespacedName{Namespace: "payments", Name: "release"},
	}
	builder := fakecluster.NewClientBuilder().WithStatusSubresource(&v1alpha1.StakeholderRequest{}).
		WithIndex(&v1alpha1.StakeholderRequest{}, requests.MapIndex, requests.IndexByMap).
		WithObjects(&v1alpha1.StakeholderMap{ObjectMeta: metav1.ObjectMeta{Namespace: "payments", Name: "checkout", UID: "map", Generation: 3}}).
		WithObjects(&v1alpha1.StakeholderRequest{
			ObjectMeta: metav1.ObjectMeta{
				Namespace: w.key.Namespace, Name: w.key.Name, UID: "request", Generation: 1, CreationTimestamp: metav1.NewTime(asked),
			},
			Spec: v1alpha1.StakeholderRequestSpec{Map: "checkout", Topic: "release", Title: "Release 1.4", Subject: subject, RequestedBy: "ann"},
		})
	builder = builder.WithStatusSubresource(&v1alpha1.StakeholderPolicy{})
	w.live = builder.WithInterceptorFuncs(interceptor.Funcs{SubResourceApply: w.applyStatus}).Build()
	w.restart()
	return w
}

// restart makes another reconciler, as a restart of the operator does.
func (w *world) restart() {
	w.recorder = events.NewFakeRecorder(100)
	w.board = metrics.NewRequestBoard(w.clock)
	w.r = New(Config{
		Client: cache{WithWatch: w.live, of: w}, Live: w.live, Tables: w, Admission: w, Opened: &w.opened, Recorder: w.recorder, Clock: w.clock,
		Board: w.board, Requeuer: requeue.New(requeue.PriorityDue),
	})
}

// cache strips requests as the operator's cache does, and can be late.
type cache struct {
	client.WithWatch

	of *world
	// policy, if it is there, is an older policy in force than that of the API server.
	policy *v1alpha1.StakeholderPolicy
}

func (c cache) Get(ctx context.Context, key client.ObjectKey, object client.Object, options ...client.GetOption) error {
	if err := c.WithWatch.Get(ctx, key, object, options...); err != nil {
		return err
	}
	if policy, ok := object.(*v1alpha1.StakeholderPolicy); ok && c.policy != nil {
		c.policy.DeepCopyInto(policy)
	}
	if r, ok := object.(*v1alpha1.StakeholderRequest); ok {
		if c.of.shown != nil {
			*r = *c.of.shown
		}
		stripped, err := requests.Strip(r.DeepCopy())
		if err != nil {
			return err
		}
		*r = *stripped.(*v1alpha1.StakeholderRequest) //nolint:errcheck,forcetypeassert // a stripped request is one
	}
	return nil
}

func (w *world) applyStatus(
	ctx context.Context, c client.Client, subresource string, config runtime.ApplyConfiguration, options ...client.SubResourceApplyOption,
) error {
	w.writes++
	if w.beforeWrite != nil {
		w.beforeWrite()
	}
	return c.SubResource(subresource).Apply(ctx, config, options...)
}

// TableInForce implements Tables.
func (w *world) TableInForce(ctx context.Context, key types.NamespacedName) (types.UID, int64, *routing.RoutingTable, error) {
	m := &v1alpha1.StakeholderMap{}
	if err := client.IgnoreNotFound(w.live.Get(ctx, key, m)); err != nil {
		return "", 0, nil, err
	}
	return m.UID, m.Generation, w.table, nil
}

// Known implements Admission.
func (w *world) Known(context.Context) (string, error) { return w.admission.Revision, nil }

// Check implements Admission.
func (w *world) Check(context.Context, *v1alpha1.StakeholderRequest) (decide.Admission, time.Duration, error) {
	w.checks++
	return w.admission, w.wait, w.checkErr
}

// approval is a table with one topic that some parties have to approve. Each party has the user of its name.
func approval(quorum int32, parties ...string) *routing.RoutingTable {
	topic := routing.Topic{Name: "release", Class: "Approval", Quorum: &routing.Quorum{Count: quorum}}
	for _, name := range parties {
		topic.To = append(topic.To, routing.Party{Role: "Customer", Name: name, Subjects: []routing.Subject{{Kind: "User", Name: name}}})
	}
	return &routing.RoutingTable{Topics: []routing.Topic{topic}, Default: routing.Topic{Name: routing.DefaultTopic}}
}

func (w *world) get() *v1alpha1.StakeholderRequest {
	w.Helper()
	r := &v1alpha1.StakeholderRequest{}
	if err := w.live.Get(w.Context(), w.key, r); err != nil {
		w.Fatal(err)
	}
	return r
}

// edit changes the spec of the request.
func (w *world) edit(change func(*v1alpha1.StakeholderRequestSpec)) {
	w.Helper()
	r := w.get()
	change(&r.Spec)
	r.Generation++
	if err := w.live.Update(w.Context(), r); err != nil {
		w.Fatal(err)
	}
}

func (w *world) answer(by string, verdict v1alpha1.Verdict) {
	w.Helper()
	w.edit(func(s *v1alpha1.StakeholderRequestSpec) {
		s.Responses = append(s.Responses, v1alpha1.Response{By: by, Verdict: verdict})
	})
}

// reconcile reconciles the request once.
func (w *world) reconcile() ctrl.Result {
	w.Helper()
	result, err := w.r.Reconcile(w.Context(), ctrl.Request{NamespacedName: w.key})
	if err != nil {
		w.Fatal(err)
	}
	return result
}

// wantWrites reconciles until nothing is written, and checks how many writes that took.
func (w *world) wantWrites(want int, reason string) v1alpha1.StakeholderRequestStatus {
	w.Helper()
	before := w.writes
	for last := -1; last != w.writes; {
		last = w.writes
		w.reconcile()
	}
	if got := w.writes - before; got != want {
		w.Errorf("%s: %d writes, want %d", reason, got, want)
	}
	return w.get().Status
}

func (w *world) wantCondition(conditionType string, status metav1.ConditionStatus, reason, message string) {
	w.Helper()
	c := meta.FindStatusCondition(w.get().Status.Conditions, conditionType)
	if c == nil || c.Status != status || c.Reason != reason || !strings.Contains(c.Message, message) {
		w.Errorf("condition %s is %+v, want %s %s %q", conditionType, c, status, reason, message)
	}
}

// told returns the events since the last call.
func (w *world) told() []string {
	var out []string
	for {
		select {
		case e := <-w.recorder.Events:
			out = append(out, e)
		default:
			return out
		}
	}
}

// mapKey names the map.
var mapKey = types.NamespacedName{Namespace: "payments", Name: "checkout"}

type tableParty = routing.Party

// staleTables has an older generation of the map.
type staleTables struct{ *world }

// TableInForce implements Tables.
func (s staleTables) TableInForce(ctx context.Context, key types.NamespacedName) (types.UID, int64, *routing.RoutingTable, error) {
	uid, generation, table, err := s.world.TableInForce(ctx, key)
	return uid, generation - 1, table, err
}
