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

package request

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane/faultproxy"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// image is what is approved.
const image = "registry.example/shop/checkout@sha256:0123"

// newProduct is newPlace for a map whose two customers are carla and chris. So many of them have to approve releases. The caller creates it.
func newProduct(t *testing.T, targets int, quorum int32) *place {
	t.Helper()
	p := newPlace(t, targets)
	p.m.Spec.Customers = append(p.m.Spec.Customers, v1alpha1.Customer{Party: v1alpha1.Party{Name: "shops", Subjects: suite.Users("chris")}})
	needs(quorum)(&p.m.Spec)
	env.Create(t, suite.Editor(p.m.Namespace))
	p.r = suite.NewRequest(p.m, "release-1", "release")
	p.r.Spec.Subject = image
	if err := env.WaitRequestPolicy(t.Context()); err != nil {
		t.Fatal(err)
	}
	return p
}

// needs has a number of customers approve releases.
func needs(quorum int32) func(*v1alpha1.StakeholderMapSpec) {
	return func(s *v1alpha1.StakeholderMapSpec) {
		s.Topics = []v1alpha1.Topic{{
			Name: "release", Class: v1alpha1.ClassApproval, To: []v1alpha1.Role{v1alpha1.RoleCustomer},
			Quorum: &v1alpha1.Quorum{Mode: v1alpha1.QuorumAtLeast, Count: quorum},
		}}
	}
}

// asked creates the map and the request, and waits until it has reached its parties.
func (p *place) asked(t *testing.T) {
	t.Helper()
	env.Create(t, p.m)
	env.WaitReady(t, p.m)
	env.Ask(t, p.r)
	p.routed(t)
}

func (p *place) routed(t *testing.T) {
	t.Helper()
	env.WaitRequestCondition(t, p.r, v1alpha1.ConditionRouted, metav1.ConditionTrue, v1alpha1.ReasonRouted)
}

// half has carla approve, and waits until the operator has counted that.
func (p *place) half(t *testing.T) {
	t.Helper()
	env.Answer(t, p.r, "carla", v1alpha1.VerdictApprove)
	env.WaitRequest(t, p.r, "the answer counts", func(s *v1alpha1.StakeholderRequestStatus) bool { return len(s.Decisions) == 1 })
}

// approved waits until the image is approved, and open everywhere.
func (p *place) approved(t *testing.T) {
	t.Helper()
	env.WaitRequestCondition(t, p.r, v1alpha1.ConditionApproved, metav1.ConditionTrue, string(v1alpha1.OutcomeApproved))
	p.open(t, append([]string{p.m.Namespace}, p.targets...)...)
}

// open waits until the image is open in exactly these namespaces of the place.
func (p *place) open(t *testing.T, namespaces ...string) {
	t.Helper()
	want := make(map[string]bool)
	for _, namespace := range append([]string{p.m.Namespace}, p.targets...) {
		want[namespace] = slices.Contains(namespaces, namespace)
	}
	env.WaitOpen(t, "release", image, want)
}

// pending fails if the request has an outcome.
func (p *place) pending(t *testing.T) {
	t.Helper()
	if is := suite.Get(t, env, p.r.Namespace, p.r.Name, &v1alpha1.StakeholderRequest{}); is.Status.Outcome != v1alpha1.OutcomePending {
		t.Errorf("the outcome is %s: %+v", is.Status.Outcome, is.Status.Decisions)
	}
	p.open(t)
}

// outcomes watches every state of the request from now on. The returned function deletes the request, and returns the outcomes that it
// had, each with its times. Reading now and then would miss a short-lived state.
func (p *place) outcomes(t *testing.T) (end func() []string) {
	t.Helper()
	var start v1alpha1.StakeholderRequestList
	if err := env.Admin.List(t.Context(), &start, client.InNamespace(p.r.Namespace)); err != nil {
		t.Fatal(err)
	}
	from := &client.ListOptions{Raw: &metav1.ListOptions{ResourceVersion: start.ResourceVersion}}
	watching, err := env.Admin.Watch(t.Context(), &v1alpha1.StakeholderRequestList{}, client.InNamespace(p.r.Namespace), from)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(watching.Stop)
	done := make(chan []string, 1)
	go func() { done <- outcomesSeen(watching, p.r.Name) }()
	return func() (seen []string) {
		t.Helper()
		if err := client.IgnoreNotFound(env.Admin.Delete(t.Context(), p.r.DeepCopy())); err != nil {
			t.Fatal(err)
		}
		controlplane.Eventually(t, suite.Patience, "the watch has ended", func() error {
			select {
			case seen = <-done:
				return nil
			default:
				return errUnexpected("watch", "still under way")
			}
		})
		return seen
	}
}

// outcomesSeen lists the outcomes of a request up to its deletion, and reports if the watch has ended before.
func outcomesSeen(watching watch.Interface, name string) []string {
	var seen []string
	for event := range watching.ResultChan() {
		r, ok := event.Object.(*v1alpha1.StakeholderRequest)
		switch {
		case !ok:
			return append(seen, string(event.Type)+" instead of a StakeholderRequest")
		case r.Name != name:
		case event.Type == watch.Deleted:
			return seen
		case r.Status.Outcome != "" && r.Status.Outcome != v1alpha1.OutcomePending:
			what := fmt.Sprintf("%s at %s", r.Status.Outcome, r.Status.DecidedAt)
			for _, d := range r.Status.Decisions {
				what = fmt.Sprintf("%s by %s at %s", what, d.By, d.At)
			}
			if !slices.Contains(seen, what) {
				seen = append(seen, what)
			}
		}
	}
	return append(seen, "the watch has ended")
}

// decidedOnce deletes the request, and fails unless it had exactly one outcome.
func decidedOnce(t *testing.T, end func() []string) {
	t.Helper()
	if seen := end(); len(seen) != 1 {
		t.Errorf("outcomes: %q", seen)
	}
}

var (
	requestStatus = faultproxy.Resources("stakeholderrequests/status")
	// checks are the dry runs that prove that admission checks who writes.
	checks faultproxy.Match = func(r faultproxy.Request) bool { return r.DryRun && r.Resource == "stakeholderrequests" }
)

// requestCourse is the life of a request that one customer has to approve.
var requestCourse = course{
	place: func(t *testing.T) *place {
		t.Helper()
		p := newProduct(t, 1, 1)
		env.Create(t, p.m)
		p.inForce(t, paying("carla", "chris")...)
		return p
	},
	phases: []phase{
		{
			"asking",
			func(t *testing.T, p *place) { t.Helper(); p.end = p.outcomes(t); env.Ask(t, p.r) },
			func(t *testing.T, p *place) { t.Helper(); p.routed(t) },
		},
		{
			"answering",
			func(t *testing.T, p *place) { t.Helper(); env.Answer(t, p.r, "carla", v1alpha1.VerdictApprove) },
			func(t *testing.T, p *place) { t.Helper(); p.approved(t) },
		},
		{
			"deletion",
			func(t *testing.T, p *place) { t.Helper(); decidedOnce(t, p.end) },
			func(t *testing.T, p *place) { t.Helper(); p.open(t) },
		},
	},
	kinds: []writeKind{
		{"status", func(p *place) faultproxy.Match { return faultproxy.All(requestStatus, faultproxy.In(p.m.Namespace)) }, []string{"asking", "answering"}},
		{"role", atHome("roles"), []string{"answering", "deletion"}},
		{"binding", atHome("rolebindings"), []string{"answering", "deletion"}},
		{"target's role", inTarget("roles"), []string{"answering", "deletion"}},
		{"target's binding", inTarget("rolebindings"), []string{"answering", "deletion"}},
	},
}

// Every kind of write that a request takes fails once in every way. The result is the same as without faults: it is decided once, at one
// time, and its subject is open exactly from then on until the request is deleted. The guards are that a status names the resource
// version that was seen, and that an answer keeps the time at which it was first seen.
func TestEveryWriteOfARequest(t *testing.T) {
	proxy, operator := behindProxy(t)
	requestCourse.run(t, proxy, requestCourse.undisturbed(t))
	stop(t, operator)
}

// A status that decides is on its way, or has come without an answer, while the person changes the answer. The outcome is the one of the
// answer that stands in the request when it is decided, and nothing is opened for another. The guard is that a status names the resource
// version that was seen.
func TestAnswerChangesBeforeTheOutcome(t *testing.T) {
	proxy, operator := behindProxy(t)
	p := newProduct(t, 1, 1)
	p.asked(t)
	end := p.outcomes(t)
	late := proxy.Inject(faultproxy.Rule{Match: p.about(requestStatus), Times: 1, Fault: faultproxy.Hold()})
	defer late.Lift()
	env.Answer(t, p.r, "carla", v1alpha1.VerdictApprove)
	waitFired(t, "the status is on its way", late, 1)
	env.Answer(t, p.r, "carla", v1alpha1.VerdictReject)
	late.Lift()
	env.WaitRequest(t, p.r, "she has rejected", func(s *v1alpha1.StakeholderRequestStatus) bool {
		return len(s.Decisions) == 1 && s.Decisions[0].Verdict == v1alpha1.VerdictReject
	})
	p.pending(t)
	env.Answer(t, p.r, "chris", v1alpha1.VerdictReject)
	env.WaitOutcome(t, p.r, v1alpha1.OutcomeRejected)
	p.open(t)
	decidedOnce(t, end)
	p.remove(t)
	stop(t, operator)
}

// The operator's watch of requests has stopped. A customer takes the approval back that the operator knows, and an edit makes that approval
// sufficient. There is no outcome. The guard is that a status names the resource version that was seen.
func TestStaleAnswer(t *testing.T) {
	proxy, operator := behindProxy(t)
	p := newProduct(t, 1, 2)
	p.asked(t)
	p.half(t)
	end := p.outcomes(t)
	frozen := proxy.Freeze(faultproxy.Resources("stakeholderrequests"))
	defer frozen.Thaw()
	env.Answer(t, p.r, "carla", v1alpha1.VerdictReject)
	proxy.Forget()
	env.Edit(t, p.m, needs(1))
	controlplane.Eventually(t, suite.Patience, "the operator with old news wants to decide", func() error {
		if n := len(proxy.Records(p.about(requestStatus))); n == 0 {
			return errUnexpected("number of writes", n)
		}
		return nil
	})
	p.wroteNothing(t, proxy, requestStatus)
	p.pending(t)
	frozen.Thaw()
	env.WaitRequest(t, p.r, "she has rejected", func(s *v1alpha1.StakeholderRequestStatus) bool {
		return len(s.Decisions) == 1 && s.Decisions[0].Verdict == v1alpha1.VerdictReject
	})
	p.pending(t)
	env.Answer(t, p.r, "chris", v1alpha1.VerdictApprove)
	p.approved(t)
	decidedOnce(t, end)
	p.remove(t)
	stop(t, operator)
}

// The operator's watch of maps has stopped. A customer who has approved leaves the map, and the last approval comes that would have
// sufficed with theirs. There is no outcome. The guard is that the operator asks the API server for the map before it decides.
func TestStaleMapDecidesNothing(t *testing.T) {
	proxy, operator := behindProxy(t)
	p := newProduct(t, 1, 2)
	p.asked(t)
	p.half(t)
	end := p.outcomes(t)
	frozen := proxy.Freeze(faultproxy.Resources("stakeholdermaps"))
	defer frozen.Thaw()
	proxy.Forget()
	p.pay(t, "cleo")
	env.Answer(t, p.r, "chris", v1alpha1.VerdictApprove)
	p.wantsToWrite(t, proxy)
	p.wroteNothing(t, proxy, requestStatus)
	if frozen.Holding() == 0 {
		t.Error("the operator has missed no event")
	}
	p.pending(t)
	frozen.Thaw()
	env.WaitRequest(t, p.r, "the leaver does not count", func(s *v1alpha1.StakeholderRequestStatus) bool {
		return len(s.Decisions) == 2 && len(s.Decisions[0].Parties) == 0 && len(s.Decisions[1].Parties) == 1
	})
	p.pending(t)
	env.Answer(t, p.r, "cleo", v1alpha1.VerdictApprove)
	p.approved(t)
	decidedOnce(t, end)
	p.remove(t)
	stop(t, operator)
}

// Two operators work at once, without an election. There is one outcome, and they do not write against each other. The guard is that a
// status names the resource version that was seen.
func TestTwoOperatorsDecideOnce(t *testing.T) {
	one, first := behindProxy(t)
	two, second := behindProxy(t)
	p := newProduct(t, 1, 2)
	p.asked(t)
	end := p.outcomes(t)
	p.half(t)
	env.Answer(t, p.r, "chris", v1alpha1.VerdictApprove)
	p.approved(t)
	idle(t, first)
	idle(t, second)
	env.WaitRequestCondition(t, p.r, v1alpha1.ConditionApproved, metav1.ConditionTrue, string(v1alpha1.OutcomeApproved))
	written := make(map[string]int)
	for _, proxy := range []*faultproxy.Proxy{one, two} {
		for _, write := range proxy.Records(p.about(faultproxy.Writes, faultproxy.Resources("roles", "rolebindings", "stakeholderrequests/status"))) {
			if write.Succeeded() {
				written[write.Request.String()]++
			}
		}
	}
	for what, times := range written {
		// By one operator: asked, answered, decided and open. The other may not know yet that it is open. An operator that does not
		// know yet that the request is approved closes what the other has opened: closing does not wait for a newer cache.
		several := strings.Contains(what, "stakeholderrequests/status") || strings.HasSuffix(what, ":approved")
		if times > 8 || times > 1 && !several {
			t.Errorf("%d times: %s", times, what)
		}
	}
	if len(written) == 0 {
		t.Error("nothing was written")
	}
	decidedOnce(t, end)
	p.open(t)
	p.remove(t)
	stop(t, first)
	stop(t, second)
}

// A revoked approval is never opened again by an operator whose watch of requests has stopped: not where another operator has closed it,
// and not in a namespace that accepts the map later. The guard is openings.still: before an approval is opened, the operator asks the API server
// whether its request is still there.
func TestStaleApproval(t *testing.T) {
	proxy, stale := behindProxy(t)
	p := newProduct(t, 2, 1)
	p.asked(t)
	env.Answer(t, p.r, "carla", v1alpha1.VerdictApprove)
	p.approved(t)
	frozen := proxy.Freeze(faultproxy.Resources("stakeholderrequests"))
	defer frozen.Thaw()
	current := env.StartOperator(t, env.Kubeconfig)
	opened := faultproxy.All(faultproxy.Writes, faultproxy.Resources("roles", "rolebindings"), func(r faultproxy.Request) bool {
		return strings.HasSuffix(r.Name, ":approved")
	})
	wantsToOpen := func() {
		t.Helper()
		asked := faultproxy.All(faultproxy.Verbs("get"), faultproxy.Resources("stakeholderrequests"), faultproxy.Named(p.r.Name))
		controlplane.Eventually(t, suite.Patience, "the operator with old news asks for the request", func() error {
			if n := len(proxy.Records(asked)); n == 0 {
				return errUnexpected("number of requests", n)
			}
			return nil
		})
		idle(t, stale)
		p.open(t)
		for _, write := range proxy.Records(opened) {
			if write.Verb != "delete" && write.Succeeded() {
				t.Errorf("the operator with old news has written: %s", write)
			}
		}
		proxy.Forget()
	}
	proxy.Forget()
	env.Delete(t, p.r)
	p.open(t)
	wantsToOpen()
	stop(t, current)
	p.targets = append(p.targets, env.NewTarget(t, p.m.Namespace, "product", p.m.Namespace))
	wantsToOpen()
	if frozen.Holding() == 0 {
		t.Error("the operator has missed no event")
	}
	frozen.Thaw()
	p.inForce(t, paying("carla", "chris")...)
	p.open(t)
	p.remove(t)
	stop(t, stale)
}
