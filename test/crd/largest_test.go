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
	"slices"
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

// known are the topics of the catalogue and of the largest policy.
func known() []string {
	var names []string
	for _, topic := range slices.Concat(topics.Catalogue(), fixtures.LargestPolicy().Topics) {
		names = append(names, topic.Name)
	}
	return names
}

func toUnstructured(t *testing.T, m *v1alpha1.StakeholderMap) *unstructured.Unstructured {
	t.Helper()
	m.Namespace = namespace
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(m)
	if err != nil {
		t.Fatal(err)
	}
	return &unstructured.Unstructured{Object: content}
}

// TestLargest makes sure that the bounds are low enough. The API server estimates CEL's cost when the CRD is installed,
// and measures it when a rule runs. A map that the schema allows must not exceed the limits. Each such map also fits
// into etcd. The duration is only logged, since it depends on the machine.
func TestLargest(t *testing.T) {
	for _, letter := range []string{"x", "店", "😀", `"`} {
		t.Run(letter, func(t *testing.T) {
			m := toUnstructured(t, fixtures.Largest(letter, known()))
			m.SetName(strings.Repeat("n", 62) + map[string]string{"x": "1", "店": "3", "😀": "4", `"`: "2"}[letter])
			content, err := json.Marshal(m)
			if err != nil {
				t.Fatal(err)
			}
			begin := time.Now()
			if _, err := client.Create(t.Context(), m, metav1.CreateOptions{FieldValidation: metav1.FieldValidationStrict}); err != nil {
				t.Fatalf("The largest map that the schema allows is refused: %.2000v", err)
			}
			t.Logf("%d bytes were accepted in %s", len(content), time.Since(begin).Round(time.Millisecond))

			if diff := cmp.Diff([]v1alpha1.FindingCode{}, codes(t, m, fixtures.LargestPolicy())); diff != "" {
				t.Errorf("The largest map has to be a valid one (-want +got):\n%s", diff)
			}
		})
	}
}

// TestTableBytes makes sure that the rule that limits the routing table gives the same sum as fixtures.TableBytes, for
// maps that are large in different ways. controllers/render makes sure that this is enough.
func TestTableBytes(t *testing.T) {
	for _, letter := range []string{"x", "😀"} {
		for shape, limit := range fixtures.LargestMaps(letter, known()) {
			checkOffline(t, toUnstructured(t, limit.Fits), nil)
			if _, err := client.Create(t.Context(), toUnstructured(t, limit.Fits), dryRun); err != nil {
				t.Errorf("The map of the most %s in %s, whose sum is %d, is refused: %.2000v", shape, letter, fixtures.TableBytes(&limit.Fits.Spec), err)
			}
			_, err := client.Create(t.Context(), toUnstructured(t, limit.TooLarge), dryRun)
			checkRefusal(t, err, rejectCase{reason: "The sum of the most " + shape + " in " + letter + " is over the limit.", field: "spec", says: saysTable})
		}
	}
}

// TestLargestUnsound makes sure that an error in the last place of the largest map is found and reported.
func TestLargestUnsound(t *testing.T) {
	m := toUnstructured(t, fixtures.Largest("x", known()))
	const field = "spec.endUsers[63].subjects[7].name"
	m.Object = put(t, m.Object, steps(field), "x\n").(object) //nolint:errcheck,forcetypeassert // put returns what it got
	begin := time.Now()
	_, err := client.Create(t.Context(), m, dryRun)
	checkOffline(t, m, err)
	t.Logf("refused in %s", time.Since(begin).Round(time.Millisecond))
	checkRefusal(t, err, rejectCase{reason: "The cost limit must suffice for the whole map.", field: field, says: saysPrintable})
}

// codes are the codes of the errors that the operator finds in a map with a policy.
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
