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

package rbaccsv

import "testing"

// TestVerify uses lines that no valid name causes: verify protects Argo CD from bugs elsewhere.
func TestVerify(t *testing.T) {
	member := []string{"g", "acme:board", "role:x"}
	cases := map[string]struct {
		reason  string
		text    string
		records [][]string
		ok      bool
	}{
		"written":       {"it is what is meant", "g,acme:board,role:x\n", [][]string{member}, true},
		"nothing":       {"there is nothing to say", "", nil, true},
		"other name":    {"another subject would be meant", "g,acme:boards,role:x\n", [][]string{member}, false},
		"one less":      {"a subject would be forgotten", "g,acme:board,role:x\n", [][]string{member, member}, false},
		"one more":      {"a subject would be added", "g,acme:board,role:x\n" + "g,acme:board,role:x\n", [][]string{member}, false},
		"two lines":     {"Argo CD reads each line by itself", "g,\"acme:\nboard\",role:x\n", [][]string{{"g", "acme:\nboard", "role:x"}}, false},
		"a space":       {"Argo CD trims lines", "g,acme:board,role:x \n", [][]string{{"g", "acme:board", "role:x "}}, false},
		"a comment":     {"Argo CD passes it over", "#g,acme:board,role:x\n", [][]string{{"#g", "acme:board", "role:x"}}, false},
		"a quote":       {"Argo CD gives up over it", "g,acme\"board,role:x\n", [][]string{{"g", "acme\"board", "role:x"}}, false},
		"an empty line": {"a reader passes it over", "\ng,acme:board,role:x\n", [][]string{member}, false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if err := verify(tc.text, tc.records); (err == nil) != tc.ok {
				t.Errorf("%s: %q read back: %v", tc.reason, tc.text, err)
			}
		})
	}
}
