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
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/terminal"
)

func TestEscape(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ reason, text, line, lines string }{
		{"What is visible stays.", "Grüße, 世界 🙂", "Grüße, 世界 🙂", "Grüße, 世界 🙂"},
		{"Nothing.", "", "", ""},
		{"An escape sequence is shown.", "a\x1b[31mb", `a\x1b[31mb`, `a\x1b[31mb`},
		{"A line break would forge a line.", "a\nb", `a\nb`, "a\nb"},
		{"Windows ends lines with two characters.", "a\r\nb\r\n", `a\r\nb\r\n`, "a\nb\n"},
		{"A carriage return would overwrite the line.", "a\rb", `a\rb`, `a\rb`},
		{"A tab would shift columns.", "a\tb", `a\tb`, `a\tb`},
		{"Text that is reordered.", "a\u202eb", `a\u202eb`, `a\u202eb`},
		{"Text that is hidden.", "a\u200bb", `a\u200bb`, `a\u200bb`},
		{"A control character of the second set.", "a\u009bb", `a\u009bb`, `a\u009bb`},
		{"No UTF-8.", "a\xffb\x05", `a\xffb\x05`, `a\xffb\x05`},
	} {
		if diff := cmp.Diff([]string{tc.line, tc.lines}, []string{terminal.Escape(tc.text), terminal.EscapeLines(tc.text)}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
		}
	}
}

func TestPaint(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		reason     string
		color      bool
		text, want string
	}{
		{"With colour.", true, "yes", "\x1b[32myes\x1b[0m"},
		{"Without.", false, "yes", "yes"},
		{"Nothing has no colour.", true, "", ""},
	} {
		term := &terminal.Terminal{Color: tc.color}
		if got := term.Paint(terminal.Green, tc.text); got != tc.want {
			t.Errorf("%s got %q, want %q", tc.reason, got, tc.want)
		}
	}
}

func TestColumns(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		reason string
		header []string
		parts  [][][]string
		want   string
	}{
		{"The header counts, and so do characters and not bytes.", []string{"NAME", "X"}, [][][]string{{{"ä", "b"}}}, "NAME   X\nä      b\n"},
		{"Without a header.", nil, [][][]string{{{"a", "b"}, {"long", "c"}}}, "a      b\nlong   c\n"},
		{"Columns stay as wide as in the first part.", []string{"N", "X"}, [][][]string{{{"long", "b"}}, {{"a", "c"}}}, "N      X\nlong   b\na      c\n"},
		{"They grow.", nil, [][][]string{{{"a", "b"}}, {{"long", "c"}}, {{"d", "e"}}}, "a   b\nlong   c\nd      e\n"},
		{"Cells are escaped, and empty ones are visible.", nil, [][][]string{{{"\x1b", ""}}}, `\x1b   -` + "\n"},
	} {
		var out strings.Builder
		columns := terminal.Columns{Header: tc.header}
		for _, rows := range tc.parts {
			if err := columns.Write(&out, rows); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(tc.want, out.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
		}
	}
}
