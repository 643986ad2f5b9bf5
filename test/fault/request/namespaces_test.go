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

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane/faultproxy"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// asksFor waits until an operator has asked the API server for a namespace, which it does before it gives any rights
// there.
func asksFor(t *testing.T, proxy *faultproxy.Proxy, namespace string) {
	t.Helper()
	asked := faultproxy.All(faultproxy.Verbs("get"), faultproxy.Resources("namespaces"), faultproxy.Named(namespace))
	controlplane.Eventually(t, suite.Patience, "the operator with old news asks for the namespace", func() error {
		if n := len(proxy.Records(asked)); n == 0 {
			return errUnexpected("number of requests", n)
		}
		return nil
	})
}

// An operator whose watch of namespaces has stopped does not know that one is no longer a target, by its labels or
// because it has withdrawn its consent. No other operator runs. A subject who is added to the map must not get a right
// there, and a subject who leaves loses theirs. The guard is Session.consents: before it gives a right in a namespace,
// the operator asks the API server whether the namespace still takes part.
func TestGrantByOldNamespace(t *testing.T) {
	proxy, operator := behindProxy(t)
	for name, leave := range map[string]func(*testing.T, string){
		"consent withdrawn": func(t *testing.T, namespace string) {
			t.Helper()
			env.Consent(t, namespace, nil)
		},
		"label taken away": func(t *testing.T, namespace string) {
			t.Helper()
			env.PatchNamespace(t, namespace, `{"metadata":{"labels":{"product":null}}}`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t, 2)
			env.Create(t, p.m)
			p.inForce(t, suite.Everybody()...)
			frozen := proxy.Freeze(faultproxy.Resources("namespaces"))
			defer frozen.Thaw()
			leave(t, p.targets[0])
			end := p.neverIn(t, "chris", p.targets[0])
			proxy.Forget()
			p.pay(t, "chris")
			env.WaitHolders(t, p.m, p.targets[1], paying("chris")...)
			asksFor(t, proxy, p.targets[0])
			env.WaitHolders(t, p.m, p.targets[0], "end-user eve", "product-owner paul")
			frozen.Thaw()
			env.WaitHolders(t, p.m, p.targets[0])
			end()
			p.remove(t)
		})
	}
	stop(t, operator)
}

// While a reconcile waits for an update of one namespace, it still reports a failed write in another: that can be a
// revocation. The guard is that a reconcile returns every other error although the cache is behind.
func TestFailureBesideOldNamespace(t *testing.T) {
	proxy, operator := behindProxy(t)
	p := newPlace(t, 2)
	env.Create(t, p.m)
	p.inForce(t, suite.Everybody()...)
	frozen := proxy.Freeze(faultproxy.Resources("namespaces"))
	defer frozen.Thaw()
	env.Consent(t, p.targets[0], nil)
	refusing := faultproxy.All(faultproxy.Writes, faultproxy.In(p.targets[1]))
	failing := proxy.Inject(faultproxy.Rule{Match: refusing, Fault: faultproxy.InternalError()})
	defer failing.Lift()
	p.pay(t, "chris")
	env.WaitHolders(t, p.m, p.targets[0], "end-user eve", "product-owner paul")
	// From then on, no event of its own writes triggers it.
	waitFired(t, "the writes have failed again and again", failing, 16)
	failing.Lift()
	env.WaitHolders(t, p.m, p.targets[1], paying("chris")...)
	frozen.Thaw()
	env.WaitHolders(t, p.m, p.targets[0])
	p.remove(t)
	stop(t, operator)
}
