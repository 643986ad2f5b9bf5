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

// Package request makes requests between the operator and the API server fail, get lost, arrive late or use stale
// caches. It tests that what is in force is what the maps say, and never more.
package request

import (
	"fmt"
	"os"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane/faultproxy"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

var env *suite.Suite

func TestMain(m *testing.M) {
	os.Exit(suite.Run(m, controlplane.Options{AuditLog: true}, func(s *suite.Suite) { env = s }))
}

// behindProxy starts an operator whose requests go through a proxy, for one test.
func behindProxy(t *testing.T) (*faultproxy.Proxy, *controlplane.Operator) {
	t.Helper()
	proxy, err := faultproxy.Start(env.Plane.Config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(proxy.Close)
	kubeconfig, err := proxy.Kubeconfig(env.Kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	return proxy, env.StartOperator(t, kubeconfig)
}

// stop ends an operator before the end of the test.
func stop(t *testing.T, operator *controlplane.Operator) {
	t.Helper()
	if err := operator.Stop(); err != nil {
		t.Error(err)
	}
}

// place is a namespace with a map, and the namespaces where its product runs.
type place struct {
	m       *v1alpha1.StakeholderMap
	targets []string
	// r is a request about the map, and end what its outcomes function returns; only of places that newProduct makes.
	r   *v1alpha1.StakeholderRequest
	end func() []string
}

// newPlace makes the namespaces, and a map that is not created yet. It removes the map at the end of the test, so that
// no other test's operator sees it.
func newPlace(t *testing.T, targets int) *place {
	t.Helper()
	namespace := env.NewNamespace(t)
	p := &place{m: suite.Selecting(namespace, "checkout", namespace)}
	for range targets {
		p.targets = append(p.targets, env.NewTarget(t, namespace, "product", namespace))
	}
	slices.Sort(p.targets)
	return p
}

// inForce waits until the map is ready, and checks that exactly these have rights in every target.
func (p *place) inForce(t *testing.T, holders ...string) {
	t.Helper()
	env.WaitReady(t, p.m)
	for _, target := range p.targets {
		env.WaitHolders(t, p.m, target, holders...)
	}
}

// about picks the requests for a place.
func (p *place) about(matches ...faultproxy.Match) faultproxy.Match {
	namespaces := append([]string{p.m.Namespace}, p.targets...)
	return faultproxy.All(append(matches, func(r faultproxy.Request) bool { return slices.Contains(namespaces, r.Namespace) })...)
}

// outputs lists the operator's outputs of a map, in all namespaces.
func (p *place) outputs(t *testing.T) []string {
	t.Helper()
	var out []string
	for _, list := range []client.ObjectList{&corev1.ConfigMapList{}, &rbacv1.RoleList{}, &rbacv1.RoleBindingList{}} {
		err := env.Admin.List(t.Context(), list, client.MatchingLabels{
			"stakeholders.dev/map": p.m.Name, "stakeholders.dev/map-namespace": p.m.Namespace,
		})
		if err != nil {
			t.Fatal(err)
		}
		switch list := list.(type) {
		case *corev1.ConfigMapList:
			for i := range list.Items {
				out = append(out, "ConfigMap "+list.Items[i].Namespace+"/"+list.Items[i].Name)
			}
		case *rbacv1.RoleList:
			for i := range list.Items {
				out = append(out, "Role "+list.Items[i].Namespace+"/"+list.Items[i].Name)
			}
		case *rbacv1.RoleBindingList:
			for i := range list.Items {
				out = append(out, fmt.Sprintf("RoleBinding %s/%s of %d", list.Items[i].Namespace, list.Items[i].Name, len(list.Items[i].Subjects)))
			}
		}
	}
	return out
}

// complete fails unless there are exactly the outputs of a map with three roles: a ConfigMap and three pairs at home, a
// ConfigMap and three RoleBindings in each target.
func (p *place) complete(t *testing.T) {
	t.Helper()
	if got, want := p.outputs(t), 7+4*len(p.targets); len(got) != want {
		t.Errorf("%d outputs, want %d: %v", len(got), want, got)
	}
}

// createdOnce fails if the operator has created an object twice, or deleted any.
func (p *place) createdOnce(t *testing.T, proxy *faultproxy.Proxy) {
	t.Helper()
	seen := make(map[string]bool)
	for _, record := range proxy.Records(p.about(faultproxy.Writes)) {
		what := record.Resource + " " + record.Namespace + "/" + record.Name
		if record.Created() && seen[what] {
			t.Errorf("%s was created twice", what)
		}
		seen[what] = seen[what] || record.Created()
		if record.Verb == "delete" {
			t.Errorf("%s was deleted", what)
		}
	}
}

// remove deletes the map and waits until it is gone, so that the next operator has no work with it.
func (p *place) remove(t *testing.T) {
	t.Helper()
	env.Delete(t, p.m)
	env.WaitGone(t, p.m.DeepCopy())
}

// pay makes exactly these the customers.
func (p *place) pay(t *testing.T, names ...string) {
	t.Helper()
	env.Edit(t, p.m, func(s *v1alpha1.StakeholderMapSpec) { s.Customers[0].Subjects = suite.Users(names...) })
}

// paying are the holders when these are the customers.
func paying(names ...string) []string {
	var out []string
	for _, name := range names {
		out = append(out, "customer "+name)
	}
	return append(out, "end-user eve", "product-owner paul")
}
