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

package schema

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestMistyped : a value of a wrong type is one problem in plain words.
func TestMistyped(t *testing.T) {
	t.Parallel()
	const kindMap = "StakeholderMap"
	tests := map[string]struct {
		reason, kind, object, field string
		want                        []string
	}{
		"Metadata": {"Metadata can be something else than an object.", kindMap, `"metadata":["a"]`, "metadata", []string{`must be of type object: "array"`}},
		"Text":     {"Metadata can be a text.", kindMap, `"metadata":"a"`, "metadata", []string{`must be of type object: "string"`}},
		"Enum": {
			"The values of an enum tell nothing about an object.", kindMap,
			`"metadata":{"name":"a"},"spec":{"customers":[{"subjects":[{"kind":{"a":1}}]}]}`, "spec.customers[0].subjects[0].kind", []string{`must be of type string: "object"`},
		},
		"Value": {
			"They are named for a text.", kindMap,
			`"metadata":{"name":"a"},"spec":{"customers":[{"subjects":[{"kind":"Robot"}]}]}`, "spec.customers[0].subjects[0].kind", []string{`"Robot" is not one of the values: "User", "Group", "ServiceAccount"`},
		},
		"PolicyEnum": {
			"A policy has enums, too.", "StakeholderPolicy",
			`"metadata":{"name":"default"},"spec":{"topics":[{"to":[{"a":1}]}]}`, "spec.topics[0].to[0]", []string{`must be of type string: "object"`},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			problems, err := Check(t.Context(), tc.kind, []byte(`{"apiVersion":"stakeholders.dev/v1alpha1","kind":"`+tc.kind+`",`+tc.object+`}`))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, p := range problems {
				if p.Field == tc.field {
					got = append(got, p.Message)
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}
