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
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane/faultproxy"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

func errUnexpected(what string, got any) error { return fmt.Errorf("%s is %+v", what, got) }

// idle waits until an operator has no work: its pending writes are done.
func idle(t *testing.T, operator *controlplane.Operator) {
	t.Helper()
	controlplane.Eventually(t, suite.Patience, "the operator has nothing to do", func() error {
		m, err := operator.Metrics(t.Context())
		if err != nil {
			return err
		}
		if m["workqueue_depth"] > 0 || m["controller_runtime_active_workers"] > 0 {
			return errUnexpected("length of its queue", m["workqueue_depth"])
		}
		return nil
	})
}

// bindingOf is the RoleBinding of the customers in the map's namespace.
func (p *place) bindingOf(t *testing.T) *rbacv1.RoleBinding {
	t.Helper()
	return suite.Get(t, env, p.m.Namespace, "stakeholders:checkout:customer", &rbacv1.RoleBinding{})
}

func customers(b *rbacv1.RoleBinding) []string {
	var names []string
	for _, s := range b.Subjects {
		names = append(names, s.Name)
	}
	return names
}

// An operator whose watch of maps has stopped sees that an output differs from the map that it knows. Another operator
// has put a later edit in force; the first must not undo that. The guard is Session.verify: before its first write a
// reconcile asks the API server for the map's generation.
func TestStaleMap(t *testing.T) {
	proxy, stale := behindProxy(t)
	p := newPlace(t, 1)
	env.Create(t, p.m)
	p.inForce(t, suite.Everybody()...)

	frozen := proxy.Freeze(faultproxy.Resources("stakeholdermaps"))
	proxy.Forget()
	p.pay(t, "chris")
	current := env.StartOperator(t, env.Kubeconfig)
	p.inForce(t, paying("chris")...)
	stop(t, current)
	asked := p.about(faultproxy.Verbs("get"), faultproxy.Resources("stakeholdermaps"))
	controlplane.Eventually(t, suite.Patience, "the operator with old news asks for the map", func() error {
		if len(proxy.Records(asked)) == 0 {
			return errUnexpected("number of requests", 0)
		}
		return nil
	})
	// It wants to repair changes by hand to match the map that it knows.
	proxy.Forget()
	if err := env.Admin.Delete(t.Context(), p.bindingOf(t)); err != nil {
		t.Fatal(err)
	}
	controlplane.Eventually(t, suite.Patience, "it asks again", func() error {
		if len(proxy.Records(asked)) == 0 {
			return errUnexpected("number of requests", 0)
		}
		return nil
	})
	idle(t, stale)
	if writes := proxy.Records(p.about(faultproxy.Writes)); len(writes) > 0 {
		t.Errorf("it has written by old news: %v", writes)
	}
	frozen.Thaw()
	controlplane.Eventually(t, suite.Patience, "the RoleBinding is there again", func() error {
		b := &rbacv1.RoleBinding{}
		if err := env.Admin.Get(t.Context(), client.ObjectKey{Namespace: p.m.Namespace, Name: "stakeholders:checkout:customer"}, b); err != nil {
			return err
		}
		if got := customers(b); !slices.Equal(got, []string{"chris"}) {
			t.Fatalf("it names %v", got)
		}
		return nil
	})
	p.remove(t)
	stop(t, stale)
}

// While its watch of maps is stopped, a map is deleted and another one created under its name. The operator writes
// nothing for the deleted one. The guard is that verify compares UIDs.
func TestStaleUID(t *testing.T) {
	proxy, operator := behindProxy(t)
	p := newPlace(t, 0)
	p.m.Spec.TargetNamespaces = v1alpha1.TargetNamespaces{}
	env.Create(t, p.m)
	env.WaitReady(t, p.m)
	frozen := proxy.Freeze(faultproxy.Resources("stakeholdermaps"))
	env.Delete(t, p.m)
	env.WaitGone(t, p.m.DeepCopy())
	proxy.Forget()
	second := suite.NewMap(p.m.Namespace, p.m.Name)
	second.Spec.Customers[0].Subjects = suite.Users("olga")
	env.Create(t, second)
	controlplane.Eventually(t, suite.Patience, "everything of the first map is gone", func() error {
		if left := p.outputs(t); len(left) > 0 {
			return errUnexpected("what is left", left)
		}
		return nil
	})
	controlplane.Eventually(t, suite.Patience, "the operator asks for the map that it knows", func() error {
		if len(proxy.Records(p.about(faultproxy.Verbs("get"), faultproxy.Resources("stakeholdermaps")))) == 0 {
			return errUnexpected("number of requests", 0)
		}
		return nil
	})
	idle(t, operator)
	if writes := proxy.Records(p.about(faultproxy.Writes)); len(writes) > 0 {
		t.Errorf("it has written for a map that is gone: %v", writes)
	}
	frozen.Thaw()
	env.WaitReady(t, second)
	if got := customers(p.bindingOf(t)); !slices.Equal(got, []string{"olga"}) {
		t.Errorf("customers are %v", got)
	}
	p.m = second
	p.remove(t)
	stop(t, operator)
}

// A map changes from A to B and back to A while the watch is stopped: nothing of B is ever in force, and the operator
// writes only the status.
func TestThereAndBack(t *testing.T) {
	proxy, operator := behindProxy(t)
	p := newPlace(t, 1)
	env.Create(t, p.m)
	p.inForce(t, suite.Everybody()...)
	frozen := proxy.Freeze(faultproxy.Resources("stakeholdermaps"))
	proxy.Forget()
	p.pay(t, "chris")
	p.pay(t, "carla")
	frozen.Thaw()
	p.inForce(t, suite.Everybody()...)
	for _, write := range proxy.Records(p.about(faultproxy.Writes)) {
		if write.Resource == "roles" || write.Resource == "rolebindings" || write.Verb == "delete" {
			t.Errorf("it has written %s", write)
		}
	}
	p.remove(t)
	stop(t, operator)
}

// An operator whose watch of namespaces has stopped does not know that one has withdrawn its consent. It must not write
// again what another operator has removed there. The guard is Session.consents.
func TestStaleConsent(t *testing.T) {
	proxy, stale := behindProxy(t)
	p := newPlace(t, 2)
	env.Create(t, p.m)
	p.inForce(t, suite.Everybody()...)
	frozen := proxy.Freeze(faultproxy.Resources("namespaces"))
	proxy.Forget()
	env.Consent(t, p.targets[0], nil)
	current := env.StartOperator(t, env.Kubeconfig)
	env.WaitHolders(t, p.m, p.targets[0])
	controlplane.Eventually(t, suite.Patience, "the operator with old news asks for the namespace", func() error {
		asked := faultproxy.All(faultproxy.Verbs("get"), faultproxy.Resources("namespaces"), faultproxy.Named(p.targets[0]))
		if len(proxy.Records(asked)) == 0 {
			return errUnexpected("number of requests", 0)
		}
		return nil
	})
	stop(t, current)
	idle(t, stale)
	for _, write := range proxy.Records(faultproxy.All(faultproxy.Writes, faultproxy.In(p.targets[0]))) {
		t.Errorf("it has written by old news: %s", write)
	}
	env.WaitHolders(t, p.m, p.targets[0])
	frozen.Thaw()
	env.WaitHolders(t, p.m, p.targets[0])
	env.WaitHolders(t, p.m, p.targets[1], suite.Everybody()...)
	p.remove(t)
	stop(t, stale)
}

// Two operators work at once, because the first one lost its lease and has not noticed. In the end they agree, no
// subject who has left comes back, and the first one ends when it notices. The guards are verify, and that every write
// contains the desired state.
func TestStolenLease(t *testing.T) {
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
	first, err := env.Plane.StartOperator(t.Context(), controlplane.OperatorOptions{
		Binary: env.Binary, Kubeconfig: kubeconfig, Args: []string{"--leader-elect=true", election},
	})
	if err != nil {
		t.Fatal(err)
	}
	p := newPlace(t, 2)
	env.Create(t, p.m)
	p.inForce(t, suite.Everybody()...)

	// The first one's renewals hang, and its lease runs out at once: it believes that it leads.
	renewals := proxy.Inject(faultproxy.Rule{Match: faultproxy.Resources("leases"), Fault: faultproxy.Hold()})
	slow := proxy.Inject(faultproxy.Rule{Match: p.about(faultproxy.Writes), Fault: faultproxy.Delay(100 * time.Millisecond)})
	lease := suite.Get(t, env, suite.OperatorNamespace, "stakeholder-operator.stakeholders.dev", &coordinationv1.Lease{})
	before := *lease.Spec.HolderIdentity
	lease.Spec.HolderIdentity, lease.Spec.RenewTime = new("thief"), &metav1.MicroTime{Time: time.Unix(0, 0)}
	lease.Spec.LeaseDurationSeconds = new(int32(1))
	if err := env.Admin.Update(t.Context(), lease); err != nil {
		t.Fatal(err)
	}
	second := env.StartOperator(t, env.Kubeconfig, "--leader-elect=true", election)
	controlplane.Eventually(t, suite.Patience, "the second operator leads", func() error {
		lease := suite.Get(t, env, suite.OperatorNamespace, lease.Name, &coordinationv1.Lease{})
		if holder := lease.Spec.HolderIdentity; holder == nil || *holder == before || *holder == "thief" {
			return errUnexpected("holder", holder)
		}
		return nil
	})
	for _, name := range []string{"chris", "cleo", "carl"} {
		p.pay(t, name)
		p.inForce(t, paying(name)...)
		// A leader with a stale cache may remove a RoleBinding that the other has just written. The RoleBinding is
		// written again; subjects who left do not come back.
		controlplane.Eventually(t, suite.Patience, name+" may approve", func() error {
			binding := &rbacv1.RoleBinding{}
			key := client.ObjectKey{Namespace: p.m.Namespace, Name: "stakeholders:checkout:customer"}
			if err := env.Admin.Get(t.Context(), key, binding); err != nil {
				return err
			}
			if got := customers(binding); !slices.Equal(got, []string{name}) {
				t.Errorf("customers are %v", got)
			}
			return nil
		})
	}
	select {
	case <-first.Done():
	case <-time.After(suite.Patience):
		t.Fatal("the first operator has not noticed that it leads no longer")
	}
	if err := first.Stop(); err == nil || !strings.Contains(err.Error(), "leader election lost") {
		t.Errorf("the first operator has ended with %v", err)
	}
	renewals.Lift()
	slow.Lift()
	p.inForce(t, paying("carl")...)
	p.complete(t)
	p.remove(t)
	stop(t, second)
}
