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
	"context"
	"slices"
	"testing"

	coordinationv1 "k8s.io/api/coordination/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane/faultproxy"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// leaseName is the name of the Lease that replicas compete for.
const leaseName = "stakeholder-operator.stakeholders.dev"

// wantsToWrite waits until an operator has asked the API server for the map, which it does before it writes.
func (p *place) wantsToWrite(t *testing.T, proxy *faultproxy.Proxy) {
	t.Helper()
	asked := p.about(faultproxy.Verbs("get"), faultproxy.Resources("stakeholdermaps"))
	before := len(proxy.Records(asked))
	controlplane.Eventually(t, suite.Patience, "the operator with old news asks for the map", func() error {
		if n := len(proxy.Records(asked)); n == before {
			return errUnexpected("number of requests", n)
		}
		return nil
	})
}

// wroteNothing fails if an operator has changed anything. A write that the API server refused does not count.
func (p *place) wroteNothing(t *testing.T, proxy *faultproxy.Proxy, which faultproxy.Match) {
	t.Helper()
	for _, write := range proxy.Records(p.about(faultproxy.Writes, which)) {
		if write.Succeeded() {
			t.Errorf("the operator with old news has written: %s", write)
		}
	}
}

// Two operators work while the first one's watch of maps has stopped. The second puts changes in force: a customer
// leaves, comes back and leaves, and the map is replaced by another one of its name. Even if a user undoes outputs by
// hand, the first writes nothing. The guards are verify, for an edit and for a new UID, that RemoveOrphans asks the API
// server for the owner of the new map's objects, and that the status is written for a resource version. The status says
// which table was in force, and the first map's table does not matter to the second.
func TestStaleBesideAnother(t *testing.T) {
	proxy, stale := behindProxy(t)
	p := newPlace(t, 2)
	env.Create(t, p.m)
	p.inForce(t, suite.Everybody()...)
	frozen := proxy.Freeze(faultproxy.Resources("stakeholdermaps"))
	defer frozen.Thaw()
	current := env.StartOperator(t, env.Kubeconfig)
	proxy.Forget()

	p.pay(t, "chris")
	p.inForce(t, paying("chris")...)
	// There and back: it knows neither state, but the second looks like the state that it knows.
	p.pay(t, "carla")
	p.inForce(t, suite.Everybody()...)
	p.pay(t, "chris")
	p.inForce(t, paying("chris")...)
	end := p.neverAgain(t)
	for _, target := range p.targets {
		env.Delete(t, p.bindingIn(t, target))
		p.wantsToWrite(t, proxy)
		p.inForce(t, paying("chris")...)
	}
	env.Delete(t, p.bindingOf(t))
	p.wantsToWrite(t, proxy)
	p.inForce(t, paying("chris")...)

	p.remove(t)
	again := suite.Selecting(p.m.Namespace, p.m.Name, p.m.Namespace)
	again.Spec.Customers[0].Subjects = suite.Users("olga")
	p.m = again
	env.Create(t, p.m)
	p.inForce(t, paying("olga")...)
	env.Delete(t, p.bindingIn(t, p.targets[0]))
	p.inForce(t, paying("olga")...)
	if frozen.Holding() == 0 {
		t.Error("the operator with old news has missed no event")
	}
	p.wroteNothing(t, proxy, nil)
	frozen.Thaw()
	controlplane.Eventually(t, suite.Patience, "it knows everything", func() error {
		if n := frozen.Holding(); n > 0 {
			return errUnexpected("number of watches that are held", n)
		}
		return nil
	})
	p.inForce(t, paying("olga")...)
	p.complete(t)
	end()
	// It learns of one state after the other, and may record events for the last before it knows that it was already
	// put in force.
	p.wroteNothing(t, proxy, faultproxy.Not(faultproxy.Resources("stakeholdermaps/status")))
	stop(t, current)
	// Alone, and with an up-to-date cache, it does its work.
	p.pay(t, "omar")
	p.inForce(t, paying("omar")...)
	p.remove(t)
	stop(t, stale)
}

// The test takes the lease from an operator that does not notice, because its renewals hang, and whose watch of maps
// has stopped. A second one begins to work. The first never brings back a subject who leaves then, as long as it runs.
// The two do not write against each other either: each edit takes the second as many writes as there are objects to
// change. The guard is verify.
func TestStolenLeaseAndOldNews(t *testing.T) {
	const election = "--leader-election-namespace=" + suite.OperatorNamespace
	proxy, err := faultproxy.Start(env.Plane.Config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(proxy.Close)
	kubeconfig, err := proxy.Kubeconfig(env.Kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	waiting, err := faultproxy.Start(env.Plane.Config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(waiting.Close)
	secondKubeconfig, err := waiting.Kubeconfig(env.Kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	first := env.StartOperator(t, kubeconfig, "--leader-elect=true", election)
	p := newPlace(t, 2)
	env.Create(t, p.m)
	p.inForce(t, suite.Everybody()...)
	second := env.StartOperator(t, secondKubeconfig, "--leader-elect=true", election)

	proxy.Inject(faultproxy.Rule{Match: faultproxy.Resources("leases"), Fault: faultproxy.Hold()})
	frozen := proxy.Freeze(faultproxy.Resources("stakeholdermaps"))
	defer frozen.Thaw()
	proxy.Forget()
	before := *suite.Get(t, env, suite.OperatorNamespace, leaseName, &coordinationv1.Lease{}).Spec.HolderIdentity
	controlplane.Eventually(t, suite.Patience, "the lease is free", func() error {
		// A renewal that was already sent makes it a conflict.
		lease := suite.Get(t, env, suite.OperatorNamespace, leaseName, &coordinationv1.Lease{})
		lease.Spec.HolderIdentity, lease.Spec.RenewTime = new(""), &metav1.MicroTime{}
		return env.Admin.Update(t.Context(), lease)
	})
	controlplane.Eventually(t, suite.Patience, "the second operator leads", func() error {
		lease := suite.Get(t, env, suite.OperatorNamespace, leaseName, &coordinationv1.Lease{})
		if holder := *lease.Spec.HolderIdentity; holder == before || holder == "" {
			return errUnexpected("holder", holder)
		}
		return nil
	})
	waiting.Forget()
	p.pay(t, "chris")
	p.inForce(t, paying("chris")...)
	end := p.neverAgain(t)
	if first.Ended() {
		t.Error("the first operator has ended before anything was tried")
	}
	env.Delete(t, p.bindingIn(t, p.targets[0]))
	p.inForce(t, paying("chris")...)
	ctx, cancel := context.WithTimeout(t.Context(), suite.Patience)
	defer cancel()
	if err := first.WaitEnd(ctx); err != nil {
		t.Error(err)
	}
	end()
	p.wroteNothing(t, proxy, nil)
	written := make(map[string]int)
	for _, write := range waiting.Records(p.about(faultproxy.Writes, faultproxy.Resources("configmaps", "roles", "rolebindings"))) {
		written[write.Request.String()]++
	}
	again := "patch rolebindings " + p.targets[0] + "/" + p.bindingIn(t, p.targets[0]).Name
	for what, times := range written {
		if times > 2 || times == 2 && what != again {
			t.Errorf("%d times: %s", times, what)
		}
	}
	p.complete(t)
	if got := customers(p.bindingOf(t)); !slices.Equal(got, []string{"chris"}) {
		t.Errorf("customers are %v", got)
	}
	p.remove(t)
	stop(t, second)
}
