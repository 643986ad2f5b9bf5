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
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/visible"
)

func TestName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"cfo@acme.example":   "cfo@acme.example",
		"payments/ledger.v2": "payments/ledger.v2",
		"oidc:acme/board#1":  "oidc:acme/board#1",
		"山田":                 "山田",
		"":                   `""`,
		"Zoë Müller":         `"Zoë Müller"`,
		"CN=Buyers,OU=acme":  `"CN=Buyers,OU=acme"`,
		"eve, Group board got the rights of customer: the map was edited": `"eve, Group board got the rights of customer: the map was edited"`,
		`a"; b`:                   `"a\"; b"`,
		"a\u3164b":                `"a\u3164b"`,
		"a\nb":                    `"a\nb"`,
		"cut…":                    `"cut…"`,
		strings.Repeat("x", 70):   strings.Repeat("x", 64) + "…",
		strings.Repeat("x y", 30): `"` + strings.Repeat("x y", 21) + `x…"`,
	} {
		if got := Name(name, 64); got != want {
			t.Errorf("%q stands in a sentence as %s, want %s", name, got, want)
		}
	}
}

func FuzzQuote(f *testing.F) {
	f.Add("a\"\nb\u2028\u3164\x1b\xff", 7)
	f.Fuzz(func(t *testing.T, s string, maxBytes int) {
		maxBytes = max(maxBytes, 0) % 100
		for what, shown := range map[string]string{"name": Name(s, maxBytes), "quote": Quote(s, maxBytes)} {
			if !utf8.ValidString(shown) || len(shown) > maxBytes+len(ellipsis)+len(`""`) {
				t.Errorf("%q as a %s of %d bytes is %q", s, what, maxBytes, shown)
			}
			if strings.ContainsFunc(shown, func(r rune) bool { return !unicode.IsPrint(r) || !visible.Rune(r) }) {
				t.Errorf("%q as a %s is %q, which holds what cannot be seen", s, what, shown)
			}
			quoted := strings.HasPrefix(shown, `"`)
			if what == "quote" && !quoted || quoted && strings.Contains(strings.NewReplacer(`\\`, "", `\"`, "").Replace(shown[1:len(shown)-1]), `"`) {
				t.Errorf("%q as a %s is %s, and what follows can pass for a part of it", s, what, shown)
			}
			if !quoted && strings.ContainsAny(shown, " ,;\"") {
				t.Errorf("%q as a %s is %s", s, what, shown)
			}
		}
	})
}
