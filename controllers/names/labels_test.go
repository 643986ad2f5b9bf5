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

package names_test

import (
	"maps"
	"testing"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

// Other tools write app.kubernetes.io/managed-by, so its value is no drift.
func TestManagedByDecidesNothing(t *testing.T) {
	t.Parallel()
	wanted := names.Owner{Namespace: "payments", Name: "checkout"}.Labels(names.RoleCustomer)
	for name, tc := range map[string]struct {
		key, value string
		want       bool
	}{
		"Untouched":  {names.LabelMap, "checkout", true},
		"ManagedBy":  {names.LabelManagedBy, "Helm", true},
		"AnotherMap": {names.LabelMap, "other", false},
		"InBackups":  {names.LabelExclude, "", false},
		"NoRole":     {names.LabelRole, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			have := maps.Clone(wanted)
			have[tc.key] = tc.value
			if got := names.HasLabels(func(key string) string { return have[key] }, wanted); got != tc.want {
				t.Errorf("with %s=%q it has our labels: %t, want %t", tc.key, tc.value, got, tc.want)
			}
		})
	}
}
