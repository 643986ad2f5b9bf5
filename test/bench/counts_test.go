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

package bench

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// A namespace that is added only affects the maps that select it, regardless of the number of others. The requests are
// the same with ten maps and with two hundred, none of them about another map, and there is no list.
func TestNamespaceAddedToManyMaps(t *testing.T) {
	var few []string
	for _, n := range []int{10, 200} {
		made, reconciles := namespaceAdded(t, n)
		t.Logf("a namespace added to %d maps: %d reconciles, requests %v", n, reconciles, made)
		// Its own writes cause some more, if the queue does not merge them.
		if reconciles > 12 {
			t.Errorf("%d reconciles", reconciles)
		}
		if few == nil {
			few = made
		} else if diff := cmp.Diff(few, made); diff != "" {
			t.Errorf("requests with 10 and with %d maps (-10 +%d):\n%s", n, n, diff)
		}
	}
}

// namespaceAdded adds a namespace to a cluster of n maps, and one of them selects it.
func namespaceAdded(tb testing.TB, n int) (made []string, reconciles int) {
	tb.Helper()
	product := fmt.Sprintf("added-to-%d", n)
	namespace := env.NewNamespace(tb)
	inParallel(tb, n, func(i int) error {
		return env.Admin.Create(tb.Context(), suite.Selecting(namespace, fmt.Sprintf("map-%d", i), fmt.Sprintf("%s-%d", product, i)))
	})
	operator := env.StartOperator(tb, env.Kubeconfig)
	waitReady(tb, namespace, n)
	var target string
	concerned := suite.NewMap(namespace, "map-7")
	made, namespaces, reconciles := requests(tb, operator, func() {
		target = env.NewTarget(tb, namespace, "product", product+"-7")
		env.WaitHolders(tb, concerned, target, suite.Everybody()...)
		env.WaitReady(tb, concerned)
	})
	want := []string{namespace, target}
	slices.Sort(want)
	if diff := cmp.Diff(want, namespaces); diff != "" {
		tb.Errorf("requests are about other namespaces (-want +got):\n%s", diff)
	}
	if err := env.Admin.DeleteAllOf(tb.Context(), &v1alpha1.StakeholderMap{}, client.InNamespace(namespace)); err != nil {
		tb.Fatal(err)
	}
	waitReady(tb, namespace, 0)
	if err := operator.Stop(); err != nil {
		tb.Fatal(err)
	}
	return made, reconciles
}

// A new map costs one read, to check that it is still as the cache shows it, and a write for each output, the status
// and the events. No output is read before it is created.
func TestRequestsOfANewMap(t *testing.T) {
	namespace := env.NewNamespace(t)
	operator := env.StartOperator(t, env.Kubeconfig)
	// When the first map is in force, the requests that the operator makes once after its start are done.
	first := suite.NewMap(namespace, "first")
	env.Create(t, first)
	env.WaitReady(t, first)
	m := suite.NewMap(namespace, "checkout")
	made, _, reconciles := requests(t, operator, func() {
		env.Create(t, m)
		env.WaitReady(t, m)
	})
	want := []string{
		"create configmaps", "create rolebindings", "create rolebindings", "create rolebindings", "create roles", "create roles", "create roles",
		"get stakeholdermaps", "patch stakeholdermaps/status",
	}
	if diff := cmp.Diff(want, made); diff != "" {
		t.Errorf("requests but for events (-want +got):\n%s", diff)
	}
	// Its own writes cause none, unless an event arrives before the answer. The queue merges the reconciles that come
	// in that time.
	if reconciles > 4 {
		t.Errorf("%d reconciles", reconciles)
	}
	env.DeleteMaps(t)
	if err := operator.Stop(); err != nil {
		t.Fatal(err)
	}
}

// A request costs two reads when it is asked and when it is answered, by which the operator knows that admission is in force, and one write of
// its status. An approval costs a read of each thing that it depends on, and a write of the Role and of what has become of it.
func TestRequestsOfARequest(t *testing.T) {
	m := smallMap(env.NewNamespace(t), "checkout")
	operator := env.StartOperator(t, env.Kubeconfig)
	env.Create(t, m)
	env.WaitReady(t, m)
	env.WaitAuthorsChecked(t)
	a := newAsking(t)
	opened, later := newRequest(m, "first"), newRequest(m, "second")
	a.ask(t, opened)
	a.answer(t, opened, a.approver, approver, v1alpha1.VerdictApprove)
	for _, step := range []struct {
		what string
		do   func()
		want []string
	}{
		{"asked", func() { a.ask(t, later) }, []string{
			"get validatingadmissionpolicies", "get validatingadmissionpolicybindings", "patch stakeholderrequests/status",
		}},
		{"answered", func() { a.answer(t, later, a.rejecter, rejecter, v1alpha1.VerdictReject) }, []string{
			"get validatingadmissionpolicies", "get validatingadmissionpolicybindings", "patch stakeholderrequests/status",
		}},
		// The map and the policy are read before the outcome is written, and the map and the request before the subject is opened. Of a
		// request with an outcome, the cache does not have all of the status.
		{"approved", func() { a.answer(t, later, a.approver, approver, v1alpha1.VerdictApprove) }, []string{
			"get stakeholdermaps", "get stakeholdermaps", "get stakeholderpolicies", "get stakeholderrequests", "get stakeholderrequests",
			"get validatingadmissionpolicies", "get validatingadmissionpolicybindings",
			"patch roles", "patch stakeholderrequests/status", "patch stakeholderrequests/status",
		}},
		{"deleted", func() { env.Delete(t, later) }, []string{"get stakeholdermaps", "patch roles"}},
	} {
		made, _, _ := requests(t, operator, step.do)
		// A dry run proves once a minute that the API server evaluates the policy.
		made = slices.DeleteFunc(made, func(request string) bool { return request == "patch stakeholderrequests" })
		if diff := cmp.Diff(step.want, made); diff != "" {
			t.Errorf("requests but for events when one is %s (-want +got):\n%s", step.what, diff)
		}
	}
	env.DeleteMaps(t)
	if err := operator.Stop(); err != nil {
		t.Fatal(err)
	}
}

// The work for a map in many namespaces is proportional to their number, and the work for a change to its size.
func TestRequestsPerNamespace(t *testing.T) {
	namespace := env.NewNamespace(t)
	operator := env.StartOperator(t, env.Kubeconfig)
	writes := make(map[int]int)
	for _, n := range []int{10, 50} {
		product := fmt.Sprintf("per-namespace-%d", n)
		createTargets(t, namespace, product, n, func(int) map[string]string { return map[string]string{"product": product} })
		m := suite.Selecting(namespace, product, product)
		created, _, _ := requests(t, operator, func() {
			env.Create(t, m)
			env.WaitReady(t, m)
		})
		// A write for each of three RoleBindings and a ConfigMap, and a read of the consent.
		if got, most := len(created), 5*n+30; got > most {
			t.Errorf("%d requests for %d namespaces, want at most %d", got, n, most)
		}
		edited, _, _ := requests(t, operator, func() {
			env.Edit(t, m, func(s *v1alpha1.StakeholderMapSpec) { s.Customers[0].Subjects = suite.Users("chris") })
			env.WaitReady(t, m)
		})
		writes[n] = len(edited)
		// One RoleBinding and the ConfigMap, and a read of the consent.
		if most := 3*n + 10; len(edited) > most {
			t.Errorf("%d requests for an edit in %d namespaces, want at most %d", len(edited), n, most)
		}
		late, _, _ := requests(t, operator, func() {
			target := env.NewTarget(t, namespace, "product", product)
			env.WaitHolders(t, m, target, "customer chris", "end-user eve", "product-owner paul")
			env.WaitReady(t, m)
		})
		if len(late) > 12 {
			t.Errorf("one namespace more, beside %d, takes the requests %v", n, late)
		}
		gone, _, _ := requests(t, operator, func() {
			env.Delete(t, m)
			env.WaitGone(t, m)
		})
		if most := 4*(n+1) + 20; len(gone) > most {
			t.Errorf("%d requests for a deletion in %d namespaces, want at most %d", len(gone), n+1, most)
		}
		t.Logf("%d namespaces: %d requests to create, %d to edit, %d for one more, %d to delete", n, len(created), len(edited), len(late), len(gone))
	}
	if writes[50] > 5*writes[10]+10 {
		t.Errorf("an edit takes %d requests for 10 namespaces and %d for 50", writes[10], writes[50])
	}
}

// A namespace that refuses costs nothing, regardless of how many maps select it and how often its labels or its consent
// to others change. A consent only costs requests for the maps of the namespace that it accepts.
func TestNamespaceThatRefusesCostsNothing(t *testing.T) {
	const maps = 50
	home, others := env.NewNamespace(t), env.NewNamespace(t)
	target := env.NewNamespace(t)
	for _, namespace := range []string{home, others} {
		inParallel(t, maps, func(i int) error {
			m := suite.NewMap(namespace, fmt.Sprintf("map-%d", i))
			m.Spec.TargetNamespaces.Selector = &v1alpha1.NamespaceSelector{}
			return env.Admin.Create(t.Context(), m)
		})
	}
	operator := env.StartOperator(t, env.Kubeconfig)
	waitReady(t, home, maps)
	waitReady(t, others, maps)
	setsOffNothing(t, operator, "a namespace that refuses is changed", func(try int) {
		for i := range 5 {
			env.PatchNamespace(t, target, fmt.Sprintf(
				`{"metadata":{"labels":{"changed":"%d-%d"},"annotations":{"stakeholders.dev/accept-maps-from":"nobody-%d"}}}`, try, i, i))
		}
	})
	given, namespaces, reconciles := requests(t, operator, func() {
		env.Consent(t, target, &others)
		waitHolders(t, others, maps, target)
	})
	t.Logf("consent to %d of %d maps: %d reconciles, %d requests", maps, 2*maps, reconciles, len(given))
	want := []string{"", others, target}
	slices.Sort(want)
	if rest := slices.DeleteFunc(namespaces, func(ns string) bool { return slices.Contains(want, ns) }); len(rest) > 0 {
		t.Errorf("a consent to %s makes requests in the namespaces %v", others, rest)
	}
	setsOffNothing(t, operator, "a namespace that keeps accepting is changed", func(try int) {
		more := fmt.Sprintf("%s,nobody-%d", others, try)
		env.Consent(t, target, &more)
		env.PatchNamespace(t, target, fmt.Sprintf(`{"metadata":{"labels":{"changed":"again-%d"}}}`, try))
	})
	env.DeleteMaps(t)
}

// setsOffNothing fails if f causes a request, or a reconcile each time. On a busy machine, the event of an earlier
// write by the operator can be so late that it causes a reconcile.
func setsOffNothing(tb testing.TB, operator *controlplane.Operator, what string, do func(try int)) {
	tb.Helper()
	const tries = 3
	for try := range tries {
		made, _, reconciles := requests(tb, operator, func() { do(try) })
		if len(made) > 0 || reconciles > 0 && try == tries-1 {
			tb.Errorf("%s: %d reconciles, requests %v", what, reconciles, made)
		}
		if reconciles == 0 {
			return
		}
	}
}

// waitHolders waits until all subjects of all maps of a namespace have their rights in a target.
func waitHolders(tb testing.TB, namespace string, n int, target string) {
	tb.Helper()
	for i := range n {
		m := suite.NewMap(namespace, fmt.Sprintf("map-%d", i))
		controlplane.Eventually(tb, patience, m.Name+" is in force in "+target, func() error {
			if got := env.HoldersIn(tb, m, target); !slices.Equal(got, suite.Everybody()) {
				return fmt.Errorf("%v have rights", got)
			}
			return nil
		})
	}
}
