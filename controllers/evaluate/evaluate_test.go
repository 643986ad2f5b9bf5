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

package evaluate_test

import (
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/evaluate"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// namespaces is a Source of namespaces by name.
type namespaces map[string]metav1.Object

func (n namespaces) ByName(name string) (metav1.Object, error) { return n[name], nil }

func (n namespaces) ByKey(string, func(metav1.Object)) error { return nil }

// TestConsent has a namespace that accepts the map and one that does not. Only the first takes part, and only its
// ServiceAccounts are in the table. The findings are about the map as it is declared.
func TestConsent(t *testing.T) {
	t.Parallel()
	m := fixtures.Minimal()
	m.Spec.TargetNamespaces.Names = []string{"accepts", "refuses"}
	m.Spec.EndUsers[0].Subjects = []v1alpha1.Subject{fixtures.ServiceAccount("accepts", "ledger"), fixtures.ServiceAccount("refuses", "spy")}
	e, err := evaluate.Map(m, nil, namespaces{
		"accepts": &metav1.ObjectMeta{Name: "accepts", Annotations: map[string]string{v1alpha1.AcceptMapsFrom: "payments"}},
		"refuses": &metav1.ObjectMeta{Name: "refuses"},
	}, fixtures.Now)
	if err != nil {
		t.Fatal(err)
	}
	_, document, err := e.Table()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(document, "ledger") || strings.Contains(document, "spy") {
		t.Errorf("the table does not follow the consent: %s", document)
	}
	if got := e.Targets.Accepted(); len(got) != 1 || got[0] != "accepts" || !e.Targets.Copies()["accepts"] || len(e.Unaccepted) != 1 {
		t.Errorf("accepted are %v, copies %v, unaccepted %v", got, e.Targets.Copies(), e.Unaccepted)
	}
	if e.IsInvalid() {
		t.Errorf("the map is invalid: %v", e.Findings)
	}
}

// TestCases evaluates the map of every rule.
func TestCases(t *testing.T) {
	t.Parallel()
	for _, tc := range fixtures.Cases() {
		e, err := evaluate.Map(tc.Map(), tc.Policy, namespaces{}, fixtures.Now)
		if err != nil {
			t.Fatal(err)
		}
		if len(e.Findings) != len(tc.Want) {
			t.Errorf("%s: %d findings, want %d: %v", tc.Name, len(e.Findings), len(tc.Want), e.Findings)
		}
	}
}
