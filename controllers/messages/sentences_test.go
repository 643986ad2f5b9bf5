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

package messages

import "testing"

func TestCount(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{0: "0 parties", 1: "1 party", 2: "2 parties"} {
		if got := Count(n, "party", "parties"); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestAndOr(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		reason  string
		items   []string
		and, or string
	}{
		{"nothing to join", nil, "", ""},
		{"one stands alone", []string{"a"}, "a", "a"},
		{"no comma between two", []string{"a", "b"}, "a and b", "a or b"},
		{"as many as there may be", []string{"a", "b", "c"}, "a, b and c", "a, b or c"},
		{"and counts the rest", []string{"a", "b", "c", "d", "e"}, "a, b, c and 2 more", "a, b, c, d or e"},
	} {
		if got := And(tt.items, 3); got != tt.and {
			t.Errorf("%s: got %q, want %q", tt.reason, got, tt.and)
		}
		if got := Or(tt.items); got != tt.or {
			t.Errorf("%s: got %q, want %q", tt.reason, got, tt.or)
		}
		if len(tt.items) > 3 && tt.items[3] != "d" {
			t.Errorf("%s: the list itself was changed to %q", tt.reason, tt.items)
		}
	}
}
