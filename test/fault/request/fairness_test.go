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
	"testing"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane/faultproxy"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// An author has more maps than the operator enforces at the same time, and none of them ends, because no write in their
// target namespaces is answered. Meanwhile, another author's new map is enforced, and an edit of it revokes a right.
// The guards are that a namespace gets a share of the workers, and a share of the requests in flight.
func TestOneTenantDelaysNoOther(t *testing.T) {
	const maps, targets, inFlight = 24, 16, 32
	proxy, operator := behindProxy(t)
	author, other := newPlace(t, targets), newPlace(t, 1)
	held := proxy.Inject(faultproxy.Rule{
		Match: author.about(faultproxy.Writes, faultproxy.Not(faultproxy.In(author.m.Namespace))), Fault: faultproxy.Hold(),
	})
	defer held.Lift()
	all := make([]*v1alpha1.StakeholderMap, maps)
	for i := range all {
		all[i] = suite.Selecting(author.m.Namespace, fmt.Sprintf("map-%d", i), author.m.Namespace)
		env.Create(t, all[i])
	}
	waitFired(t, "the operator waits for the answers", held, inFlight)
	env.Create(t, other.m)
	other.inForce(t, suite.Everybody()...)
	other.pay(t, "chris")
	other.inForce(t, paying("chris")...)

	held.Lift()
	for _, m := range all {
		env.WaitReady(t, m)
	}
	for _, m := range all {
		env.Delete(t, m)
		env.WaitGone(t, m.DeepCopy())
	}
	other.remove(t)
	stop(t, operator)
}
