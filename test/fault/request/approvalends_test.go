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
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane/faultproxy"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// An approval ends in each of its ways while the map's namespace, or a target, answers every write with 500. It ends everywhere else at
// once, and there as soon as possible. The guards are that a failure in one namespace blocks no other, and that every error is returned.
func TestApprovalEndsDespiteErrors(t *testing.T) {
	proxy, operator := behindProxy(t)
	for name, end := range map[string]struct {
		end func(*testing.T, *place)
		// keeps are the namespaces, by their number, in which it stays open: 0 is the map's own.
		keeps []int
		// atHome says that it takes the operator to close it in the map's own namespace.
		atHome bool
	}{
		"RequestDeleted": {func(t *testing.T, p *place) { t.Helper(); env.Delete(t, p.r) }, nil, true},
		"ValidForPassed": {func(t *testing.T, p *place) {
			t.Helper()
			controlplane.Eventually(t, suite.Patience, "validFor passes", func() error {
				is := suite.Get(t, env, p.r.Namespace, p.r.Name, &v1alpha1.StakeholderRequest{})
				if left := time.Until(is.Status.ValidUntil.Time); left > 0 {
					return errUnexpected("time that is left", left)
				}
				return nil
			})
		}, nil, true},
		"ConsentWithdrawn": {func(t *testing.T, p *place) {
			t.Helper()
			env.Consent(t, p.targets[0], nil)
			env.Consent(t, p.targets[1], nil)
		}, []int{0}, false},
		// The garbage collector may be faster there.
		"MapDeleted": {func(t *testing.T, p *place) { t.Helper(); env.Delete(t, p.m) }, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			for _, bad := range []int{0, 1} {
				p := newProduct(t, 2, 1)
				p.r.Spec.ValidFor = "1h"
				if name == "ValidForPassed" {
					p.r.Spec.ValidFor = "5s"
				}
				p.asked(t)
				env.Answer(t, p.r, "carla", v1alpha1.VerdictApprove)
				p.approved(t)
				all := append([]string{p.m.Namespace}, p.targets...)
				outputs := faultproxy.Resources("configmaps", "roles", "rolebindings")
				failing := proxy.Inject(faultproxy.Rule{
					Match: faultproxy.All(faultproxy.Writes, outputs, faultproxy.In(all[bad])), Fault: faultproxy.InternalError(),
				})
				end.end(t, p)
				var keeps []string
				for _, i := range end.keeps {
					keeps = append(keeps, all[i])
				}
				if end.atHome || bad > 0 {
					p.open(t, append(keeps, all[bad])...)
					waitFired(t, "it is tried again and again", failing, 8)
				}
				failing.Lift()
				p.open(t, keeps...)
				if name == "MapDeleted" {
					env.WaitGone(t, p.m.DeepCopy())
				} else {
					p.remove(t)
				}
			}
		})
	}
	stop(t, operator)
}

// Watches are cut and expire, or the API server and etcd die, while the last answer comes to one request and another one is deleted. The
// answer counts once, and nothing stays open. The guard is that an operator decides from what is there, and not from events.
func TestRequestsWhileWatchesExpire(t *testing.T) {
	proxy, operator := behindProxy(t)
	p, deleted := newProduct(t, 1, 2), newProduct(t, 1, 1)
	p.asked(t)
	p.half(t)
	deleted.asked(t)
	env.Answer(t, deleted.r, "carla", v1alpha1.VerdictApprove)
	deleted.approved(t)
	end := p.outcomes(t)
	watches := faultproxy.Verbs("watch")
	expired := proxy.Inject(faultproxy.Rule{Match: watches, Times: 5, Fault: faultproxy.ExpiredEvent()})
	defer expired.Lift()
	held := proxy.Inject(faultproxy.Rule{Match: watches, Fault: faultproxy.Hold()})
	defer held.Lift()
	lists := proxy.Inject(faultproxy.Rule{Match: faultproxy.Verbs("list"), Fault: faultproxy.Hold()})
	defer lists.Lift()
	if proxy.CutWatches(nil) == 0 {
		t.Error("there was no watch to cut")
	}
	env.Answer(t, p.r, "chris", v1alpha1.VerdictApprove)
	env.Delete(t, deleted.r)
	held.Lift()
	lists.Lift()
	p.approved(t)
	deleted.open(t)
	if expired.Fired() == 0 {
		t.Error("no watch has expired")
	}
	decidedOnce(t, end)
	p.open(t)
	p.remove(t)
	deleted.remove(t)
	stop(t, operator)
}

// The API server and etcd die as soon as an outcome is stored, before anything is opened, and come back. The outcome stays, its subject is
// opened, and closed with the request.
func TestOutageWhileApproving(t *testing.T) {
	proxy, operator := behindProxy(t)
	p := newProduct(t, 3, 2)
	p.asked(t)
	p.half(t)
	stored := make(chan struct{})
	decides := proxy.Inject(faultproxy.Rule{
		Match: p.about(requestStatus), Times: 1,
		Fault: faultproxy.OnAnswer(func(faultproxy.Record) bool { close(stored); return false }),
	})
	defer decides.Lift()
	held := proxy.Inject(faultproxy.Rule{Match: p.about(faultproxy.Writes, faultproxy.Resources("roles")), Fault: faultproxy.Hold()})
	defer held.Lift()
	env.Answer(t, p.r, "chris", v1alpha1.VerdictApprove)
	select {
	case <-stored:
	case <-operator.Done():
		t.Fatal("the operator has ended")
	case <-time.After(suite.Patience):
		t.Fatal("there was no outcome")
	}
	before := suite.Get(t, env, p.r.Namespace, p.r.Name, &v1alpha1.StakeholderRequest{}).Status
	if err := env.Plane.KillServers(); err != nil {
		t.Fatal(err)
	}
	held.Lift()
	if err := env.Plane.RestartServers(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.approved(t)
	after := env.WaitRequestCondition(t, p.r, v1alpha1.ConditionApproved, metav1.ConditionTrue, string(v1alpha1.OutcomeApproved)).Status
	if before.Outcome != v1alpha1.OutcomeApproved || after.Outcome != before.Outcome || !after.DecidedAt.Equal(before.DecidedAt) {
		t.Errorf("the outcome was %s at %s, and is %s at %s", before.Outcome, before.DecidedAt, after.Outcome, after.DecidedAt)
	}
	env.Delete(t, p.r)
	p.open(t)
	p.remove(t)
	stop(t, operator)
}
