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

import "testing"

func TestCheckVersion(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason  string
		version string
		fails   bool
	}{
		"Oldest":       {reason: "It is supported.", version: "v1.36.0"},
		"Distribution": {reason: "Distributions add text to the version.", version: "v1.36.3-gke.100+k3s1"},
		"NextMajor":    {reason: "Versions are numbers, not text.", version: "v2.0.0"},
		"TooOld":       {reason: "The operator's policies need what 1.36 has.", version: "v1.35.9", fails: true},
		"MuchTooOld":   {reason: "Versions are numbers, not text.", version: "v1.4.0", fails: true},
		"NoVersion":    {reason: "An API server of another kind is refused.", version: "unknown", fails: true},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if err := checkVersion(tc.version); (err != nil) != tc.fails {
				t.Errorf("%s checkVersion(%q): %v", tc.reason, tc.version, err)
			}
		})
	}
}
