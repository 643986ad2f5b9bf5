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
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

func TestExceeded(t *testing.T) {
	t.Parallel()
	const kindMap, kindPolicy = "StakeholderMap", "StakeholderPolicy"
	list := func(n int) string { return "[{}" + strings.Repeat(",{}", n-1) + "]" }
	tests := map[string]struct {
		reason, kind, spec string
		want               *Problem
	}{
		"Fits":    {"A list may be full.", kindMap, `"customers":` + list(32), nil},
		"Items":   {"A list may not be longer.", kindMap, `"customers":` + list(33), &Problem{Field: "spec.customers", Message: "must have at most 32 items", TooMany: true}},
		"Nested":  {"Also in another list.", kindMap, `"endUsers":[{"subjects":` + list(9) + `}]`, &Problem{Field: "spec.endUsers[0].subjects", Message: "must have at most 8 items", TooMany: true}},
		"Text":    {"Characters count, and not bytes.", kindMap, `"productOwner":{"name":"` + strings.Repeat("ä", 63) + `"}`, nil},
		"Long":    {"A text may not be longer.", kindMap, `"productOwner":{"name":"` + strings.Repeat("ä", 64) + `"}`, &Problem{Field: "spec.productOwner.name", Message: "may not be more than 63 characters"}},
		"Mapping": {"A mapping may not be larger.", kindMap, `"targetNamespaces":{"selector":{"matchLabels":{"a":"b"` + fieldsOf(16) + `}}}`, &Problem{Field: "spec.targetNamespaces.selector.matchLabels", Message: "must have at most 16 items", TooMany: true}},
		"Unknown": {"What the schema does not have is not evaluated.", kindMap, `"x":` + list(1000), nil},
		"Type":    {"A wrong type is another problem.", kindMap, `"customers":"` + strings.Repeat("x", 1000) + `"`, nil},
		"Policy":  {"A policy has bounds, too.", kindPolicy, `"topics":` + list(9), &Problem{Field: "spec.topics", Message: "must have at most 8 items", TooMany: true}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := Exceeded(tc.kind, []byte(`{"spec":{`+tc.spec+`}}`))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
	largest, err := json.Marshal(fixtures.Largest("x", nil))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := Exceeded(kindMap, largest); got != nil || err != nil {
		t.Errorf("the largest map that the API server accepts: %v %v", got, err)
	}
}

func fieldsOf(n int) string {
	var out strings.Builder
	for i := range n {
		fmt.Fprintf(&out, `,"f%d":"1"`, i)
	}
	return out.String()
}
