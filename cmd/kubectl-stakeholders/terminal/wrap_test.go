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

package terminal_test

import (
	"testing"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/terminal"
)

func TestWrap(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		reason, text, want string
		width              int
	}{
		{"a line that fits", "one two", "  one two", 9},
		{"a break at the width", "one two", "  one\n  two", 8},
		{"a word that is too long", "a https://example.com b", "  a\n  https://example.com\n  b", 8},
		{"characters, not bytes", "ää öö", "  ää öö", 7},
		{"nothing", " \n ", "", 80},
		{"spaces of a name", `a "b  c"`, "  a \"b  c\"", 80},
		{"line breaks are spaces", "a\nb", "  a b", 80},
	} {
		if got := terminal.Wrap(tt.text, tt.width, "  "); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.reason, got, tt.want)
		}
	}
}
