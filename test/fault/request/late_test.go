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
	"net/http"
	"slices"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane/faultproxy"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// bindingIn is the RoleBinding of the customers in a target namespace.
func (p *place) bindingIn(t *testing.T, target string) *rbacv1.RoleBinding {
	t.Helper()
	return suite.Get(t, env, target, "stakeholders:target:"+p.m.Namespace+":checkout:customer", &rbacv1.RoleBinding{})
}

// somebodyElse puts other subjects into a RoleBinding, as a user who may edit it could.
func somebodyElse(t *testing.T, b *rbacv1.RoleBinding, names ...string) {
	t.Helper()
	before := b.DeepCopy()
	b.Subjects = nil
	for _, name := range names {
		b.Subjects = append(b.Subjects, rbacv1.Subject{APIGroup: rbacv1.GroupName, Kind: "User", Name: name})
	}
	if err := env.Admin.Patch(t.Context(), b, client.MergeFrom(before)); err != nil {
		t.Fatal(err)
	}
}

// waitFired waits until a number of requests have met the fault of a rule.
func waitFired(t *testing.T, what string, injection *faultproxy.Injection, times int) {
	t.Helper()
	controlplane.Eventually(t, suite.Patience, what, func() error {
		if fired := injection.Fired(); fired < times {
			return errUnexpected("number of requests", fired)
		}
		return nil
	})
}

// A write is on its way while an edit revokes a right, and another operator puts that edit in force. The first operator
// decided on the write with the map that it knew, so asking the API server before the write does not help. The guard is
// that a write of a RoleBinding names the resource version that was seen.
func TestLateWrite(t *testing.T) {
	proxy, first := behindProxy(t)
	p := newPlace(t, 2)
	p.m.Spec.Customers[0].Subjects = suite.Users("carla", "chris")
	env.Create(t, p.m)
	p.inForce(t, paying("carla", "chris")...)

	for name, binding := range map[string]func() *rbacv1.RoleBinding{
		"at home":     func() *rbacv1.RoleBinding { return p.bindingOf(t) },
		"in a target": func() *rbacv1.RoleBinding { return p.bindingIn(t, p.targets[0]) },
	} {
		t.Run(name, func(t *testing.T) {
			b := binding()
			thisOne := faultproxy.All(faultproxy.Writes, faultproxy.Resources("rolebindings"), faultproxy.In(b.Namespace), faultproxy.Named(b.Name))
			late := proxy.Inject(faultproxy.Rule{Match: thisOne, Times: 1, Fault: faultproxy.Hold()})
			defer late.Lift()
			// It starts to repair this, which brings carla back into the RoleBinding.
			somebodyElse(t, b, "mallory")
			waitFired(t, "the repair is on its way", late, 1)

			p.pay(t, "chris")
			second := env.StartOperator(t, env.Kubeconfig)
			// In all namespaces: this RoleBinding alone does not show that the second operator has written the others.
			p.inForce(t, paying("chris")...)
			if got := customers(binding()); !slices.Equal(got, []string{"chris"}) {
				t.Errorf("customers are %v", got)
			}
			end := p.neverAgain(t)
			proxy.Forget()
			late.Lift()
			controlplane.Eventually(t, suite.Patience, "the late write is over", func() error {
				if n := len(proxy.Records(thisOne)); n == 0 {
					return errUnexpected("number of writes", n)
				}
				return nil
			})
			if record := proxy.Records(thisOne)[0]; record.Code != http.StatusConflict {
				t.Errorf("%s", record)
			}
			p.inForce(t, paying("chris")...)
			end()
			stop(t, second)

			p.pay(t, "carla", "chris")
			p.inForce(t, paying("carla", "chris")...)
		})
	}
	p.remove(t)
	stop(t, first)
}

// An edit makes the map invalid while the status is on its way that says that the edit before is in force. That edit's
// table still counts as the last valid one. The guard is that if a status write finds a changed map, it is repeated for
// the new one, unless another writer has changed the status.
func TestInvalidEditBeforeStatus(t *testing.T) {
	if err := env.Unguard(t.Context(), suite.Unguarded, suite.PolicyRoles); err != nil {
		t.Fatal(err)
	}
	proxy, operator := behindProxy(t)
	p := newPlace(t, 0)
	env.PatchNamespace(t, p.m.Namespace, `{"metadata":{"labels":{"`+suite.Unguarded+`":""}}}`)
	env.Create(t, p.m)
	env.WaitReady(t, p.m)
	late := proxy.Inject(faultproxy.Rule{Match: p.about(faultproxy.Resources("stakeholdermaps/status")), Times: 1, Fault: faultproxy.Hold()})
	defer late.Lift()
	p.pay(t, "chris")
	waitFired(t, "the status is on its way", late, 1)
	controlplane.Eventually(t, suite.Patience, "the map is invalid", func() error {
		m := suite.Get(t, env, p.m.Namespace, p.m.Name, &v1alpha1.StakeholderMap{})
		before := m.DeepCopy()
		m.Spec.EndUsers[0].Subjects = suite.Users("eve", "chris")
		return env.Admin.Patch(t.Context(), m, client.MergeFrom(before))
	})
	late.Lift()
	env.WaitFor(t, p.m, v1alpha1.ConditionPublished, metav1.ConditionTrue, v1alpha1.ReasonLastValidKept)
	if got := customers(p.bindingOf(t)); !slices.Equal(got, []string{"chris"}) {
		t.Errorf("customers are %v", got)
	}
	p.remove(t)
	stop(t, operator)
}
