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
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/terminal"
)

func TestFit(t *testing.T) {
	t.Parallel()
	title := "Grüße: a title of so many words that no line has room for all of them"
	cases := map[string]struct {
		reason, request, due string
		width                int
		want                 string
	}{
		"fits":    {"a table that fits stays as it is", "r1", "in 3h", 120, title},
		"exactly": {"no character more than needed is lost", "r1", "in 3h", 5 + utf8.RuneCountInString(title) + 3 + 5, title},
		"one more": {
			"the cell that is too long by one is shortened", "r1", "in 3h", 5 + utf8.RuneCountInString(title) + 3 + 4,
			"Grüße: a title of so many words that no line has room for all of th…",
		},
		"narrow":   {"a table in a usual terminal", "payments/checkout-release-x7k2p", "overdue 47h", 60, "Grüße: a ti…"},
		"too wide": {"something of the title stays, also if the table is too wide then", strings.Repeat("r", 100), "in 3h", 80, "Grüße: a …"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			table := &terminal.Table{Header: []string{"R", "TITLE", "DUE"}}
			table.Add(tc.request, title, tc.due)
			table.Add("x", "short", "")
			table.Fit(tc.width, 1)
			if diff := cmp.Diff([]string{tc.want, "short"}, []string{table.Rows[0][1], table.Rows[1][1]}); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
			var out strings.Builder
			if err := table.Write(&out, false); err != nil {
				t.Fatal(err)
			}
			for line := range strings.SplitSeq(out.String(), "\n") {
				if n := utf8.RuneCountInString(line); n > tc.width && name != "too wide" {
					t.Errorf("%s: a line has %d characters: %q", tc.reason, n, line)
				}
			}
		})
	}
}
