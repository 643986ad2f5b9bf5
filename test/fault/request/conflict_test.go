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

// A namespace answers every write with Conflict permanently, as the admission of hierarchical namespaces does for
// objects that it manages. The map reports that from the beginning, for every generation, and while it is being
// deleted; everything else is in force. The guard is that a conflict about an unchanged object counts as a refusal.
func TestLastingConflict(t *testing.T) {
	proxy, operator := behindProxy(t)
	outputs := faultproxy.Resources("configmaps", "roles", "rolebindings")
	p := newPlace(t, 2)
	bad, good := p.targets[0], p.targets[1]
	refuse := func(namespace string) *faultproxy.Injection {
		return proxy.Inject(faultproxy.Rule{
			Match: faultproxy.All(faultproxy.Writes, outputs, faultproxy.In(namespace)), Fault: faultproxy.Conflict(),
		})
	}
	told := func(condition, reason string) {
		t.Helper()
		m := env.WaitFor(t, p.m, condition, metav1.ConditionFalse, reason)
		if c := meta.FindStatusCondition(m.Status.Conditions, condition); !strings.Contains(c.Message, "injected by a test") {
			t.Errorf("%s says: %s", condition, c.Message)
		}
	}

	home, target := refuse(p.m.Namespace), refuse(bad)
	defer home.Lift()
	defer target.Lift()
	env.Create(t, p.m)
	told(v1alpha1.ConditionPublished, v1alpha1.ReasonApplyFailed)
	env.WaitHolders(t, p.m, good, suite.Everybody()...)
	home.Lift()
	env.WaitFor(t, p.m, v1alpha1.ConditionPublished, metav1.ConditionTrue, v1alpha1.ReasonPublished)
	told(v1alpha1.ConditionAuthorized, v1alpha1.ReasonApplyFailed)
	target.Lift()
	p.inForce(t, suite.Everybody()...)

	table := proxy.Inject(faultproxy.Rule{Match: p.about(faultproxy.Writes, kinds["table"]), Fault: faultproxy.Conflict()})
	defer table.Lift()
	p.pay(t, "chris")
	told(v1alpha1.ConditionReady, v1alpha1.ReasonApplyFailed)
	for _, namespace := range p.targets {
		controlplane.Eventually(t, suite.Patience, "grants without the table", func() error {
			if got := env.HoldersIn(t, p.m, namespace); !slices.Equal(got, paying("chris")) {
				return errUnexpected("holders", got)
			}
			return nil
		})
	}
	table.Lift()
	p.inForce(t, paying("chris")...)

	target = refuse(bad)
	defer target.Lift()
	env.Delete(t, p.m)
	told(v1alpha1.ConditionReady, v1alpha1.ReasonDeleting)
	env.WaitHolders(t, p.m, good)
	target.Lift()
	env.WaitGone(t, p.m.DeepCopy())
	stop(t, operator)
}

// Customers leave while RoleBindings cannot be changed, or neither changed nor created. They still lose their rights,
// because a RoleBinding may be deleted. If it may not, at home its Role is emptied. Customers who stay get their rights
// back as soon as possible. The guard is that a refused revocation is made in another way.
func TestRevokedInAnotherWay(t *testing.T) {
	proxy, operator := behindProxy(t)
	for name, tc := range map[string]struct {
		verbs  []string
		atHome bool
		// times is how many requests are refused, 0 means all.
		times int
		// fails says that the customers who stay cannot get their rights until requests are no longer refused.
		fails bool
	}{
		"one change":                    {[]string{"patch"}, false, 1, false},
		"one change at home":            {[]string{"patch"}, true, 1, false},
		"every change":                  {[]string{"patch"}, false, 0, false},
		"every change at home":          {[]string{"patch"}, true, 0, false},
		"changes and creations":         {[]string{"patch", "create"}, false, 0, true},
		"changes and creations at home": {[]string{"patch", "create"}, true, 0, true},
		"changes and deletions at home": {[]string{"patch", "delete"}, true, 0, true},
		"every write at home":           {[]string{"patch", "create", "delete"}, true, 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t, 1)
			p.m.Spec.Customers[0].Subjects = suite.Users("carla", "chris")
			env.Create(t, p.m)
			p.inForce(t, "customer carla", "customer chris", "end-user eve", "product-owner paul")
			where := p.targets[0]
			if tc.atHome {
				where = p.m.Namespace
			}
			refused := proxy.Inject(faultproxy.Rule{
				Match: faultproxy.All(faultproxy.Verbs(tc.verbs...), faultproxy.Resources("rolebindings"), faultproxy.In(where)),
				Times: tc.times, Fault: faultproxy.Conflict(),
			})
			defer refused.Lift()
			p.pay(t, "chris")
			controlplane.Eventually(t, suite.Patience, "carla is gone", func() error {
				if got := env.HoldersIn(t, p.m, p.targets[0]); slices.Contains(got, "customer carla") {
					return errUnexpected("holders", got)
				}
				if tc.atHome && env.May(t, "carla", "approve", p.m, "budget") {
					return errUnexpected("right", "approve")
				}
				return nil
			})
			if tc.fails {
				env.WaitFor(t, p.m, v1alpha1.ConditionAuthorized, metav1.ConditionFalse, v1alpha1.ReasonApplyFailed)
				refused.Lift()
			}
			p.inForce(t, paying("chris")...)
			controlplane.Eventually(t, suite.Patience, "chris may approve", func() error {
				if !env.May(t, "chris", "approve", p.m, "budget") {
					return errUnexpected("right", "none")
				}
				return nil
			})
			if refused.Fired() == 0 {
				t.Error("no request was refused")
			}
			p.remove(t)
		})
	}
	stop(t, operator)
}
