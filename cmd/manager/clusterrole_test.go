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

package main

import (
	"errors"
	"testing"
)

func TestCheckClusterRole(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		installed string
		want      error
	}{
		"not renamed":             {installed: "stakeholders-customer"},
		"outside of a cluster":    {},
		"namePrefix":              {installed: "acme-stakeholders-customer", want: errRenamed},
		"nameSuffix":              {installed: "stakeholders-customer-v2", want: errRenamed},
		"another role's, by hand": {installed: "stakeholders-end-user", want: errRenamed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := checkClusterRole(tc.installed); !errors.Is(got, tc.want) {
				t.Errorf("checkClusterRole(%q) is %v, want %v", tc.installed, got, tc.want)
			}
		})
	}
}
