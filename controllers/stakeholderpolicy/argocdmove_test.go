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

package stakeholderpolicy

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	testingclock "k8s.io/utils/clock/testing"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/argocd"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/effectivepolicy"
	"github.com/stakeholders-dev/stakeholder-operator/test/fakecluster"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// fakeArgoCD is a writer that records which namespaces have our key.
type fakeArgoCD struct {
	keys map[string]bool
	// fails has the error of a call, such as "Write a". waits has the calls that return Waiting.
	fails map[string]error
	waits map[string]bool
	calls []string
	held  string
}

func (f *fakeArgoCD) call(verb, namespace string) (argocd.Result, error) {
	call := verb + " " + namespace
	f.calls = append(f.calls, call)
	if err := f.fails[call]; err != nil || f.waits[call] {
		return argocd.Result{Waiting: f.waits[call]}, err
	}
	if verb == "Remove" {
		delete(f.keys, namespace)
		return argocd.Result{}, nil
	}
	f.keys[namespace] = true
	return argocd.Result{Written: true, Maps: 1}, nil
}

func (f *fakeArgoCD) Write(_ context.Context, output v1alpha1.ArgoCDOutput) (argocd.Result, apply.Result) {
	result, err := f.call("Write", output.Namespace)
	return result, apply.ResultOf(err)
}

func (f *fakeArgoCD) Move(_ context.Context, output v1alpha1.ArgoCDOutput) (argocd.Result, apply.Result) {
	result, err := f.call("Move", output.Namespace)
	return result, apply.ResultOf(err)
}

func (f *fakeArgoCD) Remove(_ context.Context, namespace string) error {
	_, err := f.call("Remove", namespace)
	return err
}

func (f *fakeArgoCD) SetUnavailable(why string) { f.held = why }

// moveWorld is a reconciler with a fake writer.
type moveWorld struct {
	*testing.T
	*fakeArgoCD
	output *argoCDOutput
	clock  *testingclock.FakePassiveClock
	is     v1alpha1.ArgoCDStatus
}

// newMoveWorld returns the state that a restarted operator finds: status, and the namespaces with our key.
func newMoveWorld(t *testing.T, is v1alpha1.ArgoCDStatus, keys ...string) *moveWorld {
	t.Helper()
	clock := testingclock.NewFakePassiveClock(fixtures.Now)
	f := &fakeArgoCD{keys: make(map[string]bool)}
	for _, key := range keys {
		f.keys[key] = true
	}
	return &moveWorld{T: t, fakeArgoCD: f, output: &argoCDOutput{writer: f, clock: clock}, clock: clock, is: is}
}

// look reconciles once. Each reconcile must update the namespace in use, and our key may only be in namespaces that
// were in status before.
func (w *moveWorld) look(wanted string) outputResult {
	w.Helper()
	before := w.is
	w.calls = nil
	w.clock.SetTime(w.clock.Now().Add(time.Minute))
	var output outputResult
	w.is, output = w.output.write(w.Context(), before, v1alpha1.ArgoCDOutput{Namespace: wanted})
	if wanted != "" && before.Namespace != "" && w.is.Namespace == before.Namespace && !slices.Contains(w.calls, "Write "+before.Namespace) {
		w.Errorf("a revocation in %s would have been missed: from %+v, wanted %q, the calls are %q", before.Namespace, before, wanted, w.calls)
	}
	for namespace := range w.keys {
		if noted := []string{w.is.Namespace, w.is.NextNamespace, w.is.PreviousNamespace}; !slices.Contains(noted, namespace) {
			w.Errorf("the key in %s is noted nowhere: from %+v to %+v by %q", namespace, before, w.is, w.calls)
		}
	}
	return output
}

// refusedBy is a persistent error with different words each time.
func refusedBy(id string) error {
	return apierrors.NewForbidden(schema.GroupResource{Resource: "configmaps"}, "argocd-rbac-cm", errors.New("request "+id))
}

// TestArgoCDMoves moves our key from one namespace to another. Everything on the way can fail, and the operator can
// restart in each state of status.
func TestArgoCDMoves(t *testing.T) {
	type status = v1alpha1.ArgoCDStatus
	type step struct {
		wanted string
		fails  []string
		looks  int
		// is and keys are the final state, held is the text for maps, and says is the message in status.
		is         status
		keys       string
		held, says string
	}
	const held = "Nothing can be written to Argo CD in namespace b: the API server refuses the operator's request (Forbidden); " +
		"what was written in namespace a stays in force; the StakeholderPolicy says more"
	cases := map[string]struct {
		is    status
		keys  []string
		steps []step
	}{
		"first":          {status{}, nil, []step{{wanted: "a", looks: 2, is: status{Namespace: "a"}, keys: "a"}}},
		"noted is first": {status{}, nil, []step{{wanted: "a", looks: 1, is: status{Namespace: "a"}}}},
		"ends well": {status{Namespace: "a"}, []string{"a"}, []step{
			{wanted: "b", looks: 1, is: status{Namespace: "a", NextNamespace: "b"}, keys: "a"},
			{wanted: "b", looks: 1, is: status{Namespace: "b", PreviousNamespace: "a"}, keys: "a b"},
			{wanted: "b", looks: 1, is: status{Namespace: "b"}, keys: "b"},
		}},
		"fails, then back": {status{Namespace: "a"}, []string{"a"}, []step{
			{wanted: "b", fails: []string{"Move b"}, looks: 3, is: status{Namespace: "a", NextNamespace: "b"}, keys: "a", held: held, says: "request"},
			{wanted: "a", looks: 1, is: status{Namespace: "a"}, keys: "a"},
		}},
		"fails, then a third": {status{Namespace: "a"}, []string{"a"}, []step{
			{wanted: "b", fails: []string{"Move b"}, looks: 2, is: status{Namespace: "a", NextNamespace: "b"}, keys: "a", held: held, says: "request"},
			{wanted: "c", looks: 3, is: status{Namespace: "c"}, keys: "c"},
		}},
		"a third before the first is clean": {status{Namespace: "b", PreviousNamespace: "a"}, []string{"a", "b"}, []step{
			{wanted: "c", fails: []string{"Remove a"}, looks: 3, is: status{Namespace: "b", PreviousNamespace: "a"}, keys: "a b", held: "namespace c", says: "still be in namespace a"},
			{wanted: "c", looks: 3, is: status{Namespace: "c"}, keys: "c"},
		}},
		"a third before what was tried is clean": {status{Namespace: "a", NextNamespace: "b"}, []string{"a", "b"}, []step{
			{wanted: "c", fails: []string{"Remove b"}, looks: 3, is: status{Namespace: "a", NextNamespace: "b"}, keys: "a b", held: "namespace c", says: "still be in namespace b"},
			{wanted: "c", looks: 3, is: status{Namespace: "c"}, keys: "c"},
		}},
		"back before the first is clean": {status{Namespace: "b", PreviousNamespace: "a"}, []string{"a", "b"}, []step{
			{wanted: "a", looks: 3, is: status{Namespace: "a"}, keys: "a"},
		}},
		"back where the clean-up was refused": {status{Namespace: "b", PreviousNamespace: "a"}, []string{"a", "b"}, []step{
			{wanted: "a", fails: []string{"Remove a"}, looks: 3, is: status{Namespace: "a"}, keys: "a"},
		}},
		"clean-up refused": {status{Namespace: "b", PreviousNamespace: "a"}, []string{"a", "b"}, []step{
			{wanted: "b", fails: []string{"Remove a"}, looks: 3, is: status{Namespace: "b", PreviousNamespace: "a"}, keys: "a b", says: "still be in namespace a"},
			{wanted: "b", looks: 1, is: status{Namespace: "b"}, keys: "b"},
		}},
		"both fail": {status{Namespace: "a", NextNamespace: "b"}, []string{"a"}, []step{
			{wanted: "b", fails: []string{"Move b", "Write a"}, looks: 2, is: status{Namespace: "a", NextNamespace: "b"}, keys: "a", held: held, says: "request Write a"},
		}},
		"restart while moving":      {status{Namespace: "a", NextNamespace: "b"}, []string{"a", "b"}, []step{{wanted: "b", looks: 2, is: status{Namespace: "b"}, keys: "b"}}},
		"restart while going back":  {status{Namespace: "a", NextNamespace: "b"}, []string{"a", "b"}, []step{{wanted: "a", looks: 1, is: status{Namespace: "a"}, keys: "a"}}},
		"restart before a clean-up": {status{Namespace: "b", PreviousNamespace: "a"}, []string{"a", "b"}, []step{{wanted: "b", looks: 1, is: status{Namespace: "b"}, keys: "b"}}},
		"switched off in a move":    {status{Namespace: "a", NextNamespace: "b"}, []string{"a", "b"}, []step{{wanted: "", looks: 1}}},
		"switched off, refused elsewhere": {status{Namespace: "b", PreviousNamespace: "a"}, []string{"a", "b"}, []step{
			{wanted: "", fails: []string{"Remove a"}, looks: 2, is: status{Namespace: "b", PreviousNamespace: "a"}, keys: "a", says: "still be in namespace a"},
			{wanted: "", looks: 1},
		}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			w := newMoveWorld(t, tc.is, tc.keys...)
			for i, step := range tc.steps {
				w.fails = make(map[string]error)
				for _, call := range step.fails {
					w.fails[call] = refusedBy(call)
				}
				var output outputResult
				for range step.looks {
					output = w.look(step.wanted)
				}
				w.is.Maps = nil
				if keys := strings.Join(slices.Sorted(maps.Keys(w.keys)), " "); w.is != step.is || keys != step.keys {
					t.Errorf("step %d: status notes %+v, and the key is in %q; want %+v and %q", i, w.is, keys, step.is, step.keys)
				}
				if !strings.Contains(w.held, step.held) || (w.held == "") != (step.held == "") {
					t.Errorf("step %d: maps are told %q, want %q", i, w.held, step.held)
				}
				if err := output.retry.Err(); (err == nil) != (step.says == "") || err != nil && !strings.Contains(err.Error(), step.says) {
					t.Errorf("step %d: the error is %v, want %q in it", i, err, step.says)
				}
			}
		})
	}
}

// TestArgoCDMoveSaysTheSame has a webhook refuse a move with different words each time: the text for maps stays the
// same.
func TestArgoCDMoveSaysTheSame(t *testing.T) {
	w := newMoveWorld(t, v1alpha1.ArgoCDStatus{Namespace: "a", NextNamespace: "b"}, "a")
	w.fails = map[string]error{"Move b": refusedBy("1")}
	w.look("b")
	before := w.held
	w.fails = map[string]error{"Move b": refusedBy("2")}
	w.look("b")
	if w.held != before || before == "" {
		t.Errorf("first maps are told %q, then %q", before, w.held)
	}
}

// TestArgoCDMoveWaits checks when the namespace in use is updated again while a move cannot end, and that its errors
// count.
func TestArgoCDMoveWaits(t *testing.T) {
	is := v1alpha1.ArgoCDStatus{Namespace: "a", NextNamespace: "b"}
	t.Run("refused", func(t *testing.T) {
		w := newMoveWorld(t, is, "a")
		w.fails = map[string]error{"Move b": refusedBy("1")}
		w.output.throttle.last = w.clock.Now()
		if _, got := w.output.write(t.Context(), is, v1alpha1.ArgoCDOutput{Namespace: "b"}); got.wait != BatchWindow || got.retry == nil {
			t.Errorf("it is looked at again after %s, with the error %v, want %s and an error", got.wait, got.retry, BatchWindow)
		}
	})
	t.Run("waiting", func(t *testing.T) {
		w := newMoveWorld(t, is, "a")
		w.waits, w.fails = map[string]bool{"Move b": true}, map[string]error{"Write a": errors.New("down")}
		if got := w.look("b"); got.wait != waitingRetry || got.retry.OK() || got.problems.OK() || got.reason != v1alpha1.ReasonApplyFailed {
			t.Errorf("it is %+v, want the error of the namespace in use", got)
		}
	})
}

// TestFailureKeepsTheMoment has one output fail while another must be updated soon: the requeue is kept, although
// controller-runtime ignores the RequeueAfter of a failed reconcile.
func TestFailureKeepsTheMoment(t *testing.T) {
	w := newPolicyWorld(t)
	w.r.outputs.argoCD.writer = &fakeArgoCD{keys: make(map[string]bool), fails: map[string]error{"Move b": refusedBy("1")}}
	var asked *fakecluster.Delays
	asked, w.r.config.Requeuer = fakecluster.RecordedDelays(t)
	policy, _ := w.put(&v1alpha1.StakeholderPolicySpec{Outputs: v1alpha1.PolicyOutputs{ArgoCD: v1alpha1.ArgoCDOutput{Namespace: "a"}}})
	policy.Spec.Outputs.ArgoCD.Namespace = "b"
	policy.Generation++
	if err := w.Update(t.Context(), policy); err != nil {
		t.Fatal(err)
	}
	// It is put in force, the namespace is noted, and the move is tried.
	var err error
	for range 3 {
		_, err = w.r.Reconcile(t.Context(), ctrl.Request{NamespacedName: effectivepolicy.DeclaredKey})
	}
	if err == nil || !slices.Equal(asked.List, []time.Duration{BatchWindow}) {
		t.Errorf("the error is %v, and it is looked at again after %s, want an error and %s", err, asked.List, BatchWindow)
	}
}
