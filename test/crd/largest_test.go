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

package crd

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/topics"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// largest is a sound map that is as large as the schema allows.
func largest(t *testing.T, letter string) *unstructured.Unstructured {
	t.Helper()
	var names []string
	for _, topic := range topics.Catalogue() {
		names = append(names, topic.Name)
	}
	for _, topic := range fixtures.LargestPolicy().Topics {
		names = append(names, topic.Name)
	}
	m := fixtures.Largest(letter, names)
	m.Namespace = namespace
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(m)
	if err != nil {
		t.Fatal(err)
	}
	return &unstructured.Unstructured{Object: content}
}

// TestLargest makes sure that the bounds are low enough: CEL's budgets are estimated when the CRD is
// installed and metered when a rule runs, and a map that the schema allows must not exceed them. How
// long it takes is logged only, since it depends on the machine.
//
// In letters of one byte the map fits into etcd too, so it is really created. In letters of three bytes
// it does not, whose limit is 1.5 MiB, and is only created for show; in letters of four it would not even
// fit into a request, whose limit is 3 MB.
func TestLargest(t *testing.T) {
	for _, tc := range []struct {
		name, letter string
		options      metav1.CreateOptions
	}{
		{"Stored", "x", metav1.CreateOptions{FieldValidation: metav1.FieldValidationStrict}},
		{"ForShow", "店", dryRun},
	} {
		t.Run(tc.name, func(t *testing.T) {
			m := largest(t, tc.letter)
			m.SetName(strings.ToLower(tc.name) + name63[len(tc.name):])
			content, err := json.Marshal(m)
			if err != nil {
				t.Fatal(err)
			}
			begin := time.Now()
			if _, err := client.Create(t.Context(), m, tc.options); err != nil {
				t.Fatalf("The largest map that the schema allows is refused: %.2000v", err)
			}
			t.Logf("%d bytes were accepted in %s", len(content), time.Since(begin).Round(time.Millisecond))

			if diff := cmp.Diff([]v1alpha1.FindingCode{}, codes(t, m, fixtures.LargestPolicy())); diff != "" {
				t.Errorf("The largest map has to be a sound one (-want +got):\n%s", diff)
			}
		})
	}
}

// TestLargestClaims fills every list of handles with claims of one system: the rule that no two are the same compares each with
// each, and their names and values differ in the last letter only.
func TestLargestClaims(t *testing.T) {
	m := largest(t, "x")
	claims := many(16, func(i int) any {
		last := string(rune('a' + i))
		return object{"system": "kargo", "claim": strings.Repeat("c", 63) + last, "value": name253[:252] + last}
	})
	fill := func(path string) {
		m.Object = put(t, m.Object, steps(path), claims).(object) //nolint:errcheck,forcetypeassert // put returns what it got
	}
	for i := range 32 {
		fill("spec.customers[" + strconv.Itoa(i) + "].handles")
	}
	for i := range 64 {
		fill("spec.endUsers[" + strconv.Itoa(i) + "].handles")
	}
	fill("spec.productOwner.handles")
	fill("spec.developmentTeam.handles")
	begin := time.Now()
	if _, err := client.Create(t.Context(), m, dryRun); err != nil {
		t.Fatalf("The largest map is refused if its handles are claims: %.2000v", err)
	}
	t.Logf("accepted in %s", time.Since(begin).Round(time.Millisecond))
}

// TestLargestUnsound makes sure that a mistake in the last place of the largest map is found, and is
// what is reported.
func TestLargestUnsound(t *testing.T) {
	m := largest(t, "x")
	const field = "spec.endUsers[63].subjects[7].name"
	m.Object = put(t, m.Object, steps(field), name253[:252]+"\n").(object) //nolint:errcheck,forcetypeassert // put returns what it got
	begin := time.Now()
	_, err := client.Create(t.Context(), m, dryRun)
	t.Logf("refused in %s", time.Since(begin).Round(time.Millisecond))
	checkRefusal(t, err, rejectCase{reason: "The budget must last to the end of the map.", field: field, says: saysPrintable})
}

// codes are those of the errors that the operator finds in a map by a policy.
func codes(t *testing.T, m *unstructured.Unstructured, policy *v1alpha1.StakeholderPolicySpec) []v1alpha1.FindingCode {
	t.Helper()
	var typed v1alpha1.StakeholderMap
	if err := runtime.DefaultUnstructuredConverter.FromUnstructuredWithValidation(m.Object, &typed, true); err != nil {
		t.Fatal(err)
	}
	all := []v1alpha1.FindingCode{}
	for _, finding := range validate.Map(&typed, policy, fixtures.Now) {
		if finding.Level == v1alpha1.LevelError {
			all = append(all, finding.Code)
		}
	}
	return all
}
