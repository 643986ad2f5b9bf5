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

package controlplane

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDifferences(t *testing.T) {
	type object = map[string]any
	tests := map[string]struct {
		reason        string
		before, after any
		want          []string
	}{
		"Same":    {reason: "Nothing differs.", before: object{"a": "b"}, after: object{"a": "b"}},
		"Unknown": {reason: "Unknown content is not compared.", after: object{"a": "b"}},
		"Fields": {
			reason: "Fields change, are added and are removed.",
			before: object{"a": object{"b": "old", "c": 1.0}}, after: object{"a": object{"b": "new", "d": true}},
			want: []string{`.a.b: "old" → "new"`, ".a.c: 1 → null", ".a.d: null → true"},
		},
		"Entries": {
			reason: "An entry of a list changes.",
			before: object{"a": []any{"x", object{"b": "old"}}}, after: object{"a": []any{"x", object{"b": "new"}}},
			want: []string{`.a[1].b: "old" → "new"`},
		},
		"Longer": {
			reason: "A list grows.", before: object{"a": []any{"x"}}, after: object{"a": []any{"y", "x"}}, want: []string{`.a: ["x"] → ["y","x"]`},
		},
		"Large": {
			reason: "Large values are truncated.", before: object{"a": "b"}, after: object{"a": strings.Repeat("é", 1000)},
			want: []string{`.a: "b" → "` + strings.Repeat("é", 39) + "…"},
		},
		"Many": {
			reason: "A handful is enough for a message.",
			before: object{"a": 1, "b": 1, "c": 1, "d": 1, "e": 1, "f": 1, "g": 1}, after: object{},
			want: []string{".a: 1 → null", ".b: 1 → null", ".c: 1 → null", ".d: 1 → null", ".e: 1 → null", "and 2 more fields"},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, differences(tc.before, tc.after)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}
