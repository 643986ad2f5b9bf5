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

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane/faultproxy"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// kinds are the kinds of writes that a map takes, by resource.
var kinds = map[string]faultproxy.Match{
	"table":     faultproxy.All(faultproxy.Resources("configmaps"), faultproxy.Named("checkout-routing")),
	"copy":      faultproxy.All(faultproxy.Resources("configmaps"), faultproxy.Not(faultproxy.Named("checkout-routing"))),
	"role":      faultproxy.Resources("roles"),
	"binding":   faultproxy.Resources("rolebindings"),
	"finalizer": faultproxy.Resources("stakeholdermaps"),
	"status":    faultproxy.Resources("stakeholdermaps/status"),
}

// A write whose answer is lost has been committed: the operator neither makes it twice nor forgets it. The guard is
// that the operator reads existing objects before it creates any, and that every write contains the desired state and
// not a difference.
func TestLostAnswer(t *testing.T) {
	proxy, operator := behindProxy(t)
	for name, kind := range kinds {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t, 2)
			lost := proxy.Inject(faultproxy.Rule{Match: p.about(faultproxy.Writes, kind), Times: 1, Fault: faultproxy.LoseAnswer()})
			defer lost.Lift()
			env.Create(t, p.m)
			p.inForce(t, suite.Everybody()...)
			p.complete(t)
			p.createdOnce(t, proxy)
			if lost.Fired() != 1 {
				t.Errorf("%d answers were lost", lost.Fired())
			}
			again := proxy.Inject(faultproxy.Rule{Match: p.about(faultproxy.Writes, kind), Times: 1, Fault: faultproxy.LoseAnswer()})
			defer again.Lift()
			p.pay(t, "chris")
			p.inForce(t, paying("chris")...)
			p.complete(t)
			p.remove(t)
			if left := p.outputs(t); slices.ContainsFunc(left, func(o string) bool { return !strings.Contains(o, p.m.Namespace+"/") }) {
				t.Errorf("the map is gone, and elsewhere there are %v", left)
			}
		})
	}
	stop(t, operator)
}

// A write that is refused for a while is tried again until it succeeds. The guard is that errors are returned, and that
// a conflict causes no event.
func TestRefusedForAWhile(t *testing.T) {
	proxy, operator := behindProxy(t)
	for name, fault := range map[string]faultproxy.Fault{
		"conflict": faultproxy.Conflict(), "too many requests": faultproxy.TooManyRequests(1),
		"internal error": faultproxy.InternalError(), "forbidden": faultproxy.Forbidden(), "lost request": faultproxy.LoseRequest(),
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t, 2)
			refused := proxy.Inject(faultproxy.Rule{Match: p.about(faultproxy.Writes), Skip: 1, Times: 4, Fault: fault})
			defer refused.Lift()
			env.Create(t, p.m)
			p.inForce(t, suite.Everybody()...)
			p.complete(t)
			p.createdOnce(t, proxy)
			if refused.Fired() != 4 {
				t.Errorf("%d requests were refused", refused.Fired())
			}
			p.remove(t)
		})
	}
	stop(t, operator)
}

// A namespace that refuses everything does not block others; the condition names it. A revocation is made there as soon
// as the namespace allows it. The guard is that each namespace is written separately, and errors are kept apart.
func TestForbiddenInOneNamespace(t *testing.T) {
	proxy, operator := behindProxy(t)
	p := newPlace(t, 3)
	bad := p.targets[1]
	good := []string{p.targets[0], p.targets[2]}
	forbid := func() *faultproxy.Injection {
		return proxy.Inject(faultproxy.Rule{Match: faultproxy.All(faultproxy.Writes, faultproxy.In(bad)), Fault: faultproxy.Forbidden()})
	}
	forbidden := forbid()
	env.Create(t, p.m)
	for _, target := range good {
		env.WaitHolders(t, p.m, target, suite.Everybody()...)
	}
	m := env.WaitFor(t, p.m, v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonApplyFailed)
	c := meta.FindStatusCondition(m.Status.Conditions, v1alpha1.ConditionAuthorized)
	if !strings.Contains(c.Message, bad) || strings.Contains(c.Message, good[0]) || strings.Contains(c.Message, good[1]) {
		t.Errorf("the condition says: %s", c.Message)
	}
	if n := m.Status.Namespaces; *n.Matched != 3 || *n.Ready != 2 {
		t.Errorf("%d of %d namespaces are ready", *n.Ready, *n.Matched)
	}
	forbidden.Lift()
	p.inForce(t, suite.Everybody()...)

	forbidden = forbid()
	p.pay(t, "chris")
	for _, target := range good {
		env.WaitHolders(t, p.m, target, paying("chris")...)
	}
	if got := env.HoldersIn(t, p.m, bad); !slices.Equal(got, suite.Everybody()) {
		t.Errorf("in the namespace that refuses there are %v", got)
	}
	forbidden.Lift()
	p.inForce(t, paying("chris")...)

	// Deletion: all other outputs are removed, and the map says what it waits for.
	forbidden = forbid()
	env.Delete(t, p.m)
	for _, target := range good {
		env.WaitHolders(t, p.m, target)
	}
	controlplane.Eventually(t, suite.Patience, "the map says what it waits for", func() error {
		m = suite.Get(t, env, p.m.Namespace, p.m.Name, &v1alpha1.StakeholderMap{})
		c := meta.FindStatusCondition(m.Status.Conditions, v1alpha1.ConditionAuthorized)
		if c.Reason != v1alpha1.ReasonDeleting || !strings.Contains(c.Message, bad) {
			return errUnexpected("condition", c)
		}
		return nil
	})
	if !slices.Contains(m.Finalizers, v1alpha1.TargetsFinalizer) {
		t.Errorf("finalizers are %v", m.Finalizers)
	}
	forbidden.Lift()
	env.WaitGone(t, p.m.DeepCopy())
	env.WaitHolders(t, p.m, bad)
	stop(t, operator)
}

// A watch that has expired starts again, with the changes made in between. The guard is the informer, and that
// everything is read through it.
func TestExpiredWatch(t *testing.T) {
	proxy, operator := behindProxy(t)
	for name, fault := range map[string]faultproxy.Fault{"as status": faultproxy.Expired(), "as event": faultproxy.ExpiredEvent()} {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t, 2)
			env.Create(t, p.m)
			p.inForce(t, suite.Everybody()...)
			watches := faultproxy.Verbs("watch")
			expired := proxy.Inject(faultproxy.Rule{Match: watches, Times: 5, Fault: fault})
			defer expired.Lift()
			held := proxy.Inject(faultproxy.Rule{Match: watches, Fault: faultproxy.Hold()})
			if proxy.CutWatches(nil) == 0 {
				t.Error("there was no watch to cut")
			}
			// While the operator sees nothing, a customer leaves, a namespace withdraws its consent and another one is
			// added.
			p.pay(t, "chris")
			env.Consent(t, p.targets[0], nil)
			late := env.NewTarget(t, p.m.Namespace, "product", p.m.Namespace)
			held.Lift()
			env.WaitHolders(t, p.m, p.targets[0])
			env.WaitHolders(t, p.m, p.targets[1], paying("chris")...)
			env.WaitHolders(t, p.m, late, paying("chris")...)
			p.remove(t)
		})
	}
	stop(t, operator)
}

// The API server and etcd die in the middle of a fan-out, and come back. The operator continues where it was.
func TestOutage(t *testing.T) {
	proxy, operator := behindProxy(t)
	p := newPlace(t, 20)
	half := make(chan struct{})
	middle := proxy.Inject(faultproxy.Rule{
		Match: p.about(faultproxy.Writes, faultproxy.Resources("rolebindings")), Skip: 30, Times: 1,
		Fault: faultproxy.OnAnswer(func(faultproxy.Record) bool { close(half); return false }),
	})
	defer middle.Lift()
	env.Create(t, p.m)
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
	p.inForce(t, suite.Everybody()...)
	p.complete(t)
	p.createdOnce(t, proxy)
	p.pay(t, "chris")
	p.inForce(t, paying("chris")...)
	p.remove(t)
	stop(t, operator)
}
