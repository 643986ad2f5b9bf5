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

package stakeholdermap

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/targets"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// Of a namespace that only the selector picks and that refuses, a map tells neither the name nor that there is one:
// status, events and metrics are the same with it and without it, whatever labels it has.
func TestRefusedBySelectorIsNotTold(t *testing.T) {
	t.Parallel()
	for name, selector := range map[string]*v1alpha1.NamespaceSelector{
		"by label": targeting().Spec.TargetNamespaces.Selector,
		"all":      {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			without, with := toldBy(t, selector), toldBy(t, selector, "merger-with-initech", "layoffs")
			if without != with {
				t.Errorf("without namespaces that refuse, status, events and metrics are\n%s\nand with them\n%s", without, with)
			}
			if !strings.Contains(with, `"namespaces":{"matched":1,"ready":1,"refused":0}`) {
				t.Errorf("the namespace that accepts is missing: %s", with)
			}
		})
	}
}

// toldBy is the status, the events and the metrics of a map with this selector, in a cluster with one namespace that accepts
// the map and others that refuse it.
func toldBy(t *testing.T, selector *v1alpha1.NamespaceSelector, refusing ...string) string {
	t.Helper()
	m := targeting()
	m.Spec.TargetNamespaces.Selector = selector
	w := newWorld(t, m, fixtures.Now)
	w.target("shop")
	for _, name := range refusing {
		w.target(name)
		w.consent(name, "another-team")
	}
	w.settle()
	status, err := json.Marshal(w.get().Status)
	if err != nil {
		t.Fatal(err)
	}
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(w.config.Board)
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	out.WriteString(string(status) + strings.Join(w.told(), "\n"))
	for _, family := range families {
		if family.GetName() == "stakeholders_target_namespaces" {
			out.WriteString(family.String())
		}
	}
	return out.String()
}

// A namespace that the map names is told of, also if the selector picks it, and a map whose selector picks in vain
// says that.
func TestRefusalOfNamedNamespaceIsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t, targeting(), fixtures.Now)
	w.target("shop")
	w.consent("shop", "")
	w.settle()
	const want = "no namespace that the selector picks accepts the map"
	if c := meta.FindStatusCondition(w.get().Status.Conditions, v1alpha1.ConditionAuthorized); c.Reason != v1alpha1.ReasonAuthorized || !strings.Contains(c.Message, want) {
		t.Errorf("the condition is %+v", c)
	}
	w.edit(func(s *v1alpha1.StakeholderMapSpec) { s.TargetNamespaces.Names = []string{"shop"} })
	w.settle()
	c := meta.FindStatusCondition(w.get().Status.Conditions, v1alpha1.ConditionAuthorized)
	if c.Reason != v1alpha1.ReasonNamespaceRefused || !strings.Contains(c.Message, "Namespace shop does not accept maps from payments") {
		t.Errorf("the condition is %+v", c)
	}
	if got := *w.get().Status.Namespaces.Refused; got != 1 {
		t.Errorf("%d namespaces refuse", got)
	}
}

// Namespaces of Kubernetes never take part, and the map says so wherever one is left out, without advice that cannot
// work.
func TestKubernetesNamespacesAreToldApart(t *testing.T) {
	t.Parallel()
	const never, advice = "kube- namespaces belong to Kubernetes and never take part", "annotation"
	o := targetsResult{participation: participation{declared: true, unaccepted: []string{"kube-prometheus-stack"}}}
	reason, message := o.complaint("payments")
	if reason != v1alpha1.ReasonNamespaceRefused || !strings.Contains(message, "ServiceAccounts of namespace kube-prometheus-stack are left out: "+never) || strings.Contains(message, advice) {
		t.Errorf("of a ServiceAccount it says %s: %s", reason, message)
	}
	o = targetsResult{participation: participation{declared: true}}
	o.Targets = []targets.Target{{Namespace: "kube-system", State: targets.Kubernetes, Named: true}}
	if _, message := o.complaint("payments"); !strings.Contains(message, "kube-system is left out: "+never) || strings.Contains(message, advice) {
		t.Errorf("of one that is named it says: %s", message)
	}
	o.unaccepted = []string{"ledgers"}
	if _, message := o.complaint("payments"); !strings.Contains(message, advice) {
		t.Errorf("beside one that could accept it says: %s", message)
	}

	w := newWorld(t, targeting(), fixtures.Now)
	w.target("shop")
	w.target("kube-prometheus-stack")
	w.settle()
	c := meta.FindStatusCondition(w.get().Status.Conditions, v1alpha1.ConditionAuthorized)
	const want = "here and in 1 target namespace; kube-prometheus-stack left out: " + never
	if c.Reason != v1alpha1.ReasonAuthorized || !strings.Contains(c.Message, want) {
		t.Errorf("of one that is selected the condition says %+v", c)
	}
	if got := w.bound("kube-prometheus-stack", "customer"); len(got) > 0 {
		t.Errorf("%v have rights there", got)
	}
	for i := range 7 {
		o.Reserved = append(o.Reserved, string(rune('a'+i)))
	}
	if got := o.leftOut(); !strings.Contains(got, "a, b, c, d, e, and 2 more left out") || slices.Contains(strings.Split(got, ", "), "f") {
		t.Errorf("of many it says: %s", got)
	}
}
