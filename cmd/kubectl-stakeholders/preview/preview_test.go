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

package preview_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/preview"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

func namespace(name, accepts string, labels map[string]string) *metav1.ObjectMeta {
	return &metav1.ObjectMeta{Name: name, Labels: labels, Annotations: map[string]string{v1alpha1.AcceptMapsFrom: accepts}}
}

// objectsOf returns what a preview has, as "Kind namespace/name".
func objectsOf(t *testing.T, p *preview.Product) []string {
	t.Helper()
	objects, err := p.Objects()
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, object := range objects {
		out = append(out, object.GetObjectKind().GroupVersionKind().Kind+" "+object.GetNamespace()+"/"+object.GetName())
	}
	return out
}

// TestTargets has namespaces that accept the map, refuse it, do not exist, and are not known.
func TestTargets(t *testing.T) {
	t.Parallel()
	m := fixtures.Minimal()
	m.Spec.TargetNamespaces.Names = []string{"accepts", "refuses", "absent", "unknown", "kube-system"}
	m.Spec.TargetNamespaces.Selector = &v1alpha1.NamespaceSelector{MatchLabels: map[string]v1alpha1.LabelValue{"product": "checkout"}}
	m.Spec.EndUsers[0].Subjects = append(m.Spec.EndUsers[0].Subjects, fixtures.ServiceAccount("refuses", "ledger"))
	labels := map[string]string{"product": "checkout"}
	world := &preview.World{
		Namespaces: map[string]metav1.Object{
			"accepts": namespace("accepts", "others, payments", nil), "refuses": namespace("refuses", "others", nil),
			"selected": namespace("selected", "*", labels), "silent": namespace("silent", "", labels),
		},
		Absent: map[string]bool{"absent": true},
	}
	p, err := world.Product(m, fixtures.Now)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"accepts", "selected", "unknown"}, p.Namespaces); diff != "" {
		t.Errorf("namespaces (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"unknown"}, p.Assumed); diff != "" {
		t.Errorf("assumed (-want +got):\n%s", diff)
	}
	if strings.Contains(p.Document, "ledger") {
		t.Error("a ServiceAccount takes part without the consent of its namespace")
	}
	want := []string{
		"ConfigMap payments/checkout-routing",
		"Role payments/stakeholders:checkout:customer", "RoleBinding payments/stakeholders:checkout:customer",
		"Role payments/stakeholders:checkout:end-user", "RoleBinding payments/stakeholders:checkout:end-user",
		"Role payments/stakeholders:checkout:product-owner", "RoleBinding payments/stakeholders:checkout:product-owner",
		"RoleBinding accepts/stakeholders:target:payments:checkout:customer", "RoleBinding accepts/stakeholders:target:payments:checkout:end-user",
		"RoleBinding accepts/stakeholders:target:payments:checkout:product-owner", "ConfigMap accepts/payments.checkout.routing",
		"RoleBinding selected/stakeholders:target:payments:checkout:customer", "RoleBinding selected/stakeholders:target:payments:checkout:end-user",
		"RoleBinding selected/stakeholders:target:payments:checkout:product-owner",
		"RoleBinding unknown/stakeholders:target:payments:checkout:customer", "RoleBinding unknown/stakeholders:target:payments:checkout:end-user",
		"RoleBinding unknown/stakeholders:target:payments:checkout:product-owner", "ConfigMap unknown/payments.checkout.routing",
	}
	if diff := cmp.Diff(want, objectsOf(t, p)); diff != "" {
		t.Errorf("objects (-want +got):\n%s", diff)
	}
}

// TestOwner has a map with and without a UID.
func TestOwner(t *testing.T) {
	t.Parallel()
	for _, uid := range []types.UID{"", "8f8d3b1e"} {
		m := fixtures.Minimal()
		m.UID = uid
		p, err := (&preview.World{}).Product(m, fixtures.Now)
		if err != nil {
			t.Fatal(err)
		}
		objects, err := p.Objects()
		if err != nil {
			t.Fatal(err)
		}
		for _, object := range objects {
			_, annotated := object.GetAnnotations()["stakeholders.dev/map-uid"]
			if owned := len(object.GetOwnerReferences()) > 0; owned != (uid != "") || annotated != owned {
				t.Errorf("UID %q: %s has owner references %v and annotations %v", uid, object.GetName(), object.GetOwnerReferences(), object.GetAnnotations())
			}
		}
	}
}

// TestCases previews the map of every rule. Something is in force exactly if no error is found.
func TestCases(t *testing.T) {
	t.Parallel()
	for _, tc := range fixtures.Cases() {
		world := &preview.World{Policy: tc.Policy}
		p, err := world.Product(tc.Map(), fixtures.Now)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(objectsOf(t, p)) > 0; got == p.IsInvalid() || validate.HasErrors(p.Findings) != p.IsInvalid() {
			t.Errorf("%s: objects %t, invalid %t with %v", tc.Name, got, p.IsInvalid(), validate.Errors(p.Findings))
		}
	}
}

// TestArgoCD has a project that accepts the map, one that refuses it, and one that is not known.
func TestArgoCD(t *testing.T) {
	t.Parallel()
	enabled := &v1alpha1.StakeholderPolicySpec{}
	enabled.Outputs.ArgoCD = v1alpha1.ArgoCDOutput{Namespace: "argocd", Customers: []v1alpha1.ArgoCDAction{v1alpha1.ArgoCDSync}}
	project := func(accepts string) map[types.NamespacedName]metav1.Object {
		return map[types.NamespacedName]metav1.Object{{Namespace: "argocd", Name: "shop"}: namespace("shop", accepts, nil)}
	}
	tests := map[string]struct {
		reason string
		world  preview.World
		want   bool
		note   string
	}{
		"Disabled": {"the policy decides", preview.World{}, false, "does not enable"},
		"Accepts":  {"the project accepts the map", preview.World{Policy: enabled, Projects: project("payments")}, true, ""},
		"Refuses":  {"the project refuses the map", preview.World{Policy: enabled, Projects: project("others")}, false, "does not accept maps from payments"},
		"Unknown":  {"no file has the project", preview.World{Policy: enabled}, true, "is assumed to accept payments/checkout"},
		"Taken": {
			"a group means something in another key", preview.World{
				Policy: enabled, Projects: project("*"), ArgoCDKeys: map[string]string{"policy.csv": "g, eve, acme:cashiers\n"},
			}, false, `group "acme:cashiers" of payments/checkout`,
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := fixtures.Minimal()
			m.Spec.Product.ArgoCDProject = "shop"
			p, err := tc.world.Product(m, fixtures.Now)
			if err != nil {
				t.Fatal(err)
			}
			configMap, notes, err := tc.world.ArgoCD([]*preview.Product{p})
			if err != nil {
				t.Fatal(err)
			}
			if got := configMap != nil && strings.Contains(configMap.Data["policy.stakeholders.csv"], "acme:cashiers"); got != tc.want {
				t.Errorf("%s: the key is written: %t", tc.reason, got)
			}
			if said := strings.Join(notes, "\n"); !strings.Contains(said, tc.note) || tc.note == "" && said != "" {
				t.Errorf("%s: the notes are %q", tc.reason, said)
			}
		})
	}
}
