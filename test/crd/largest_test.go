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
	"fmt"
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
)

// largest is a sound map that is as large as the schema allows: every list is full, and every text is as
// long as it may be, filled up with letter where any alphabet will do and with x elsewhere.
func largest(t *testing.T, letter string) *unstructured.Unstructured {
	t.Helper()
	// filled begins differently for each i, so that no two texts are the same.
	filled := func(letter, prefix string, i, length int) string {
		start := fmt.Sprintf("%s%d-", prefix, i)
		return start + strings.Repeat(letter, length-len(start))
	}
	padded := func(prefix string, i, length int) string { return filled("x", prefix, i, length) }
	line := strings.Repeat(letter, 128)
	subjects := func(prefix string, from, n int) list {
		return many(n, func(i int) any { return user(filled(letter, prefix, from+i, 253)) })
	}
	handles := many(16, func(i int) any {
		if i == 0 {
			// The longest expression of all is that of addresses.
			return object{"system": "email", "value": padded("a", i, 240) + "@acme.example"}
		}
		return object{"system": padded("s", i, 32), "value": filled(letter, "v", i, 253)}
	})

	var names list
	for _, topic := range topics.Catalogue() {
		names = append(names, topic.Name)
	}
	own := many(64, func(i int) any {
		return object{
			"name": padded("t", i, 63), "class": "Approval",
			"to": texts("Customer", "ProductOwner"), "cc": texts("EndUser", "DevelopmentTeam"),
			"decidedBy": texts("Customer", "ProductOwner"), "quorum": object{"mode": "AtLeast", "count": int64(33)},
			"respondWithin": "99999h99999m99999s", "escalateTo": texts("Customer", "ProductOwner"),
		}
	})
	for _, topic := range own {
		names = append(names, topic.(object)["name"]) //nolint:errcheck,forcetypeassert // made above
	}
	crowd := func(prefix string, n int) list {
		return many(n, func(i int) any {
			return object{
				"name": padded(prefix, i, 63), "displayName": line, "organization": line,
				"subjects": subjects(prefix, 8*i, 8), "handles": handles, "topics": names,
			}
		})
	}
	return edited(t, edits{
		"spec": object{
			"product":         object{"displayName": line, "description": strings.Repeat(letter, 1024), "market": "Internal"},
			"engagement":      "ProductOwner",
			"customers":       crowd("customer", 32),
			"endUsers":        crowd("user", 64),
			"productOwner":    object{"name": padded("po", 0, 63), "displayName": line, "subjects": subjects("po", 0, 8), "handles": handles},
			"developmentTeam": object{"subjects": subjects("dev", 0, 64), "handles": handles},
			"acknowledgedOverlaps": many(64, func(i int) any {
				return object{"kind": "User", "name": filled(letter, "customer", i, 253), "reason": strings.Repeat(letter, 256)}
			}),
			"topics": own,
		},
	})
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

			if diff := cmp.Diff([]v1alpha1.FindingCode{}, codes(t, m)); diff != "" {
				t.Errorf("The largest map has to be a sound one (-want +got):\n%s", diff)
			}
		})
	}
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

// codes are those of what the operator finds wrong with a map.
func codes(t *testing.T, m *unstructured.Unstructured) []v1alpha1.FindingCode {
	t.Helper()
	var typed v1alpha1.StakeholderMap
	if err := runtime.DefaultUnstructuredConverter.FromUnstructuredWithValidation(m.Object, &typed, true); err != nil {
		t.Fatal(err)
	}
	findings := validate.Map(&typed)
	all := make([]v1alpha1.FindingCode, 0, len(findings))
	for _, finding := range findings {
		all = append(all, finding.Code)
	}
	return all
}
