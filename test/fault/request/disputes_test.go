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
	"fmt"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane/faultproxy"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// saysChanged waits until a condition of the map, and Ready, say what admission changes.
func (p *place) saysChanged(t *testing.T, condition, text string) {
	t.Helper()
	for _, conditionType := range []string{condition, v1alpha1.ConditionReady} {
		m := env.WaitFor(t, p.m, conditionType, metav1.ConditionFalse, v1alpha1.ReasonChangedByAdmission)
		if c := meta.FindStatusCondition(m.Status.Conditions, conditionType); !strings.Contains(c.Message, text) {
			t.Errorf("the message of %s does not say %q: %s", conditionType, text, c.Message)
		}
	}
}

// disputed waits until the operator counts at least this number of disputes.
func disputed(t *testing.T, operator *controlplane.Operator, least float64) {
	t.Helper()
	controlplane.Eventually(t, suite.Patience, "the metric counts the dispute", func() error {
		found, err := operator.Metrics(t.Context())
		if err != nil {
			return err
		}
		if n := found["stakeholders_disputed_outputs"]; n < least {
			return errUnexpected("disputed outputs", n)
		}
		return nil
	})
}

// atMost fails if the operator has made more writes of these resources for a place.
func (p *place) atMost(t *testing.T, proxy *faultproxy.Proxy, most int, resources ...string) {
	t.Helper()
	writes := proxy.Records(p.about(faultproxy.Writes, faultproxy.Resources(resources...)))
	t.Logf("%d writes of %v", len(writes), resources)
	if len(writes) > most {
		t.Errorf("%d writes of %v, want at most %d; the last is %s", len(writes), resources, most, writes[len(writes)-1])
	}
}

// table is the data of the map's routing ConfigMap.
func (p *place) table(t *testing.T) map[string]string {
	t.Helper()
	return suite.Get(t, env, p.m.Namespace, p.m.Name+"-routing", &corev1.ConfigMap{}).Data
}

// Guard: the operator compares the answer of a write with what it sent, and repeats the write only after a while
// (Session.heldBack). An admission policy that adds a key of data, with another value each time, causes no storm of
// writes. The map reports it, and is Ready when the policy is gone and the desired output changes.
func TestAdmissionThatAddsAKey(t *testing.T) {
	admissionOfTables(t, "test.stakeholders.dev/adds-a-key",
		`[JSONPatch{op: "add", path: "/data/written", value: has(object.metadata.resourceVersion) ? object.metadata.resourceVersion : "at first"}]`,
		"it adds the key written")
}

// Guard: the operator stores the answer instead of what it sent (Session.put), so that it also sees what admission
// removes.
func TestAdmissionThatRemovesAKey(t *testing.T) {
	admissionOfTables(t, "test.stakeholders.dev/removes-a-key",
		`'budget.to.users' in object.data ? [JSONPatch{op: "remove", path: "/data/budget.to.users"}] : [JSONPatch{op: "add", path: "/data/probed", value: "1"}]`,
		"it removes the key budget.to.users")
}

// admissionOfTables installs an admission policy that changes each routing ConfigMap when it is written.
func admissionOfTables(t *testing.T, label, patch, told string) {
	t.Helper()
	remove := env.MutateOutputs(t, label, patch, "configmaps")
	proxy, operator := behindProxy(t)
	p := &place{m: suite.NewMap(env.NewNamespace(t, label, ""), "checkout")}
	env.Create(t, p.m)
	p.saysChanged(t, v1alpha1.ConditionPublished, told)
	disputed(t, operator, 1)
	for n := range 3 {
		p.pay(t, fmt.Sprintf("chris-%d", n))
		p.saysChanged(t, v1alpha1.ConditionPublished, told)
		if env.May(t, "carla", "approve", p.m, "budget") {
			t.Error("a customer who has left may still approve")
		}
	}
	// Four tables. Each is written, and corrected; if a check came late, it is written once more after 30 seconds.
	p.atMost(t, proxy, 16, "configmaps")
	remove()
	p.pay(t, "carla")
	env.WaitReady(t, p.m)
	table := p.table(t)
	if _, added := table["written"]; added || table["budget.to.users"] != "carla" {
		t.Errorf("what admission has made of the table is still there: %v", table)
	}
	p.remove(t)
	stop(t, operator)
}

// Guard: the operator reads the subjects of a RoleBinding from the answer of the write (Session.noteAnswer). The map
// reports a subject that an admission policy adds as a right that the map does not give. The map is not Ready, and the
// operator does not write against the policy. When the policy is gone, the right is revoked.
func TestAdmissionThatAddsASubject(t *testing.T) {
	const label = "test.stakeholders.dev/adds-a-subject"
	remove := env.MutateOutputs(t, label,
		`[JSONPatch{op: "add", path: "/subjects/-", value: Object.subjects{apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "mallory"}}]`, "rolebindings")
	proxy, operator := behindProxy(t)
	home := env.NewNamespace(t, label, "")
	p := &place{m: suite.NewMap(home, "checkout")}
	env.Create(t, p.m)
	p.saysChanged(t, v1alpha1.ConditionAuthorized, "it adds the subject User mallory")
	disputed(t, operator, 3)
	if !env.May(t, "mallory", "approve", p.m, "budget") {
		t.Error("admission has added no subject")
	}
	p.pay(t, "chris")
	p.saysChanged(t, v1alpha1.ConditionAuthorized, "it adds the subject User mallory")
	if env.May(t, "carla", "approve", p.m, "budget") {
		t.Error("a customer who has left may still approve")
	}
	p.atMost(t, proxy, 20, "rolebindings")
	remove()
	// A change by hand is repaired at once.
	var bindings rbacv1.RoleBindingList
	if err := env.Admin.List(t.Context(), &bindings, client.InNamespace(home), client.HasLabels{"stakeholders.dev/map"}); err != nil {
		t.Fatal(err)
	}
	for i := range bindings.Items {
		env.Delete(t, &bindings.Items[i])
	}
	env.WaitReady(t, p.m)
	if env.May(t, "mallory", "approve", p.m, "budget") {
		t.Error("the subject that admission had added may still approve")
	}
	p.remove(t)
	stop(t, operator)
}

// undo keeps a map's status and its routing ConfigMap as they are now, until the test ends. It undoes every write, like
// an operator of another version that makes another table of the map.
func (p *place) undo(t *testing.T) (end func()) {
	t.Helper()
	m := suite.Get(t, env, p.m.Namespace, p.m.Name, &v1alpha1.StakeholderMap{})
	cm := suite.Get(t, env, p.m.Namespace, p.m.Name+"-routing", &corev1.ConfigMap{})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	maps, err := env.Admin.Watch(ctx, &v1alpha1.StakeholderMapList{}, client.InNamespace(p.m.Namespace))
	if err != nil {
		t.Fatal(err)
	}
	tables, err := env.Admin.Watch(ctx, &corev1.ConfigMapList{}, client.InNamespace(p.m.Namespace))
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(done)
		for {
			select {
			case <-ctx.Done():
				return
			case event := <-maps.ResultChan():
				if is, ok := event.Object.(*v1alpha1.StakeholderMap); ok && !equality.Semantic.DeepEqual(is.Status, m.Status) {
					is.Status = m.Status
					// A conflict means that another event follows.
					_ = env.Admin.Status().Update(ctx, is)
				}
			case event := <-tables.ResultChan():
				if is, ok := event.Object.(*corev1.ConfigMap); ok && is.Name == cm.Name && !equality.Semantic.DeepEqual(is.Data, cm.Data) {
					is.Data = cm.Data
					_ = env.Admin.Update(ctx, is)
				}
			}
		}
	}()
	end = func() {
		cancel()
		maps.Stop()
		tables.Stop()
		<-done
	}
	t.Cleanup(end)
	return end
}

// Guard: if another writer undoes a write again and again, the operator repeats it only after a delay (Rewrites).
// Another operator, which undoes every write of the map's status and of its table at once, causes no storm
// of requests. Both are reported, and a subject who leaves the map loses the right at once. When the other one ends,
// the outputs are as the map says.
func TestAnotherOperatorUndoesEveryWrite(t *testing.T) {
	proxy, operator := behindProxy(t)
	p := newPlace(t, 1)
	env.Create(t, p.m)
	p.inForce(t, suite.Everybody()...)
	end := p.undo(t)
	proxy.Forget()
	env.Edit(t, p.m, func(s *v1alpha1.StakeholderMapSpec) { s.Product.DisplayName = "Till" })
	// The table and the status.
	disputed(t, operator, 2)
	controlplane.Eventually(t, suite.Patience, "an event reports the other writer", func() error {
		var list eventsv1.EventList
		if err := env.Admin.List(t.Context(), &list, client.InNamespace(p.m.Namespace)); err != nil {
			return err
		}
		for i := range list.Items {
			if e := &list.Items[i]; e.Reason == v1alpha1.ReasonContested && strings.Contains(e.Note, "the status of StakeholderMap") {
				return nil
			}
		}
		return errUnexpected("number of events, none of them of that", len(list.Items))
	})
	p.pay(t, "chris")
	for _, target := range p.targets {
		env.WaitHolders(t, p.m, target, paying("chris")...)
	}
	if env.May(t, "carla", "approve", p.m, "budget") {
		t.Error("a customer who has left may still approve")
	}
	disputed(t, operator, 2)
	p.atMost(t, proxy, 40, "configmaps")
	p.atMost(t, proxy, 60, "stakeholdermaps/status")
	p.atMost(t, proxy, 150, "configmaps", "roles", "rolebindings", "stakeholdermaps", "stakeholdermaps/status")
	end()
	p.pay(t, "carla")
	controlplane.Eventually(t, suite.Patience, "the table and the status are as the map says", func() error {
		m := suite.Get(t, env, p.m.Namespace, p.m.Name, &v1alpha1.StakeholderMap{})
		if m.Status.ObservedGeneration != m.Generation {
			return errUnexpected("generation in status", m.Status.ObservedGeneration)
		}
		return nil
	})
	if got := p.table(t)["budget.to.users"]; got != "carla" {
		t.Errorf("budget is asked of %s", got)
	}
	p.remove(t)
	stop(t, operator)
}
