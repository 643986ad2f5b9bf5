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

package crash

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// image is what is approved.
const image = "registry.example/shop/checkout@sha256:0123"

// requestScenarios are by what happens to a request that two customers have to approve.
func requestScenarios() map[string]scenario {
	return map[string]scenario{
		"RequestAsked":    {prepare: product, act: asking("1h"), done: is(v1alpha1.ConditionRouted, metav1.ConditionTrue, v1alpha1.ReasonRouted)},
		"RequestAnswered": {prepare: asked, act: answering("carla"), done: answered(1)},
		// The guard is that the status with the outcome comes first, and everything else follows from it.
		"RequestApproved": {prepare: half, act: answering("olga"), done: is(v1alpha1.ConditionApproved, metav1.ConditionTrue, string(v1alpha1.OutcomeApproved))},
		"RequestDeleted":  {prepare: approved, act: deleteRequest, done: noRequest},
		// The guard is that a map is reconciled when the operator starts: no event tells what was closed meanwhile.
		"RequestDeletedOffline": {prepare: approved, offline: true, act: deleteRequest, done: noRequest},
		// It is approved, opened and closed in one go.
		"ApprovalLapses": {prepare: halfAndShort, act: answeringForAMoment, done: is(v1alpha1.ConditionApproved, metav1.ConditionFalse, v1alpha1.ReasonLapsed)},
	}
}

// product is a map by which the board and the office have to approve releases, and a user who may ask.
func product(t *testing.T, w *world) {
	t.Helper()
	w.addMap(t)
	w.edit(t, func(s *v1alpha1.StakeholderMapSpec) {
		s.Topics = append(s.Topics, v1alpha1.Topic{
			Name: "release", Class: v1alpha1.ClassApproval, To: []v1alpha1.Role{v1alpha1.RoleCustomer},
			Quorum: &v1alpha1.Quorum{Mode: v1alpha1.QuorumAtLeast, Count: 2},
		})
	})
	w.suite.Create(t, suite.Editor(w.namespace(home)))
	w.suite.WaitReady(t, w.theMap())
	// Otherwise the operator could not know who asks.
	if err := w.suite.WaitRequestPolicy(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// asking asks for an approval that lasts for a while.
func asking(validFor string) func(*testing.T, *world) {
	return func(t *testing.T, w *world) {
		t.Helper()
		r := w.theRequest()
		r.Spec.Subject, r.Spec.ValidFor = image, validFor
		w.suite.Ask(t, r)
		w.requests = append(w.requests, r.UID)
	}
}

// asked is a request that has reached its parties.
func asked(t *testing.T, w *world) {
	t.Helper()
	product(t, w)
	asking("1h")(t, w)
	w.suite.WaitRequestCondition(t, w.theRequest(), v1alpha1.ConditionRouted, metav1.ConditionTrue, v1alpha1.ReasonRouted)
}

// half is a request that one of two customers has approved.
func half(t *testing.T, w *world) {
	t.Helper()
	product(t, w)
	asking("1h")(t, w)
	answeredByOne(t, w)
}

// halfAndShort is half for an approval that soon ends.
func halfAndShort(t *testing.T, w *world) {
	t.Helper()
	product(t, w)
	asking("4s")(t, w)
	answeredByOne(t, w)
}

func answeredByOne(t *testing.T, w *world) {
	t.Helper()
	answering("carla")(t, w)
	w.seen = w.suite.WaitRequest(t, w.theRequest(), "one has approved", func(s *v1alpha1.StakeholderRequestStatus) bool { return len(s.Decisions) == 1 }).Status
}

// approved is a request whose subject is open.
func approved(t *testing.T, w *world) {
	t.Helper()
	half(t, w)
	answering("olga")(t, w)
	w.seen = w.suite.WaitRequestCondition(t, w.theRequest(), v1alpha1.ConditionApproved, metav1.ConditionTrue, string(v1alpha1.OutcomeApproved)).Status
	w.suite.WaitOpen(t, "release", image, map[string]bool{w.namespace(home): true, w.namespace(first): true, w.namespace(second): true})
}

func answering(user string) func(*testing.T, *world) {
	return func(t *testing.T, w *world) {
		t.Helper()
		w.suite.Answer(t, w.theRequest(), user, v1alpha1.VerdictApprove)
	}
}

func deleteRequest(t *testing.T, w *world) {
	t.Helper()
	w.suite.Delete(t, w.theRequest())
}

// answeringForAMoment opens the image, which is closed again in the end.
func answeringForAMoment(t *testing.T, w *world) {
	t.Helper()
	for _, namespace := range []string{home, first, second} {
		for everyone := range render.Everyone {
			for _, topic := range []string{"release", home + "." + mapName + ".release"} {
				w.before[fmt.Sprintf("%s %s use stakeholderrequests/%s of [%s]", namespace, everyone.Name, topic, image)] = true
			}
		}
	}
	answering("olga")(t, w)
}

// is says whether a condition of the request is like this.
func is(condition string, status metav1.ConditionStatus, reason string) func(context.Context, *world) error {
	return func(ctx context.Context, w *world) error {
		r, err := w.readRequest(ctx)
		if err != nil {
			return err
		}
		if r == nil {
			return errors.New("there is no request")
		}
		c := meta.FindStatusCondition(r.Status.Conditions, condition)
		if c == nil || c.ObservedGeneration != r.Generation || c.Status != status || c.Reason != reason {
			return fmt.Errorf("generation %d has conditions %+v", r.Generation, r.Status.Conditions)
		}
		return nil
	}
}

func answered(times int) func(context.Context, *world) error {
	return func(ctx context.Context, w *world) error {
		r, err := w.readRequest(ctx)
		if err == nil && (r == nil || len(r.Status.Decisions) != times) {
			err = fmt.Errorf("the request is %+v", r)
		}
		return err
	}
}

// noRequest says whether the request is gone, and what it has opened is closed.
func noRequest(ctx context.Context, w *world) error {
	r, err := w.readRequest(ctx)
	if err != nil {
		return err
	}
	objects, err := w.outputs(ctx)
	for _, object := range objects {
		if object.GetName() == "stakeholders:target:"+w.namespace(home)+":"+mapName+":approved" {
			return fmt.Errorf("%s is open", object.GetNamespace())
		}
	}
	if r != nil {
		return errors.New("there is the request")
	}
	return err
}

// mapGone says whether the map is gone, and the request says so.
func mapGone(ctx context.Context, w *world) error {
	if err := isGone(ctx, w); err != nil {
		return err
	}
	return is(v1alpha1.ConditionApproved, metav1.ConditionFalse, v1alpha1.ReasonMapReplaced)(ctx, w)
}

// theRequest has the request's name, for reads and writes.
func (w *world) theRequest() *v1alpha1.StakeholderRequest {
	return suite.NewRequest(w.theMap(), "release-1", "release")
}

// readRequest reads the request. It returns nil if there is none.
func (w *world) readRequest(ctx context.Context) (*v1alpha1.StakeholderRequest, error) {
	r := w.theRequest()
	if err := w.suite.Admin.Get(ctx, client.ObjectKeyFromObject(r), r); err != nil {
		return nil, client.IgnoreNotFound(err)
	}
	return r, nil
}

// noteRequest remembers what the operator has decided before it died. The next one must not decide it again.
func (w *world) noteRequest(ctx context.Context) error {
	r, err := w.readRequest(ctx)
	if r != nil {
		w.seen = r.Status
	}
	return err
}

// decidedAgain says what in a status was decided again since w.seen: the time of an answer, or an outcome.
func (w *world) decidedAgain(now v1alpha1.StakeholderRequestStatus) string {
	for _, before := range w.seen.Decisions {
		for _, d := range now.Decisions {
			if d.By == before.By && d.Verdict == before.Verdict && !d.At.Equal(before.At) {
				return fmt.Sprintf("the answer of %s was first seen at %s, and now at %s\n", d.By, before.At, d.At)
			}
		}
	}
	was := w.seen
	switch {
	case was.DecidedAt == nil:
		return ""
	case now.Outcome != was.Outcome, !now.DecidedAt.Equal(was.DecidedAt), !now.ValidUntil.Equal(was.ValidUntil):
		return fmt.Sprintf("the outcome was %s at %s, until %s, and now it is %s at %s, until %s\n",
			was.Outcome, was.DecidedAt, was.ValidUntil, now.Outcome, now.DecidedAt, now.ValidUntil)
	default:
		return ""
	}
}
