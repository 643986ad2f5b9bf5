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

package schema_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/schema"
)

// TestLongLists proves that an object with far too many items, or fields that do not exist, is answered by a bounded number of
// problems. Without the bound, checking so many items takes hours.
func TestLongLists(t *testing.T) {
	t.Parallel()
	const start = `{"apiVersion":"stakeholders.dev/v1alpha1","kind":"StakeholderMap","metadata":{"name":"checkout"},"spec":{`
	tests := map[string]struct{ spec, field string }{
		"Items":  {`"customers":[{}` + strings.Repeat(",{}", 100_000) + "]", "spec.customers"},
		"Nested": {`"customers":[{"subjects":[{}` + strings.Repeat(",{}", 100_000) + "]}]", "spec.customers[0].subjects"},
		"Fields": {`"a":1` + fields(100_000), "spec.a"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			problems, err := schema.Check(t.Context(), "StakeholderMap", []byte(start+tc.spec+"}}"))
			if err != nil {
				t.Fatal(err)
			}
			if n := len(problems); n > 501 {
				t.Errorf("%d problems", n)
			}
			for _, p := range problems {
				if p.Field == tc.field {
					return
				}
			}
			t.Errorf("none of the problems is that of %s: %v", tc.field, problems)
		})
	}
}

func fields(n int) string {
	var out strings.Builder
	for i := range n {
		out.WriteString(`,"f` + strconv.Itoa(i) + `":1`)
	}
	return out.String()
}

// TestMetadataOfTheServer proves that fields which the API server sets itself are not checked: kubectl get prints them.
func TestMetadataOfTheServer(t *testing.T) {
	t.Parallel()
	const request = `{"apiVersion":"stakeholders.dev/v1alpha1","kind":"StakeholderRequest","spec":{"map":"checkout","topic":"release","title":"1.4","requestedBy":"ann"},
		"metadata":{"name":"r1","generation":-1,"managedFields":[{"operation":"Foo"}]}}`
	problems, err := schema.Check(t.Context(), "StakeholderRequest", []byte(request))
	if err != nil || len(problems) > 0 {
		t.Errorf("%v %v", problems, err)
	}
}
