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

import (
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestTruncate(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ reason, in, want string }{
		"short":       {"there is nothing to cut", "abcdef", "abcdef"},
		"long":        {"the ellipsis says that there is more", "abcdefg", "abcdef…"},
		"a character": {"a character that does not fit whole goes", "abcdeü!", "abcde…"},
		"no UTF-8":    {"what is cut is UTF-8", "ab\xffdefg", "abdef…"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := Truncate(tc.in, 6); got != tc.want {
				t.Errorf("%s: %q became %q, want %q", tc.reason, tc.in, got, tc.want)
			}
		})
	}
}

func FuzzTruncate(f *testing.F) {
	f.Add("aü山\xff", 3)
	f.Fuzz(func(t *testing.T, s string, maxBytes int) {
		maxBytes = max(maxBytes, 0) % 100
		got := Truncate(s, maxBytes)
		if len(s) <= maxBytes {
			if got != s {
				t.Errorf("%q of %d bytes became %q", s, len(s), got)
			}
			return
		}
		if !utf8.ValidString(got) || len(got) > maxBytes+len(ellipsis) || !strings.HasSuffix(got, ellipsis) {
			t.Errorf("%q cut to %d bytes is %q", s, maxBytes, got)
		}
	})
}

func TestAbbreviate(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reason   string
		in, want []string
	}{
		"none":  {"there is nothing to tell", nil, []string{}},
		"all":   {"as many as there may be", []string{"a", "b", "c"}, []string{"a", "b", "c"}},
		"one":   {"one more is told by number too", []string{"a", "b", "c", "d"}, []string{"a", "b", "c", "and 1 more"}},
		"three": {"the number of the rest", []string{"a", "b", "c", "d", "e", "f"}, []string{"a", "b", "c", "and 3 more"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tc.want, Abbreviate(tc.in, 3)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
			if len(tc.in) > 3 && tc.in[3] != "d" {
				t.Errorf("the list itself was changed to %q", tc.in)
			}
		})
	}
}

func TestAbbreviateFunc(t *testing.T) {
	t.Parallel()
	calls := 0
	got := AbbreviateFunc([]int{1, 2, 3, 4}, 2, func(n int) string { calls++; return strconv.Itoa(n) })
	if diff := cmp.Diff([]string{"1", "2", "and 2 more"}, got); diff != "" || calls != 2 {
		t.Errorf("%d texts were made (-want +got):\n%s", calls, diff)
	}
}
