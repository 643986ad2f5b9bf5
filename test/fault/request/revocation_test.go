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
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane/faultproxy"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// A customer leaves while a target namespace, or the map's own, answers every write with 500. They lose their rights
// everywhere else at once. The condition names the namespace, and they lose their rights there as soon as possible. The
// guards are that a failure at home does not block the targets, nor one target the others, and that every error is
// returned.
func TestRevocationDespiteErrors(t *testing.T) {
	proxy, operator := behindProxy(t)
	for _, where := range []string{"at home", "in a target"} {
		t.Run(where, func(t *testing.T) {
			p := newPlace(t, 3)
			env.Create(t, p.m)
			p.inForce(t, suite.Everybody()...)
			bad, good := p.m.Namespace, p.targets
			if where == "in a target" {
				bad, good = p.targets[0], p.targets[1:]
			}
			outputs := faultproxy.Resources("configmaps", "roles", "rolebindings")
			failing := proxy.Inject(faultproxy.Rule{Match: faultproxy.All(faultproxy.Writes, outputs, faultproxy.In(bad)), Fault: faultproxy.InternalError()})
			defer failing.Lift()
			p.pay(t, "chris")
			for _, target := range good {
				controlplane.Eventually(t, suite.Patience, "carla is gone from "+target, func() error {
					if got := env.HoldersIn(t, p.m, target); slices.Contains(got, "customer carla") {
						return errUnexpected("holders", got)
					}
					return nil
				})
			}
			m := env.WaitFor(t, p.m, v1alpha1.ConditionAuthorized, metav1.ConditionFalse, v1alpha1.ReasonApplyFailed)
			if c := meta.FindStatusCondition(m.Status.Conditions, v1alpha1.ConditionAuthorized); where == "in a target" && !strings.Contains(c.Message, bad) {
				t.Errorf("the condition says: %s", c.Message)
			}
			waitFired(t, "it is tried again and again", failing, 20)
			if where == "at home" && !env.May(t, "carla", "approve", p.m, "budget") {
				t.Error("nothing can be written, but carla is gone")
			}
			failing.Lift()
			p.inForce(t, paying("chris")...)
			if got := customers(p.bindingOf(t)); !slices.Equal(got, []string{"chris"}) {
				t.Errorf("customers are %v", got)
			}
			p.remove(t)
		})
	}
	stop(t, operator)
}

// Changes to outputs and namespaces while all watches are cut are seen when the watches start again, after they have
// expired, and are repaired: added subjects, a deleted object, a deleted map. The guard is that every kind that the
// operator writes is watched, and compared as a whole.
func TestDriftWhileWatchesExpire(t *testing.T) {
	proxy, operator := behindProxy(t)
	for name, fault := range map[string]faultproxy.Fault{"as status": faultproxy.Expired(), "as event": faultproxy.ExpiredEvent()} {
		t.Run(name, func(t *testing.T) {
			p, deleted, ending := newPlace(t, 2), newPlace(t, 1), newPlace(t, 2)
			for _, place := range []*place{p, deleted, ending} {
				env.Create(t, place.m)
				place.inForce(t, suite.Everybody()...)
			}
			want := p.contents(t)
			watches := faultproxy.Verbs("watch")
			expired := proxy.Inject(faultproxy.Rule{Match: watches, Times: 5, Fault: fault})
			defer expired.Lift()
			held := proxy.Inject(faultproxy.Rule{Match: watches, Fault: faultproxy.Hold()})
			defer held.Lift()
			// Also lists: an informer whose watch has expired begins with one.
			lists := proxy.Inject(faultproxy.Rule{Match: faultproxy.Verbs("list"), Fault: faultproxy.Hold()})
			defer lists.Lift()
			if proxy.CutWatches(nil) == 0 {
				t.Error("there was no watch to cut")
			}
			somebodyElse(t, p.bindingOf(t), "carla", "mallory")
			somebodyElse(t, p.bindingIn(t, p.targets[0]), "mallory")
			env.Delete(t, p.bindingIn(t, p.targets[1]))
			env.Delete(t, deleted.m)
			env.Delete(t, suite.Get(t, env, "", ending.targets[0], &corev1.Namespace{}))
			held.Lift()
			lists.Lift()
			p.waitContents(t, want)
			env.WaitGone(t, deleted.m.DeepCopy())
			env.WaitHolders(t, deleted.m, deleted.targets[0])
			env.WaitHolders(t, ending.m, ending.targets[1], suite.Everybody()...)
			if expired.Fired() == 0 {
				t.Error("no watch has expired")
			}
			p.remove(t)
			ending.remove(t)
		})
	}
	stop(t, operator)
}

// The API server and etcd die in the middle of an edit that revokes rights in some namespaces and extends the map to
// others. When they are back, the edit is completed. The guard is that the operator compares the actual state with the
// desired one, and does not rely on remembered progress.
func TestOutageWhileRevoking(t *testing.T) {
	proxy, operator := behindProxy(t)
	p := newPlace(t, 20)
	old, late := p.targets[:10], p.targets[10:]
	for _, target := range late {
		env.PatchNamespace(t, target, `{"metadata":{"labels":{"product":null,"later":"`+p.m.Namespace+`"}}}`)
	}
	env.Create(t, p.m)
	env.WaitReady(t, p.m)
	for _, target := range old {
		env.WaitHolders(t, p.m, target, suite.Everybody()...)
	}
	half := make(chan struct{})
	middle := proxy.Inject(faultproxy.Rule{
		Match: p.about(faultproxy.Writes, faultproxy.Resources("rolebindings"), faultproxy.Not(faultproxy.In(p.m.Namespace))),
		Skip:  20, Times: 1,
		Fault: faultproxy.OnAnswer(func(faultproxy.Record) bool { close(half); return false }),
	})
	defer middle.Lift()
	// New customers are added to the old ones, and then the old ones lose their customer.
	env.Edit(t, p.m, func(s *v1alpha1.StakeholderMapSpec) {
		s.Customers[0].Subjects = suite.Users("chris")
		s.TargetNamespaces.Names = late
	})
	select {
	case <-half:
	case <-operator.Done():
		t.Fatal("the operator has ended")
	}
	if err := env.Plane.KillServers(); err != nil {
		t.Fatal(err)
	}
	if err := env.Plane.RestartServers(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.inForce(t, paying("chris")...)
	p.complete(t)
	end := p.neverAgain(t)
	p.pay(t, "cleo")
	p.inForce(t, paying("cleo")...)
	end()
	p.remove(t)
	stop(t, operator)
}
