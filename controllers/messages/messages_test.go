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
	"errors"
	"strings"
	"testing"
	"unicode"
)

func TestOneLine(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ reason, in, want string }{
		"one line":        {"what is one line stays as it is", "Namespace a is being deleted", "Namespace a is being deleted"},
		"joined errors":   {"errors.Join puts each on its own line", errors.Join(errors.New("a"), errors.New("b")).Error(), "a; b"},
		"a heading":       {"a colon before a line break goes on", "denied:\n\t* first\n\t* second\n", "denied: * first; * second"},
		"a semicolon":     {"two separators would be one too many", "a;\nb", "a; b"},
		"other breaks":    {"every line break that some program knows is one", "a\r\nb\vc\fd\u0085e\u2028f\u2029g", "a; b; c; d; e; f; g"},
		"blank lines":     {"nothing stands between two breaks", "\n\n a \n \n b \n", "a; b"},
		"a tab":           {"a tab is a space", "a\tb", "a b"},
		"an escape":       {"a terminal would obey it", "a\x1b[2Jb", `a\x1b[2Jb`},
		"a bidi control":  {"it would show what follows in another order", "a\u202eb", `a\u202eb`},
		"no UTF-8":        {"a condition holds UTF-8 only", "a\xffb", "a\ufffdb"},
		"other languages": {"letters and signs of all scripts stay", "Größe – 猫 🎉", "Größe – 猫 🎉"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := OneLine(tc.in); got != tc.want {
				t.Errorf("%s: %q became %q, want %q", tc.reason, tc.in, got, tc.want)
			}
		})
	}
}

func TestJoin(t *testing.T) {
	t.Parallel()
	if got, want := Join("", "a\nb", "\n", "c"), "a; b; c"; got != want {
		t.Errorf("joined to %q, want %q", got, want)
	}
}

func FuzzOneLine(f *testing.F) {
	f.Add("a\nb\u2028\x1b\xff")
	f.Fuzz(func(t *testing.T, s string) {
		line := OneLine(s)
		if strings.ContainsFunc(line, func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Errorf("%q became %q, which holds what cannot be seen", s, line)
		}
		if again := OneLine(line); again != line {
			t.Errorf("%q became %q, and that %q", s, line, again)
		}
	})
}
